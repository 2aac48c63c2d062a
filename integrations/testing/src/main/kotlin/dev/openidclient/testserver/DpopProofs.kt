package dev.openidclient.testserver

import dev.openidclient.http.HttpResponse
import kotlinx.serialization.json.JsonObject
import java.net.URI
import java.time.Duration
import java.time.Instant

private const val INVALID_PROOF = "invalid_dpop_proof"

/** Checks the DPoP proofs of requests (RFC 9449 §4.3), and hands out the nonces. */
internal class DpopProofs(
    private val server: Server,
) {
    private val seen = SeenIdentifiers()

    private var nonce: String? = null

    private val currentNonce: String get() = nonce ?: server.text().also { nonce = it }

    fun rotateNonce() {
        nonce = null
    }

    /** The thumbprint of the key of a right proof; null where none came. */
    fun check(
        exchange: Exchange,
        accessToken: String? = null,
    ): String? {
        val proofs = exchange.request.headers.all("dpop")
        if (proofs.isEmpty()) return null
        if (proofs.size > 1) refuse(INVALID_PROOF, "there must be one DPoP header, but there are ${proofs.size}")
        val jws = Jws.parse(proofs.single()) ?: refuse(INVALID_PROOF, "the DPoP header is no JWT")
        val fault = headerFault(jws) ?: claimFault(jws, exchange, accessToken)
        if (fault != null) refuse(INVALID_PROOF, "the DPoP proof: $fault")
        checkNonce(jws)
        val jti = jws.claims.text("jti").orEmpty()
        if (!seen.add(jti, server.now.plus(LONGEST), server.now)) {
            refuse(INVALID_PROOF, "the DPoP proof: its jti came before")
        }
        return Jca.thumbprint(checkNotNull(jws.header.jwk))
    }

    private val JsonObject.jwk get() = this["jwk"] as? JsonObject

    private fun headerFault(jws: Jws): String? {
        val jwk = jws.header.jwk ?: return "its header has no jwk"
        return when {
            jws.header.text("typ") != "dpop+jwt" -> "its typ must be dpop+jwt"
            PRIVATE.any { it in jwk } -> "its jwk has private members"
            Jca.thumbprint(jwk) == null -> "its jwk is no public key that is known here"
            !jws.isSignedBy(listOf(jwk)) -> "its signature is not of the key in its header"
            else -> null
        }
    }

    private fun claimFault(
        jws: Jws,
        exchange: Exchange,
        accessToken: String?,
    ): String? {
        val claims = jws.claims
        val issuedAt = claims.number("iat")?.let(Instant::ofEpochSecond)
        val expectedHash = accessToken?.let(Jca::sha256)
        return when {
            claims.text("jti").isNullOrEmpty() -> "its jti is absent"
            claims.text("htm") != exchange.request.method ->
                "its htm must be ${exchange.request.method}, but is ${claims.text("htm")}"
            normal(claims.text("htu")) != normal(exchange.url) ->
                "its htu must be ${exchange.url}, but is ${claims.text("htu")}"
            issuedAt == null -> "its iat is absent"
            Duration.between(issuedAt, server.now).abs() > LONGEST -> "its iat is $issuedAt, but it is ${server.now}"
            expectedHash != null && claims.text("ath") != expectedHash -> "its ath is not the hash of the access token"
            else -> null
        }
    }

    /** RFC 9449 §4.3.9: without query and fragment, in normal form. */
    private fun normal(url: String?): String? =
        url?.let {
            val uri = URI.create(it.substringBefore('?').substringBefore('#'))
            val port = if (uri.port == HTTPS_PORT || uri.port < 0) "" else ":${uri.port}"
            "${uri.scheme?.lowercase()}://${uri.host?.lowercase()}$port${uri.rawPath.orEmpty().ifEmpty { "/" }}"
        }

    private fun checkNonce(jws: Jws) {
        if (!server.settings.requiresDpopNonce) return
        if (jws.claims.text("nonce") == currentNonce) return
        throw Refusal("use_dpop_nonce", "the DPoP proof must have the nonce of the DPoP-Nonce header")
    }

    /** With the nonce for the next proof. */
    fun addNonce(response: HttpResponse): HttpResponse =
        if (server.settings.requiresDpopNonce) response.with("dpop-nonce", currentNonce) else response

    private companion object {
        val LONGEST: Duration = Duration.ofSeconds(60)
        val PRIVATE = setOf("d", "p", "q", "dp", "dq", "qi", "k", "priv")
        const val HTTPS_PORT = 443
    }
}
