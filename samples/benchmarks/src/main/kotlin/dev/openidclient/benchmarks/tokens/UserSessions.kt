package dev.openidclient.benchmarks.tokens

import dev.openidclient.benchmarks.measure.ProcessMeter
import dev.openidclient.benchmarks.measure.Round
import dev.openidclient.benchmarks.measure.Subject
import dev.openidclient.benchmarks.measure.Target
import dev.openidclient.benchmarks.measure.roundOf
import dev.openidclient.benchmarks.scale.Heap
import dev.openidclient.client.OpenIdClient
import dev.openidclient.token.TokenResponse
import dev.openidclient.tokensource.UserTokens
import kotlinx.coroutines.runBlocking
import java.lang.ref.Reference

/** [count] sessions are kept in this JVM, and what each of them holds is counted. An operation is a session kept. */
internal class UserSessions(
    override val name: String,
    override val isFloor: Boolean,
    private val count: Int,
    private val isUsed: Boolean,
    private val keeper: (OpenIdClient) -> Keeper,
) : Subject {
    /** Whoever keeps the tokens of sessions. */
    internal interface Keeper {
        suspend fun keep(
            id: String,
            tokens: TokenResponse,
        )

        suspend fun use(id: String)
    }

    override val row: String get() = ROW

    override val parameters: Map<String, String>
        get() = mapOf("sessions" to "$count", "state" to if (isUsed) "each used once more" else "kept")

    private val meter = ProcessMeter()

    override fun warmUp() = Unit

    override fun round(): Round {
        val server = TokensWithoutNetwork()
        val client = server.client()
        val keeper = keeper(client)
        val before = Heap.held()
        val used = meter.usage()
        val start = System.nanoTime()
        runBlocking {
            repeat(count) { keeper.keep("session-$it", server.tokens(client)) }
            if (isUsed) repeat(count) { keeper.use("session-$it") }
        }
        val time = System.nanoTime() - start
        val spent = meter.usage() - used
        val held = (Heap.held() - before).toDouble() / count
        Reference.reachabilityFence(keeper)
        return roundOf(count.toLong(), time, spent, mapOf(HELD to held))
    }

    companion object {
        const val ROW = "sessions kept"
        const val HELD = "bytes of heap held by each"
        const val LIBRARY = "openid-client, UserTokens"
        private const val MOST_HELD = 1024.0

        fun subjects(count: Int): List<Subject> =
            listOf(false, true).flatMap { isUsed ->
                listOf(
                    UserSessions("the three tokens alone", isFloor = true, count, isUsed) { TokensAlone() },
                    UserSessions(LIBRARY, isFloor = false, count, isUsed) { Kept(it) },
                )
            }

        val targets: List<Target> =
            listOf(Target(ROW, LIBRARY, HELD, Target.Relation.DIFFERENCE, Target.Rule.AT_MOST, MOST_HELD))
    }

    private class Kept(
        client: OpenIdClient,
    ) : Keeper {
        private val tokens = UserTokens(client)

        override suspend fun keep(
            id: String,
            tokens: TokenResponse,
        ) = this.tokens.put(id, tokens)

        override suspend fun use(id: String) {
            tokens.source(id).token()
        }
    }

    private class TokensAlone : Keeper {
        private val all = ArrayList<Array<String?>>()

        override suspend fun keep(
            id: String,
            tokens: TokenResponse,
        ) {
            all += arrayOf(tokens.accessToken, tokens.refreshToken, tokens.idToken)
        }

        override suspend fun use(id: String) = Unit
    }
}
