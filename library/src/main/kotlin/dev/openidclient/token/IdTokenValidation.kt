package dev.openidclient.token

import dev.openidclient.client.Leniency
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.UnsupportedFeatureException
import dev.openidclient.error.ValidationException
import dev.openidclient.error.ValidationSubject
import dev.openidclient.error.printable
import dev.openidclient.jose.AlgorithmRule
import dev.openidclient.jose.HmacAlgorithm
import dev.openidclient.jose.JwsAlgorithm
import dev.openidclient.jose.Jwt
import dev.openidclient.jose.JwtValidation
import dev.openidclient.jose.halfHash
import dev.openidclient.json.ClaimReader
import dev.openidclient.json.kind
import dev.openidclient.json.kindOrNumber
import dev.openidclient.json.number
import dev.openidclient.json.text
import dev.openidclient.json.withoutNulls
import dev.openidclient.metadata.AuthorizationServerMetadata
import dev.openidclient.metadata.ClientMetadata
import dev.openidclient.metadata.ExpectedIssuer
import dev.openidclient.metadata.requireAudience
import dev.openidclient.metadata.requireIssuer
import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonObject
import java.time.Duration

/**
 * The rules for an ID Token ([OpenID Connect Core
 * §3.1.3.7](https://openid.net/specs/openid-connect-core-1_0.html#IDTokenValidation)), claim by claim, but for its
 * signature.
 */
