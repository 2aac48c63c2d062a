package dev.openidclient.resourceserver

import dev.openidclient.client.ClientSource
import dev.openidclient.client.OpenIdClient
import dev.openidclient.client.ProtocolTime
import dev.openidclient.error.DecryptionException
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.OAuthException
import dev.openidclient.error.UnsupportedFeatureException
import dev.openidclient.error.ValidationException
import dev.openidclient.error.ValidationSubject
import dev.openidclient.error.printable
import dev.openidclient.http.AbsoluteUrl
import dev.openidclient.jose.AcceptedType
import dev.openidclient.jose.Decryption
import dev.openidclient.jose.JwsAlgorithm
import dev.openidclient.jose.Jwt
import dev.openidclient.jose.JwtValidation
import dev.openidclient.json.kind
import dev.openidclient.json.number
import dev.openidclient.json.text
import dev.openidclient.metadata.requireIssuer
import kotlinx.serialization.json.JsonNull
import kotlinx.serialization.json.JsonObject

/** An authorization server whose tokens are taken. */
internal class TrustedIssuer(
    /** As its tokens name it. */
    val issuer: String,
    val source: ClientSource,
    val rules: AccessTokenRules,
)

/** What an access token must be like that comes from one server. */
internal class AccessTokenRules(
    val algorithms: Set<JwsAlgorithm>,
    val isUntypedAccepted: Boolean,
    /** The claims of RFC 9068 that must be there. */
    val required: List<String>,
    /** Where the scopes are; null: in `scope`, as text. */
    val scopeClaim: String?,
)

/** An access token that may be trusted. */
internal class TrustedToken(
    val issuer: TrustedIssuer,
    val claims: JsonObject,
)

/**
 * Validates access tokens that are JWTs ([RFC 9068 §4](https://www.rfc-editor.org/rfc/rfc9068#section-4)). The keys of
 * their server are the only ones: a token neither names one by itself nor says where there is one.
 *
 * Nothing but the header and `iss` is used before the signature holds, and an issuer that is not known is asked nothing.
 */
