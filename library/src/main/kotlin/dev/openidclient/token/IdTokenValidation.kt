package dev.openidclient.token

import dev.openidclient.error.ErrorCode
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.ValidationException
import dev.openidclient.error.printable
import dev.openidclient.jose.AlgorithmRule
import dev.openidclient.jose.JwsAlgorithm
import dev.openidclient.jose.Jwt
import dev.openidclient.jose.JwtValidation
import dev.openidclient.jose.halfHash
import dev.openidclient.json.number
import dev.openidclient.json.text
import dev.openidclient.metadata.AuthorizationServerMetadata
import dev.openidclient.metadata.ClientMetadata
import dev.openidclient.metadata.ExpectedIssuer
import dev.openidclient.metadata.requireAudience
import dev.openidclient.metadata.requireIssuer
import kotlinx.serialization.json.JsonArray
import java.time.Duration

/**
 * The rules for an ID Token ([OpenID Connect Core §3.1.3.7](https://openid.net/specs/openid-connect-core-1_0.html#IDTokenValidation)),
 * claim by claim, but for its signature.
 */
internal class IdTokenValidation(
    private val server: AuthorizationServerMetadata,
    private val client: ClientMetadata,
    private val expectedIssuer: ExpectedIssuer,
    private val jwtValidation: JwtValidation,
) {
    /** Checks [idToken] as it came from the token endpoint; [accessToken] is the one that came with it. */
    fun validate(
        idToken: String,
        accessToken: String?,
    ): Jwt {
        val jwt = jwtValidation.validate(idToken, KIND, rule(), unsignedAllowed = true)
        checkPresence(jwt)
        jwt.requireIssuer(expectedIssuer)
        jwt.requireAudience(client.clientId)
        if (text(jwt.claims["sub"]) == null) throw invalid("claim \"sub\" of the ID Token must be a string")
        checkAuthorizedParty(jwt)
        checkAuthTimeType(jwt)
        checkAccessTokenHash(jwt, accessToken)
        return jwt
    }

    private fun rule() =
        AlgorithmRule(
            "id_token_signed_response_alg",
            client.idTokenSignedResponseAlg,
            "id_token_signing_alg_values_supported",
            server.idTokenSigningAlgValuesSupported,
            AlgorithmRule.DEFAULT,
        )

    private fun checkPresence(jwt: Jwt) {
        val authTime = if (client.requireAuthTime || client.defaultMaxAge != null) listOf("auth_time") else emptyList()
        for (name in REQUIRED + authTime) {
            if (name !in jwt.claims) throw invalid("the ID Token must have the claim \"$name\"")
        }
    }

    /** A token for several audiences must say that it was issued to this client. */
    private fun checkAuthorizedParty(jwt: Jwt) {
        val audience = jwt.claims["aud"]
        if (audience !is JsonArray || audience.size == 1) return
        if ("azp" !in jwt.claims) {
            throw mismatch("\"aud\" has ${audience.size} values, so the claim \"azp\" must be there")
        }
        val party = text(jwt.claims["azp"])
        if (party != client.clientId) {
            throw mismatch("expected \"azp\" \"${client.clientId}\", got \"${printable(party.orEmpty())}\"")
        }
    }

    private fun checkAuthTimeType(jwt: Jwt) {
        val authTime = jwt.claims["auth_time"] ?: return
        if (number(authTime)?.takeIf { it >= 0 } == null) {
            throw invalid("claim \"auth_time\" of the ID Token must be a number, 0 or more")
        }
    }

    // OpenID Connect Core §3.1.3.8; optional for a code, but where it is there it must hold
    private fun checkAccessTokenHash(
        jwt: Jwt,
        accessToken: String?,
    ) {
        val hash = jwt.claims["at_hash"]
        val algorithm = JwsAlgorithm.of(jwt.algorithm.orEmpty())
        if (hash == null || accessToken == null || algorithm == null) return
        val received = text(hash) ?: throw invalid("claim \"at_hash\" of the ID Token must be a string")
        if (received != halfHash(accessToken, algorithm)) {
            throw mismatch("\"at_hash\" is not the hash of the access token that came with it")
        }
    }

    /** Throws unless the person signed in within [maxAge] ([OpenID Connect Core §3.1.2.1](https://openid.net/specs/openid-connect-core-1_0.html#AuthRequest)). */
    fun checkAuthenticationAge(
        jwt: Jwt,
        maxAge: Duration,
    ) {
        val authTime = number(jwt.claims["auth_time"]) ?: throw invalid("the ID Token must have the claim \"auth_time\"")
        if (authTime + maxAge.seconds < jwtValidation.now - jwtValidation.tolerance) {
            throw jwtValidation.untimely(
                "the person signed in longer than the allowed ${maxAge.seconds} seconds ago",
                "auth_time",
                jwt.claims,
            )
        }
    }

    /** Throws unless `nonce` is exactly [expected]; where none is expected there must be none. */
    fun checkNonce(
        jwt: Jwt,
        expected: String?,
    ) {
        if (expected == null) {
            if ("nonce" in jwt.claims) throw mismatch("the ID Token has a \"nonce\", but none is expected")
            return
        }
        if ("nonce" !in jwt.claims) throw invalid("the ID Token must have the claim \"nonce\"")
        if (text(jwt.claims["nonce"]) != expected) throw mismatch("\"nonce\" is not the one of the authorization request")
    }

    /**
     * Throws unless [refreshed] is of the same sign-in as [earlier]
     * ([OpenID Connect Core §12.2](https://openid.net/specs/openid-connect-core-1_0.html#RefreshTokenResponse)).
     */
    fun checkSameSignIn(
        refreshed: Jwt,
        earlier: IdTokenClaims,
    ) {
        for (name in listOf("iss", "sub", "azp")) {
            if (refreshed.claims[name] != earlier.json[name]) throw differs(name)
        }
        if (refreshed.audience.toSet() != earlier.audience.toSet()) throw differs("aud")
        val authTime = number(refreshed.claims["auth_time"])
        val earlierAuthTime = number(earlier.json["auth_time"])
        if (authTime != null && earlierAuthTime != null && authTime != earlierAuthTime) throw differs("auth_time")
    }

    private fun differs(name: String) = mismatch("\"$name\" differs from the earlier ID Token's")

    private fun invalid(message: String) = InvalidResponseException(ErrorCode.INVALID_RESPONSE, message)

    private fun mismatch(message: String) =
        ValidationException(ErrorCode.JWT_CLAIM_COMPARISON_FAILED, "ID Token: $message")

    companion object {
        private const val KIND = "ID Token"
        private val REQUIRED = listOf("aud", "exp", "iat", "iss", "sub")
    }
}
