package dev.openidclient.benchmarks.tokens

import dev.openidclient.benchmarks.jose.round
import dev.openidclient.benchmarks.measure.Metric
import dev.openidclient.benchmarks.measure.Round
import dev.openidclient.benchmarks.measure.Settings
import dev.openidclient.benchmarks.measure.Subject
import dev.openidclient.benchmarks.measure.Target
import dev.openidclient.token.TokenResponse
import dev.openidclient.tokensource.ClientCredentialsTokens
import dev.openidclient.tokensource.TokenSource
import dev.openidclient.tokensource.UserTokens
import kotlinx.coroutines.runBlocking
import kotlin.coroutines.Continuation
import kotlin.coroutines.CoroutineContext
import kotlin.coroutines.EmptyCoroutineContext

/** A caller asks [operation] for a token that is there. */
internal class FreshToken(
    override val name: String,
    override val isFloor: Boolean,
    private val operation: () -> Any?,
    private val end: () -> Unit = {},
) : Subject {
    override val row: String get() = ROW

    override fun warmUp() {
        repeat(WARM_UPS) { round() }
    }

    override fun round(): Round = round(operation, Settings.round)

    override fun close() = end()

    companion object {
        const val ROW = "a fresh token"
        const val SERVICE = "openid-client, ClientCredentialsTokens"
        const val USER = "openid-client, UserTokens"
        private const val WARM_UPS = 3

        /** 200 ns each. */
        private const val LEAST_PER_SECOND = 5e6

        /** What the harness counts of its own. */
        private const val NO_BYTES = 0.1

        fun subjects(): List<Subject> {
            val server = TokensWithoutNetwork()
            val client = server.client()
            val kept = runBlocking { server.tokens(client) }
            val service = ClientCredentialsTokens(client)
            val users = UserTokens(client)
            runBlocking { users.put("session", kept) }
            val orders = service.source()
            val session = users.source("session")
            runBlocking { orders.token() }
            return listOf(
                FreshToken("a field that is read", isFloor = true, { kept }),
                FreshToken(SERVICE, isFloor = false, asked(orders), service::close),
                FreshToken(USER, isFloor = false, asked(session), users::close),
            )
        }

        /** Calls as a coroutine does that never suspends here: the way of the library would make a frame for each. */
        private fun asked(source: TokenSource): () -> Any? {
            val token: suspend () -> TokenResponse = source::token

            @Suppress("UNCHECKED_CAST") // what a suspend function is once it is compiled
            val compiled = token as (Continuation<TokenResponse>) -> Any?
            return { compiled(Nobody) }
        }

        val targets: List<Target> =
            listOf(SERVICE, USER).flatMap {
                listOf(
                    Target(
                        ROW,
                        it,
                        Metric.OPERATIONS_PER_SECOND,
                        Target.Relation.VALUE,
                        Target.Rule.AT_LEAST,
                        LEAST_PER_SECOND,
                    ),
                    Target(ROW, it, Metric.ALLOCATED_BYTES, Target.Relation.VALUE, Target.Rule.AT_MOST, NO_BYTES),
                )
            }
    }
}

/** Is never resumed. */
internal object Nobody : Continuation<Any?> {
    override val context: CoroutineContext get() = EmptyCoroutineContext

    override fun resumeWith(result: Result<Any?>) = error("a fresh token needs no waiting")
}