internal class AccessTokenValidation(
    issuers: List<TrustedIssuer>,
    /** The names of this resource server: the `aud` of a token must have one of them. */
    private val audiences: Set<String>,
    private val decryption: Decryption?,
    private val time: ProtocolTime,
) {
    private val issuers = issuers.associateBy { it.issuer }

    /**
     * [token], which is trusted from then on. Throws [RefusedToken] where it may not be, [OAuthException] where its
     * server's keys cannot be had, which is no fault of the token's.
     */
    suspend fun validate(token: String): TrustedToken {
        val jwt = read(token)
        val issuer = issuerOf(jwt)
        return validate(jwt, issuer)
    }

    /** [token] taken apart. */
    suspend fun read(token: String): Jwt {
        val opened = if (decryption == null) token else opened(token, decryption)
        return refusing { Jwt.parse(opened, KIND) }
    }

    // a key of the program's own that cannot be reached is another OAuthException
    private suspend fun opened(
        token: String,
        decryption: Decryption,
    ): String =
        try {
            decryption.open(token, KIND)
        } catch (e: DecryptionException) {
            if (e.isOfKey) throw e
            throw RefusedToken(e.text, e)
        } catch (e: InvalidResponseException) {
            throw RefusedToken(e.text, e)
        }

    /** The one that [jwt] names, which says nothing yet of whether it is. */
    fun issuerOf(jwt: Jwt): TrustedIssuer {
        val named =
            refusing { text(jwt.payload["iss"]) }
                ?: throw RefusedToken("the access token must have the claim \"iss\", a string")
        return issuers[named]
            ?: throw RefusedToken(
                "the access token is of the issuer \"${printable(named)}\", which the settings do not name: " +
                    "issuer(…) takes those ${writtenOtherwise(named)}",
            )
    }

    private fun writtenOtherwise(named: String): String {
        val url = AbsoluteUrl.parse(named)?.toString()
        val other = issuers.keys.firstOrNull { url != null && AbsoluteUrl.parse(it)?.toString() == url }
        return if (other == null) "that are trusted" else "as tokens name them, and has \"${printable(other)}\""
    }

    /** [jwt], which names [issuer]. */
    suspend fun validate(
        jwt: Jwt,
        issuer: TrustedIssuer,
    ): TrustedToken {
        refusing { checkHead(jwt, issuer.rules) }
        val client = issuer.source.client()
        refusing { jwt.requireIssuer(client.expectedIssuer) }
        client.verify(jwt)
        refusing { checkClaims(jwt, issuer.rules) }
        return TrustedToken(issuer, jwt.claims)
    }

    private fun checkHead(
        jwt: Jwt,
        rules: AccessTokenRules,
    ) {
        checkType(jwt, rules)
        val algorithm = JwsAlgorithm.of(jwt.algorithm.orEmpty())
        if (algorithm == null || algorithm !in rules.algorithms) {
            val accepted = rules.algorithms.joinToString(" or ") { it.identifier }
            throw ValidationException(
                ErrorCode.INVALID_RESPONSE,
                "the access token must be signed with $accepted (algorithms(…) of the issuer), " +
                    "but its \"alg\" is \"${printable(jwt.algorithm.orEmpty())}\"",
                subject = ValidationSubject.ALG,
            )
        }
        // RFC 7515 §4.1.11: no extension is understood here, so none may be critical
        if ("crit" in jwt.header) {
            throw UnsupportedFeatureException("the access token has the header parameter \"crit\", which is refused")
        }
        // what is wrong with these is the token's fault, and not its server's
        jwt.keyId
        jwt.signature
        jwt.requireExactSignature()
    }

    private fun checkType(
        jwt: Jwt,
        rules: AccessTokenRules,
    ) {
        if (jwt.type == TYPE) return
        val typ = jwt.header["typ"].takeUnless { it is JsonNull }
        if (rules.isUntypedAccepted && (typ == null || jwt.type == ANY_JWT)) return
        val hint =
            if (rules.isUntypedAccepted) "" else "; acceptUntyped() of the issuer takes those that say nothing or JWT"
        throw ValidationException(
            ErrorCode.INVALID_RESPONSE,
            "the access token must have the \"typ\" \"$TYPE\", " +
                "but has ${typ?.let { printable(it.toString()) } ?: "none"}$hint",
            subject = ValidationSubject.TYP,
        )
    }

    private suspend fun OpenIdClient.verify(jwt: Jwt) {
        try {
            jwks.verify(jwt)
        } catch (e: ValidationException) {
            throw RefusedToken(e.text, e)
        } catch (e: UnsupportedFeatureException) {
            throw RefusedToken(e.text, e)
        }
    }

    private fun checkClaims(
        jwt: Jwt,
        rules: AccessTokenRules,
    ) {
        val jwts = JwtValidation(time.now, time.tolerance)
        jwts.checkClaims(jwt, AcceptedType.NO_OTHER_KIND)
        if (jwt.type != TYPE) {
            ID_TOKEN_CLAIMS.firstOrNull { it in jwt.claims }?.let { throw looksLikeIdToken(it) }
        }
        for (name in rules.required) {
            if (name !in jwt.claims) {
                val hint = if (name in OPTIONAL) ": acceptMissing(\"$name\") of the issuer takes one without" else ""
                throw invalid(name, "the access token must have the claim \"$name\"$hint")
            }
        }
        for (name in TEXTS) {
            val claim = jwt.claims[name] ?: continue
            if (text(claim).isNullOrEmpty()) {
                throw invalid(name, "the claim \"$name\" of the access token must be a text, but is ${kind(claim)}")
            }
        }
        val issuedAt = number(jwt.claims["iat"])
        if (issuedAt != null && issuedAt > jwts.now + jwts.tolerance) {
            throw jwts.untimely("the access token was issued in the future", "iat", jwt.claims)
        }
        checkAudience(jwt)
    }

    private fun looksLikeIdToken(claim: String) =
        ValidationException(
            ErrorCode.INVALID_RESPONSE,
            "the access token has the claim \"$claim\", which says that it is an ID Token",
            subject = ValidationSubject.claim(claim),
        )

    private fun checkAudience(jwt: Jwt) {
        val found = jwt.audience
        if (found.any(audiences::contains)) return
        throw ValidationException(
            ErrorCode.JWT_CLAIM_COMPARISON_FAILED,
            "the access token must be for ${shown(audiences)} (\"aud\"), but is for ${shown(found)}: " +
                "audience(…) of the settings names what else this resource server is",
            subject = ValidationSubject.claim("aud"),
        )
    }

    private fun shown(names: Collection<String>): String =
        names.joinToString(" or ", limit = MOST_SHOWN) { "\"${printable(it)}\"" }.ifEmpty { "nobody" }

    private fun invalid(
        claim: String,
        message: String,
    ) = ValidationException(ErrorCode.INVALID_RESPONSE, message, subject = ValidationSubject.claim(claim))

    private inline fun <T> refusing(check: () -> T): T =
        try {
            check()
        } catch (e: OAuthException) {
            throw RefusedToken(e.text, e)
        }

    companion object {
        const val KIND: String = "access token"

        // RFC 9068 §2.1
        private const val TYPE = "at+jwt"
        private const val ANY_JWT = "jwt"

        // RFC 9068 §2.2
        private val REQUIRED = listOf("iss", "exp", "aud", "sub", "client_id", "iat", "jti")

        /** Those without which a token can still be judged. */
        val OPTIONAL: Set<String> = setOf("sub", "client_id", "iat", "jti")

        private val TEXTS = listOf("sub", "client_id", "jti")

        // OpenID Connect Core §2
        private val ID_TOKEN_CLAIMS = listOf("nonce", "at_hash")

        private const val MOST_SHOWN = 5

        /** What must be there where [missing] need not. */
        fun required(missing: Set<String>): List<String> = REQUIRED - missing
    }
}
