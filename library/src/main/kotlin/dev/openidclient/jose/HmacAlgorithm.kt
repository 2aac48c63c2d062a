package dev.openidclient.jose

import dev.openidclient.error.ErrorCode
import dev.openidclient.error.ValidationException
import dev.openidclient.error.ValidationSubject
import java.security.MessageDigest

/**
 * The HMAC algorithms of [RFC 7518 §3.2](https://www.rfc-editor.org/rfc/rfc7518#section-3.2). They are no
 * [JwsAlgorithm]: their key is the client secret ([OpenID Connect Core
 * §10.1](https://openid.net/specs/openid-connect-core-1_0.html#Signing)), never one of a JWK Set.
 */
internal enum class HmacAlgorithm(
    /** The JCA name of the hash for `at_hash`, `c_hash` and `s_hash`. */
    val hash: String,
    /** The bytes that the secret must have at least: the size of the hash. */
    val secretSize: Int,
) {
    HS256("SHA-256", secretSize = 32),
    HS384("SHA-384", secretSize = 48),
    HS512("SHA-512", secretSize = 64),
    ;

    /** Throws [ValidationException] where the signature of [jwt] is not the HMAC with [secret]. */
    fun verify(
        jwt: Jwt,
        secret: String,
    ) {
        val mac = Jca.hmac(hash, secret.encodeToByteArray(), jwt.signingInput)
        if (!MessageDigest.isEqual(mac, jwt.signature)) {
            throw ValidationException(
                ErrorCode.INVALID_RESPONSE,
                "the signature of the ${jwt.kind} does not verify with the client secret ($name): " +
                    "is it the secret that the server has now?",
                subject = ValidationSubject.SIGNATURE,
            )
        }
    }

    companion object {
        private val BY_IDENTIFIER = values().associateBy { it.name }

        /** The algorithm of that exact identifier, or null where it is none of these. */
        fun of(identifier: String?): HmacAlgorithm? = BY_IDENTIFIER[identifier]
    }
}
