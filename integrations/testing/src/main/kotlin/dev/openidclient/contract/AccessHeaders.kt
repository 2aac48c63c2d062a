package dev.openidclient.contract

import dev.openidclient.contract.AccessWorld.Companion.equal
import dev.openidclient.http.HttpHeaders

private const val SEVERAL = 5

/** What a request has. */
internal fun authorized(): List<AccessCase> =
    listOf(
        AccessCase("a request to an allowed origin has the token, once") {
            equal(200, get("/orders?page=2").status)
            equal(listOf("Bearer ${arrived.single().token}"), arrived.single().raw.all("authorization"))
            equal(emptyList<String>(), arrived.single().raw.all("dpop"))
            equal("$API/orders?page=2", arrived.single().url)
        },
        AccessCase("a bound token has a proof of method, URL without query, and token", isBound = true) {
            send(CallerRequest("PUT", "$API/orders?page=2", body = byteArrayOf(1)))
            val request = arrived.single()
            equal("DPoP", request.raw.all("authorization").single().substringBefore(' '))
            equal("PUT" to "$API/orders", request.claim("htm") to request.claim("htu"))
        },
        AccessCase("each of several requests has a proof of its own", isBound = true) {
            repeat(SEVERAL) { get() }
            equal(SEVERAL, arrived.map { it.claim("jti") }.toSet().size)
            equal(1, tokenRequests)
        },
        AccessCase("a request elsewhere is sent as it is, and no token is asked for") {
            val headers = HttpHeaders.of("x-own" to "a")
            equal(200, send(CallerRequest("GET", "http://other.example.net/", headers)).status)
            equal(listOf("a"), arrived.single().raw.all("x-own"))
            equal(0, tokenRequests)
        },
        AccessCase("the authorization of the caller is left alone, also where it is refused", { refuse() }) {
            equal(401, get(headers = HttpHeaders.of("authorization" to "Basic YTpi")).status)
            equal(listOf("Basic YTpi"), arrived.single().raw.all("authorization"))
            equal(emptyList<String>(), arrived.single().raw.all("dpop"))
            equal(0, tokenRequests)
        },
    )

/** Where the tokens come from. */
internal fun sources(): List<AccessCase> =
    listOf(
        AccessCase(
            "a source that has no token fails the call with its own exception, and nothing is sent",
            source = { GivenTokens { throw NoToken() } },
        ) {
            val failure = failure { get() }
            if (generateSequence(failure) { it.cause }.none { it is NoToken }) throw AssertionError("was", failure)
            equal(0, arrived.size)
        },
        AccessCase(
            "a request takes the tokens of another source, which hears that they are refused",
            { refuse() },
            isFor = { it.takesTokensOfRequest },
        ) {
            val other = GivenTokens { server.tokens("alice", "app") }
            equal(401, get(tokens = other).status)
            equal(2 to 2, arrived.size to other.refused.size)
            equal(arrived.map { it.token }, other.refused.map { it.accessToken })
            equal(0, tokenRequests)
        },
    )

private class NoToken : IllegalStateException("there is no token")

@Suppress("TooGenericExceptionCaught", "SuspendFunSwallowedCancellation") // whatever it is, the check judges it
private suspend fun failure(call: suspend () -> Any): Throwable {
    try {
        call()
    } catch (e: Exception) {
        return e
    }
    throw AssertionError("expected a failure, but there was none")
}
