@file:Suppress("ktlint:standard:filename") // the class of Java beside it has that name

package dev.openidclient.samples.docs

import dev.openidclient.client.OpenIdClient
import dev.openidclient.http.HttpHeaders
import dev.openidclient.resource.ResourceAccess
import dev.openidclient.resource.Verdict
import dev.openidclient.tokensource.TokenSource

private const val URL = "https://api.example.com/orders"

abstract class OwnHttpClientsKotlin(
    private val access: ResourceAccess,
) {
    /** An answer of your HTTP client. */
    class Answer(
        val status: Int,
        val headers: HttpHeaders,
    )

    /** Sends with your HTTP client. */
    abstract suspend fun send(
        method: String,
        url: String,
        headers: HttpHeaders,
    ): Answer

    // region by-hand
    suspend fun orders(): Answer {
        var authorization = access.authorize("GET", URL)
        while (true) {
            val answer = send("GET", URL, authorization?.headers ?: HttpHeaders.EMPTY)
            val used = authorization ?: return answer // not of an allowed origin
            if (access.judge(used, answer.status, answer.headers) == Verdict.DELIVER) return answer
            authorization = access.authorize("GET", URL, after = used)
        }
    }
    // endregion

    companion object {
        fun access(
            client: OpenIdClient,
            orders: TokenSource,
        ): ResourceAccess {
            // region access
            val access = ResourceAccess(client, orders) { allow("https://api.example.com") }
            // endregion
            return access
        }
    }
}
