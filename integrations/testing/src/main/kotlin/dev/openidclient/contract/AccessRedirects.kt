package dev.openidclient.contract

import dev.openidclient.contract.AccessWorld.Companion.REDIRECTS
import dev.openidclient.contract.AccessWorld.Companion.equal
import dev.openidclient.contract.ArrivedRequest.Companion.OUTSIDE
import java.io.IOException
import java.net.IDN

private const val FOREIGN = "http://other.example.net"

/** Its first letter is Cyrillic. */
private val TWIN = IDN.toASCII("\u0430pi.example.com")

private val ELSEWHERE =
    mapOf(
        "another host" to "$FOREIGN$OUTSIDE",
        "a subdomain" to "http://eu.api.example.com$OUTSIDE",
        "the parent domain" to "http://example.com$OUTSIDE",
        "a host whose name begins alike" to "http://api.example.com.example.net$OUTSIDE",
        "another port" to "http://api.example.com:8081$OUTSIDE",
        "another scheme" to "https://api.example.com$OUTSIDE",
        "another host that is hidden behind its name" to "http://api.example.com@other.example.net$OUTSIDE",
        "itself with user information" to "http://someone@api.example.com$OUTSIDE",
        "a host that looks like it" to "http://$TWIN$OUTSIDE",
    )

/** What follows a redirect, or is asked to. */
internal fun redirected(): List<AccessCase> =
    REDIRECTS.flatMap { status -> ELSEWHERE.map { (what, url) -> away(status, what, url) } + thereAndBack(status) } +
        listOf(
            AccessCase("a redirect within the origin has a proof of the new URL", { request ->
                if (request.number == 1) respond("302 X", "", "Location: /b?c=d") else respond()
            }, isBound = true) {
                equal(200, follow("/a").status)
                equal(listOf("$API/a", "$API/b"), arrived.map { it.claim("htu") })
            },
            AccessCase("what another origin refuses is delivered, and renews nothing", { request ->
                if (request.number == 1) respond("302 X", "", "Location: $FOREIGN/") else refuse()
            }) {
                equal(401, follow("/start").status)
                equal(2, arrived.size)
                equal(1, tokenRequests)
            },
            AccessCase("a token that is refused after a redirect is renewed", { request ->
                request.world.firstToken.compareAndSet(null, request.token)
                when {
                    request.url.endsWith("/a") -> respond("307 X", "", "Location: $API/b")
                    request.token == request.world.firstToken.get() -> refuse()
                    else -> respond()
                }
            }) {
                equal(200, follow("/a").status)
                equal(2, tokenRequests)
                // to begin anew could send a form twice
                equal(listOf("$API/a", "$API/b", "$API/b"), arrived.map { it.url })
            },
        )

private fun away(
    status: Int,
    what: String,
    url: String,
) = AccessCase("a redirect of status $status to $what takes neither token nor proof there", { request ->
    if (request.number == 1) respond("$status X", "", "Location: $url") else respond()
}, isBound = true) {
    try {
        follow("/start")
    } catch (_: IOException) {
        // nobody is at https; or the client follows no such redirect
    }
    equal(true, arrived.first().isAuthorized)
    equal(listOf("$API/start"), arrivedAtApi.map { it.url })
}

private fun thereAndBack(status: Int) =
    AccessCase("a redirect of status $status there and back has another proof for the way back", { request ->
        when (request.number) {
            1 -> respond("$status X", "", "Location: $FOREIGN/hop", "DPoP-Nonce: n1")
            2 -> respond("$status X", "", "Location: $API/back", "DPoP-Nonce: foreign")
            else -> respond()
        }
    }, isBound = true) {
        equal(200, follow("/start").status)
        equal(3, arrived.size)
        equal(listOf("$API/start", "$API/back"), arrivedAtApi.map { it.url })
        equal(listOf(true, true), arrivedAtApi.map { it.isAuthorized })
        equal("n1", arrived.last().claim("nonce"))
    }
