package dev.openidclient.contract

import dev.openidclient.contract.AccessWorld.Companion.equal
import dev.openidclient.contract.LocalServer.RawRequest
import dev.openidclient.testserver.Jca
import dev.openidclient.testserver.Jws
import dev.openidclient.testserver.text

/** A request as it came to a host. */
internal class ArrivedRequest(
    val raw: RawRequest,
    /** 1: the first one that came to any host. */
    val number: Int,
    val world: AccessWorld,
) {
    val method: String = raw.requestLine.substringBefore(' ')

    /** RFC 9112 §3.2.2: a proxy gets all of it. */
    val url: String = raw.requestLine.substringAfter(' ').substringBefore(' ')

    /** A request that was sent to `…/outside` is one to another origin, even if its URL does not show it any more. */
    val isAtApi: Boolean get() = url.startsWith("$API/") && !url.startsWith("$API$OUTSIDE")

    /** Whether it has one `authorization`, with a token. */
    val isAuthorized: Boolean get() = raw.all("authorization").singleOrNull()?.substringBefore(' ') in SCHEMES

    val token: String get() = raw.all("authorization").single().substringAfter(' ')

    private val proof: Jws
        get() = Jws.parse(raw.all("dpop").single()) ?: throw AssertionError("the proof is no JWT: $raw")

    fun claim(name: String): String? = proof.claims.text(name)

    fun requireBare(tokens: Set<String>) {
        for ((name, value) in raw.fields) {
            val isSecret = name.lowercase() in CREDENTIALS || tokens.any { it in value }
            if (isSecret) throw AssertionError("the header $name came to ${raw.requestLine}")
        }
        if (tokens.any { it in url }) throw AssertionError("a token came in the URL ${raw.requestLine}")
    }

    /** RFC 9449 §4.2. */
    fun requireOwnProof() {
        equal(method, claim("htm"))
        equal(url.substringBefore('?'), claim("htu"))
        equal(Jca.sha256(token), claim("ath"))
    }

    override fun toString(): String = "ArrivedRequest($method ${url.substringBefore('?')})"

    companion object {
        const val OUTSIDE = "/outside"
        private val SCHEMES = setOf("Bearer", "DPoP")
        private val CREDENTIALS = setOf("authorization", "dpop")
    }
}