internal class IdTokenValidation(
    private val server: AuthorizationServerMetadata,
    private val client: ClientMetadata,
    private val expectedIssuer: ExpectedIssuer,
    private val jwtValidation: JwtValidation,
    private val permittedAlgorithms: Set<String>? = null,
    /** Of the settings; what is beside the ID Token is read with it too. */
    val leniency: Leniency = Leniency.NONE,
) {
    /** Whom the tokens beside the ID Token belong to. */
    val owner: TokenOwner get() = TokenOwner(server.issuer, client.clientId)

    /**
     * Checks [idToken], in which [required] claims must be too; [accessToken] is the one that came with it.
     * [authorizedParty] is whom `azp` must name, where that is not this client.
     */
    fun validate(
        idToken: String,
        accessToken: String?,
        required: List<String> = emptyList(),
        origin: IdTokenOrigin = IdTokenOrigin.TOKEN_ENDPOINT,
        authorizedParty: String? = null,
    ): Jwt {
        val jwt = jwtValidation.validate(idToken, KIND, rule(origin.isHmacAllowed), origin.isUnsignedAllowed)
        checkPresence(jwt, required)
        jwt.requireIssuer(expectedIssuer)
        jwt.requireAudience(client.clientId)
        if (text(jwt.claims["sub"]).isNullOrEmpty()) {
            throw invalid("claim \"sub\" of the ID Token must be a non-empty string, but is ${kind(jwt.claims["sub"])}")
        }
        checkTrustedAudiences(jwt)
        checkAuthorizedParty(jwt, origin, authorizedParty)
        if (isAuthTimeJudged) checkAuthTimeType(jwt)
        checkAccessTokenHash(jwt, accessToken)
        return jwt
    }

    /** The algorithms that the server signs ID Tokens with, and what else it signs like them. */
    fun rule(hmacAllowed: Boolean): AlgorithmRule =
        AlgorithmRule(
            "id_token_signed_response_alg",
            client.idTokenSignedResponseAlg,
            "id_token_signing_alg_values_supported",
            server.idTokenSigningAlgValuesSupported,
            AlgorithmRule.DEFAULT,
            permittedAlgorithms,
            hmacAllowed,
        )

    private val isAuthTimeRequired get() = client.requireAuthTime || client.defaultMaxAge != null

    /** Its spelling matters to nobody who has not asked for it; a security profile wants the standard's. */
    private val isAuthTimeJudged get() = isAuthTimeRequired || permittedAlgorithms != null

    private fun checkPresence(
        jwt: Jwt,
        required: List<String>,
    ) {
        val authTime = if (isAuthTimeRequired) listOf("auth_time") else emptyList()
        for (name in REQUIRED + authTime + required) {
            if (name !in jwt.claims) throw invalid("the ID Token must have the claim \"$name\"")
        }
    }

    /** OpenID Connect Core §3.1.3.7, rule 3: no audience beside this client but those that are trusted. */
    fun checkTrustedAudiences(jwt: Jwt) {
        val trusted = leniency.trustedAudiences ?: return
        val others = jwt.audience.filter { it != client.clientId && it !in trusted }
        if (others.isNotEmpty()) {
            throw mismatch(
                "aud",
                "\"aud\" names ${others.joinToString(limit = MOST_SHOWN) { "\"${printable(it)}\"" }} beside this " +
                    "client, which trustAudiences(…) in the settings does not",
                jwt.kind,
            )
        }
    }

    /**
     * A token for several audiences must say that it was issued to this client; one for another party's use, to that
     * one. Who is named in one that did not come from the token endpoint must be this client in any case: there, with
     * the same audience, may be what the server issued to somebody else.
     */
    private fun checkAuthorizedParty(
        jwt: Jwt,
        origin: IdTokenOrigin,
        authorizedParty: String?,
    ) {
        if (authorizedParty == null && mayNameAnyParty(jwt, origin)) return
        val expected = authorizedParty ?: client.clientId
        if ("azp" !in jwt.claims) {
            throw mismatch(
                "azp",
                "the claim \"azp\" must be there and be \"${printable(expected)}\"${why(jwt, authorizedParty)}",
            )
        }
        val party = text(jwt.claims["azp"])
        if (party != expected) {
            throw mismatch(
                "azp",
                "expected \"azp\" \"${printable(expected)}\"${named(authorizedParty)}, " +
                    "got \"${printable(party.orEmpty())}\"${advice(origin, authorizedParty)}",
            )
        }
    }

    private fun named(authorizedParty: String?) = if (authorizedParty == null) "" else ", the authorizedParty"

    /** Only who hands in a token says what other client may have got it. */
    private fun advice(
        origin: IdTokenOrigin,
        authorizedParty: String?,
    ): String =
        if (origin != IdTokenOrigin.ELSEWHERE || authorizedParty != null) {
            ""
        } else {
            ": where that is an app of yours which got the token for this client, name it as authorizedParty"
        }

    private fun why(
        jwt: Jwt,
        authorizedParty: String?,
    ): String =
        if (authorizedParty != null) {
            ", the authorizedParty"
        } else {
            ", as \"aud\" is ${printable(jwt.claims["aud"].toString())}: " +
                "trustAudiences(…) in the settings names the others that may be there without it"
        }

    private fun mayNameAnyParty(
        jwt: Jwt,
        origin: IdTokenOrigin,
    ): Boolean {
        val isNamed = "azp" in jwt.claims
        // who has named the other audiences knows them; what the token says of its party must hold all the same
        if (leniency.trustedAudiences != null) return !isNamed
        val audience = jwt.claims["aud"]
        val isForOne = audience !is JsonArray || audience.size == 1
        return isForOne && (!isNamed || origin == IdTokenOrigin.TOKEN_ENDPOINT)
    }

    private fun checkAuthTimeType(jwt: Jwt) {
        val authTime = jwt.claims["auth_time"] ?: return
        if (number(authTime)?.takeIf { it >= 0 } == null) {
            throw invalid(
                "claim \"auth_time\" of the ID Token must be a number, 0 or more, but is ${kindOrNumber(authTime)}",
            )
        }
    }

    // OpenID Connect Core §3.1.3.8: optional for a code, but where it is there it must hold; an unsigned token has no
    // hash algorithm
    private fun checkAccessTokenHash(
        jwt: Jwt,
        accessToken: String?,
    ) {
        if (accessToken == null || "at_hash" !in jwt.claims || jwt.algorithm == AlgorithmRule.NONE) return
        checkHash(jwt, "at_hash", accessToken, "the access token that came with it")
    }

    /**
     * Throws unless the person signed in within [maxAge] ([OpenID Connect Core
     * §3.1.2.1](https://openid.net/specs/openid-connect-core-1_0.html#AuthRequest)).
     */
    fun checkAuthenticationAge(
        jwt: Jwt,
        maxAge: Duration,
    ) {
        checkAuthTimeType(jwt)
        val authTime =
            number(jwt.claims["auth_time"]) ?: throw invalid("the ID Token must have the claim \"auth_time\"")
        if (authTime + maxAge.seconds < jwtValidation.now - jwtValidation.tolerance) {
            throw jwtValidation.untimely(
                "the person signed in longer than the allowed ${maxAge.seconds} seconds ago",
                "auth_time",
                jwt.claims,
            )
        }
    }

    /**
     * Throws unless [acr] is one of [accepted]: a server may ignore what was asked for ([OpenID Connect Core
     * §3.1.2.1](https://openid.net/specs/openid-connect-core-1_0.html#AuthRequest)).
     */
    fun checkAcr(
        acr: String?,
        accepted: List<String>,
        kind: String = KIND,
    ) {
        if (acr in accepted) return
        val got = acr?.let { "\"${printable(it)}\"" } ?: "none"
        val expected = accepted.joinToString(" or ") { "\"${printable(it)}\"" }
        throw mismatch("acr", "expected \"acr\" $expected, got $got", kind)
    }

    /**
     * Throws unless `nonce` is exactly [expected]; where none is expected there must be none. [mayBeMissing]: something
     * else ties the token to the request, so the settings decide whether there may be none.
     */
    fun checkNonce(
        jwt: Jwt,
        expected: String?,
        mayBeMissing: Boolean = false,
    ) {
        if (expected == null) {
            val unexpected = "it has a \"nonce\", but none is expected: name the one of the request"
            if ("nonce" in jwt.claims) throw mismatch("nonce", unexpected)
            return
        }
        if ("nonce" !in jwt.claims) {
            if (mayBeMissing && leniency.isMissingNonceAccepted) return
            val advice = if (mayBeMissing) ": acceptMissingNonce() in the settings takes one without" else ""
            throw invalid("the ID Token must have the claim \"nonce\", the one of the request$advice")
        }
        if (text(jwt.claims["nonce"]) != expected) {
            throw mismatch("nonce", "\"nonce\" is not the one of the authorization request")
        }
    }

    /**
     * Throws unless [refreshed] is of the same sign-in as [earlier]
     * ([OpenID Connect Core §12.2](https://openid.net/specs/openid-connect-core-1_0.html#RefreshTokenResponse)).
     * [first] is the ID Token of the sign-in itself, where that is known: one that was refreshed meanwhile may lack
     * what that one had.
     */
    fun checkSameSignIn(
        refreshed: Jwt,
        earlier: IdTokenClaims,
        first: IdTokenClaims?,
    ) {
        val earlierClaims = withoutNulls(earlier.json)
        for (name in listOf("iss", "sub", "azp")) {
            if (refreshed.claims[name] != earlierClaims[name]) throw differs(name, refreshed, earlier.json)
        }
        if (refreshed.audience.toSet() != earlier.audience.toSet()) throw differs("aud", refreshed, earlier.json)
        val firstClaims = withoutNulls((first ?: earlier).json)
        if (!leniency.isRefreshedAuthTimeAccepted) {
            for (known in listOf(firstClaims, earlierClaims)) checkSameAuthTime(refreshed, known)
        }
        // there should be none, but where there is one it must be the same
        val nonce = refreshed.claims["nonce"] ?: return
        val isCompared = first != null || "nonce" in firstClaims
        if (isCompared && nonce != firstClaims["nonce"]) throw differs("nonce", refreshed, firstClaims)
    }

    private fun checkSameAuthTime(
        refreshed: Jwt,
        earlier: JsonObject,
    ) {
        val authTime = ClaimReader(refreshed.claims).instant("auth_time") ?: return
        val expected = ClaimReader(earlier).instant("auth_time") ?: return
        if (authTime != expected) throw differs("auth_time", refreshed, earlier)
    }

    /**
     * Throws unless [idToken] is of the same issuer and person as the [earlier] one of a hybrid flow (OpenID Connect
     * Core §3.3.3.6).
     */
    fun checkSamePerson(
        idToken: Jwt,
        earlier: Jwt,
    ) {
        for (name in listOf("iss", "sub")) {
            if (idToken.claims[name] != earlier.claims[name]) throw differs(name, idToken, earlier.claims)
        }
    }

    private fun differs(
        name: String,
        received: Jwt,
        earlier: JsonObject,
    ): ValidationException {
        val values =
            if (name ==
                "nonce"
            ) {
                ""
            } else {
                ": expected ${shown(earlier[name])}, got ${shown(received.claims[name])}"
            }
        val advice = if (name == "auth_time") "; acceptRefreshedAuthTime() in the settings takes another" else ""
        return mismatch(name, "\"$name\" differs from the earlier ID Token's$values$advice")
    }

    private fun shown(value: JsonElement?): String = if (value == null) "none" else printable(value.toString())

    /**
     * Throws unless the ID Token was issued lately: in the front channel, and where polling ends (OpenID Connect Core
     * §3.1.3.7).
     */
    fun checkIssuedLately(jwt: Jwt) {
        val issuedAt =
            number(jwt.claims["iat"])
                ?: throw invalid("claim \"iat\" of the ID Token must be a number, but is ${kind(jwt.claims["iat"])}")
        if (issuedAt < jwtValidation.now - OLDEST_ISSUE) {
            throw jwtValidation.untimely(
                "the ID Token was issued more than $OLDEST_ISSUE seconds ago",
                "iat",
                jwt.claims,
            )
        }
    }

    /**
     * Throws unless the claim [name], a half-hash, is the one of [text] ([OpenID Connect Core
     * §3.3.2.11](https://openid.net/specs/openid-connect-core-1_0.html#HybridIDToken)).
     */
    fun checkHash(
        jwt: Jwt,
        name: String,
        text: String,
        what: String,
    ) {
        val received =
            text(jwt.claims[name])?.takeUnless(String::isEmpty)
                ?: throw invalid(
                    "claim \"$name\" of the ID Token must be a non-empty string, but is ${kind(jwt.claims[name])}",
                )
        val hash =
            JwsAlgorithm.of(jwt.algorithm.orEmpty())?.hash ?: HmacAlgorithm.of(jwt.algorithm)?.hash
                ?: throw UnsupportedFeatureException(
                    "\"$name\" cannot be checked for the \"alg\" \"${printable(jwt.algorithm.orEmpty())}\"",
                )
        if (received != halfHash(text, hash)) throw mismatch(name, "\"$name\" is not the hash of $what")
    }

    private fun invalid(message: String) = InvalidResponseException(ErrorCode.INVALID_RESPONSE, message)

    private fun mismatch(
        claim: String,
        message: String,
        kind: String = KIND,
    ): ValidationException {
        val subject = if (claim == "nonce") ValidationSubject.NONCE else ValidationSubject.claim(claim)
        return ValidationException(ErrorCode.JWT_CLAIM_COMPARISON_FAILED, "$kind: $message", subject = subject)
    }

    companion object {
        const val KIND: String = "ID Token"
        private const val OLDEST_ISSUE = 3600L

        /** Audiences in a message; a token can name hundreds. */
        private const val MOST_SHOWN = 5
        private val REQUIRED = listOf("aud", "exp", "iat", "iss", "sub")
    }
}
