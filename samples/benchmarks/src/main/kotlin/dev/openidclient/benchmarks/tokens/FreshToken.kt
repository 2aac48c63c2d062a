package dev.openidclient.benchmarks.tokens

import dev.openidclient.benchmarks.measure.Metric
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

/** Callers ask for a token that is there. */
internal object FreshToken {
    const val ROW = "a fresh token"
    const val SERVICE = "openid-client, ClientCredentialsTokens"
    const val USER = "openid-client, UserTokens"

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
            InProcess(ROW, "a field that is read", isFloor = true, { kept }),
            InProcess(ROW, SERVICE, isFloor = false, asked(orders), service::close),
            InProcess(ROW, USER, isFloor = false, asked(session), users::close),
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

/** Is never resumed. */
internal object Nobody : Continuation<Any?> {
    override val context: CoroutineContext get() = EmptyCoroutineContext

    override fun resumeWith(result: Result<Any?>) = error("a fresh token needs no waiting")
}
