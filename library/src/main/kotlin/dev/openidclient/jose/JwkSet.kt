package dev.openidclient.jose

import dev.openidclient.error.ErrorCode
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.UnsupportedFeatureException
import dev.openidclient.error.ValidationException
import dev.openidclient.error.ValidationSubject
import dev.openidclient.error.printable
import dev.openidclient.json.JsonMembers
import dev.openidclient.json.text
import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonObject

/** A JWK Set ([RFC 7517 §5](https://www.rfc-editor.org/rfc/rfc7517#section-5)). Immutable. */
public class JwkSet(
    json: JsonObject,
) : JsonMembers(json) {
    /** Throws [InvalidResponseException] from the constructor where `keys` is not an array of objects. */
    public val keys: List<Jwk> =
        (json["keys"] as? JsonArray)?.map { Jwk(it as? JsonObject ?: throw malformed()) } ?: throw malformed()

    /** The keys that fit the `alg` and `kid` of [jwt]; exactly one is usable. */
    internal fun candidates(jwt: Jwt): List<Jwk> {
        val algorithm = supportedAlgorithm(jwt)
        return keys.filter { fits(it, algorithm, jwt.keyId) && isOfIssuer(it, jwt) }
    }

    private fun fits(
        key: Jwk,
        algorithm: JwsAlgorithm,
        keyId: String?,
    ): Boolean =
        key.keyType == algorithm.keyType &&
            (keyId == null || key.keyId == keyId) &&
            ("alg" !in key.json || key.algorithm?.let { JwsAlgorithm.same(it, algorithm.identifier) } == true) &&
            ("use" !in key.json || key.publicKeyUse == "sig") &&
            ("key_ops" !in key.json || key.keyOperations.orEmpty().contains("verify")) &&
            (algorithm.curve == null || key.curve == algorithm.curve)

    /** A set for several tenants may say which one a key is of; it signs for no other. */
    private fun isOfIssuer(
        key: Jwk,
        jwt: Jwt,
    ): Boolean {
        val issuer = key.json["issuer"] ?: return true
        val expected = text(issuer)?.let { TenantIssuer.of(it, jwt.claims) } ?: return false
        return text(jwt.claims["iss"]) == expected
    }

    override val shown: Set<String> get() = emptySet()

    override fun toString(): String = "JwkSet(${keys.joinToString()})"

    internal companion object {
        private fun malformed() =
            InvalidResponseException(
                ErrorCode.INVALID_RESPONSE,
                "\"keys\" of a JWK Set must be an array of JSON objects",
            )

        fun supportedAlgorithm(jwt: Jwt): JwsAlgorithm =
            JwsAlgorithm.of(jwt.algorithm.orEmpty())
                ?: throw UnsupportedFeatureException(
                    "the signature of the ${jwt.kind} cannot be verified: \"alg\" is \"${printable(
                        jwt.algorithm.orEmpty(),
                    )}\"",
                )

        /** Throws [ValidationException] where the signature of [jwt] is not one of [key]. */
        fun verify(
            jwt: Jwt,
            key: Jwk,
        ) {
            if (!key.verifier(supportedAlgorithm(jwt)).verify(jwt.signingInput, jwt.signature)) {
                throw ValidationException(
                    ErrorCode.INVALID_RESPONSE,
                    "the signature of the ${jwt.kind} does not verify",
                    subject = ValidationSubject.SIGNATURE,
                )
            }
        }

        fun selectionFailed(
            jwt: Jwt,
            candidates: List<Jwk>,
            jwksUri: String,
        ): ValidationException {
            val wanted =
                "alg \"${printable(jwt.algorithm.orEmpty())}\"" +
                    jwt.keyId?.let { " and kid \"${printable(it)}\"" }.orEmpty()
            val found = if (candidates.isEmpty()) "no key" else "${candidates.size} keys"
            return ValidationException(
                ErrorCode.KEY_SELECTION_FAILED,
                "exactly one key of ${printable(jwksUri)} must fit the ${jwt.kind} with $wanted, but $found did",
                subject = ValidationSubject.KEY,
            )
        }
    }
}
