package dev.openidclient.token

import dev.openidclient.client.OpenIdClient
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.OAuthException
import dev.openidclient.error.ValidationException
import dev.openidclient.error.ValidationSubject
import dev.openidclient.error.printable
import dev.openidclient.jose.AcceptedType
import dev.openidclient.jose.AlgorithmRule
import dev.openidclient.jose.JwsAlgorithm
import dev.openidclient.jose.Jwt
import dev.openidclient.jose.JwtValidation
import dev.openidclient.json.text
import dev.openidclient.metadata.requireAudience
import dev.openidclient.metadata.requireIssuer

/** The kinds that have operations of their own, or none, with what to take instead. */
private val OTHER_KINDS =
    mapOf(
        "jwt" to "an ID Token is verified by verifyIdToken; a kind of JWT has a name of its own (RFC 8725 §3.11)",
        "at+jwt" to "an access token is for the resource server",
        "logout+jwt" to "a logout token has other rules",
    )

/**
 * Verifies [jwt], one that the server issued for something else than a sign-in, with the server's keys: always its
 * signature, `iss`, and the times that it has ([RFC 7519 §4.1](https://www.rfc-editor.org/rfc/rfc7519#section-4.1)).
 * What its claims mean is the caller's to judge.
 *
 * [typ] is the kind that it must say it is, as `secevent+jwt` ([RFC 8725
 * §3.11](https://www.rfc-editor.org/rfc/rfc8725#section-3.11)); [audience] is whom it must be for (`aud`); null: it
 * must have no `aud`. Signatures of ML-DSA are taken only where the server lists that for ID Tokens.
 *
 * Throws [OAuthException] where the JWT may not be trusted, and [IllegalArgumentException] where [typ] is the kind of
 * ID Tokens (`JWT`), access tokens (`at+jwt`) or logout tokens (`logout+jwt`), which have rules of their own.
 *
 * The page `docs/logout.md` shows it with a logout token.
 */
public suspend fun OpenIdClient.verifyJwt(
    jwt: String,
    typ: String,
    audience: String?,
): JwtClaims {
    require(jwt.isNotEmpty()) { "the JWT must not be empty" }
    require(audience?.isEmpty() != true) { "the audience must not be empty" }
    val kind = Jwt.comparable(typ)
    require(kind.isNotEmpty()) { "the typ must not be empty" }
    OTHER_KINDS[kind]?.let { throw IllegalArgumentException("the typ must not be \"${printable(typ)}\": $it") }
    val validation = JwtValidation(time.now, time.tolerance)
    val opened = configuration.decryption?.open(jwt, KIND) ?: jwt
    val verified = validation.validate(opened, KIND, rule(), unsignedAllowed = false, AcceptedType.exactly(typ))
    if (text(verified.claims["iss"]) == null) {
        throw InvalidResponseException(ErrorCode.INVALID_RESPONSE, "the $KIND must have the claim \"iss\"")
    }
    verified.requireIssuer(expectedIssuer)
    checkAudience(verified, audience)
    jwks.verify(verified)
    return JwtClaims(verified.claims)
}

/** The keys of the server decide, which are of one kind each; its list of algorithms is for ID Tokens only. */
private fun OpenIdClient.rule(): AlgorithmRule {
    val listed = server.idTokenSigningAlgValuesSupported.orEmpty()
    val accepted = JwsAlgorithm.values().filter { it.keyType != "AKP" || it.identifier in listed }
    return AlgorithmRule(
        clientMember = "",
        clientValue = null,
        serverMember = "id_token_signing_alg_values_supported",
        serverValues = accepted.map { it.identifier },
        fallback = null,
        permitted = configuration.profile?.algorithms,
    )
}

private fun checkAudience(
    jwt: Jwt,
    audience: String?,
) {
    if (audience != null) return jwt.requireAudience(audience)
    if ("aud" in jwt.claims) {
        throw ValidationException(
            ErrorCode.JWT_CLAIM_COMPARISON_FAILED,
            "the $KIND is for ${printable(jwt.claims["aud"].toString())} (\"aud\"), but no audience was named",
            subject = ValidationSubject.claim("aud"),
        )
    }
}

private const val KIND = "JWT"
