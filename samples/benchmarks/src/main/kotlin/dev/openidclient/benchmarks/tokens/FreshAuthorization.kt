package dev.openidclient.benchmarks.tokens

import dev.openidclient.benchmarks.measure.Metric
import dev.openidclient.benchmarks.measure.Subject
import dev.openidclient.benchmarks.measure.Target
import dev.openidclient.http.HttpHeaders
import dev.openidclient.resource.ResourceAccess
import dev.openidclient.resource.ResourceAuthorization
import dev.openidclient.tokensource.ClientCredentialsTokens
import kotlinx.coroutines.runBlocking
import kotlin.coroutines.Continuation

/** A request to an allowed origin is authorized, with a bearer token that is there. */
internal object FreshAuthorization {
    const val ROW = "a request authorized with a fresh bearer token"
    const val LIBRARY = "openid-client, ResourceAccess"
    private const val URL = "https://api.example.com/orders?page=2"

    /** 1 µs each. */
    private const val LEAST_PER_SECOND = 1e6

    fun subjects(): List<Subject> {
        val client = TokensWithoutNetwork().client()
        val service = ClientCredentialsTokens(client)
        val orders = service.source()
        val token = runBlocking { orders.token() }.accessToken
        val access = ResourceAccess(client, orders) { allow("https://api.example.com") }
        return listOf(
            InProcess(ROW, "a header of a token that is kept", isFloor = true, {
                HttpHeaders.of("authorization" to "Bearer $token")
            }),
            InProcess(ROW, LIBRARY, isFloor = false, authorized(access), service::close),
        )
    }

    /** Calls as a coroutine does that never suspends here. */
    private fun authorized(access: ResourceAccess): () -> Any? {
        val authorize: suspend () -> ResourceAuthorization? = { access.authorize("GET", URL) }

        @Suppress("UNCHECKED_CAST") // what a suspend function is once it is compiled
        val compiled = authorize as (Continuation<ResourceAuthorization?>) -> Any?
        return { compiled(Nobody) }
    }

    val targets: List<Target> =
        listOf(
            Target(
                ROW,
                LIBRARY,
                Metric.OPERATIONS_PER_SECOND,
                Target.Relation.VALUE,
                Target.Rule.AT_LEAST,
                LEAST_PER_SECOND,
            ),
        )
}
