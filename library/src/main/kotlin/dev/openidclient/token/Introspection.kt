package dev.openidclient.token

import dev.openidclient.client.AuthorizationDetail
import dev.openidclient.client.EndpointCall
import dev.openidclient.client.OpenIdClient
import dev.openidclient.client.Purpose
import dev.openidclient.client.RequestBuilder
import dev.openidclient.client.askProvingOnDemand
import dev.openidclient.client.endpoint
import dev.openidclient.client.mayBePlain
import dev.openidclient.client.open
import dev.openidclient.client.requireMayBePlain
import dev.openidclient.client.sending
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.OAuthException
import dev.openidclient.http.HttpHeaders
import dev.openidclient.http.HttpResponse
import dev.openidclient.http.MediaType
import dev.openidclient.http.Secrets
import dev.openidclient.http.jsonObject
import dev.openidclient.http.mediaType
import dev.openidclient.http.shownMediaType
import dev.openidclient.jose.AcceptedType
import dev.openidclient.jose.AlgorithmRule
import dev.openidclient.jose.JwtValidation
import dev.openidclient.json.JsonMembers
import dev.openidclient.json.boolean
import dev.openidclient.json.kind
import dev.openidclient.metadata.requireAudience
import dev.openidclient.metadata.requireIssuer
import kotlinx.serialization.json.JsonObject
import java.time.Instant

/**
 * Asks the server whether [token] is active, and what it is for ([RFC 7662
 * §2](https://www.rfc-editor.org/rfc/rfc7662#section-2)). With `introspection_signed_response_alg` in the client
 * metadata the answer must be a signed JWT ([RFC 9701](https://www.rfc-editor.org/rfc/rfc9701)). A client with a DPoP key
 * sends a proof where the server's answer asks for one.
 *
 * Throws [OAuthException]; [IllegalArgumentException] where [token] is empty.
 *
 * The page `docs/tokens.md` shows it.
 */
public suspend fun OpenIdClient.introspect(
    token: String,
    configure: TokenQueryBuilder.() -> Unit = {},
): IntrospectionResponse {
    require(token.isNotEmpty()) { "the token must not be empty" }
    val form = TokenQueryBuilder().apply(configure).parameters.plus("token", token)
    val isPlain = metadata.introspectionSignedResponseAlg == null && mayBePlain(ENCRYPTION)
    val accepted = if (isPlain) MediaType.JSON else MediaType.INTROSPECTION_JWT
    val headers = HttpHeaders.of("accept" to accepted)
    return sending {
        val endpoint = endpoint("introspection_endpoint")
        val call = EndpointCall.form(Purpose.INTROSPECTION, endpoint, form, headers, due = "active")
        askProvingOnDemand(call).read {
            val json = if (mediaType == MediaType.INTROSPECTION_JWT) signedAnswer(bodyText()) else plainAnswer(this, it)
            if (boolean(json["active"]) == null) {
                throw invalid("introspection: \"active\" must be true or false, but is ${kind(json["active"])}")
            }
            IntrospectionResponse(json)
        }
    }
}

/** The parameters of a question about a token, or of its revocation. */
public class TokenQueryBuilder internal constructor() : RequestBuilder<TokenQueryBuilder>(OWNED, "TokenQueryBuilder") {
    /** `token_type_hint`: `access_token` or `refresh_token`, to help the server find it. */
    public fun tokenTypeHint(hint: String): TokenQueryBuilder = set("token_type_hint", hint)

    override fun self(): TokenQueryBuilder = this

    private companion object {
        val OWNED =
            listOf(
                "token",
                "client_id",
                "client_secret",
                "client_assertion",
                "client_assertion_type",
            ).associateWith {
                null
            }
    }
}

private fun OpenIdClient.plainAnswer(
    response: HttpResponse,
    secrets: Secrets,
): JsonObject {
    val algorithm = metadata.introspectionSignedResponseAlg
    if (algorithm == null) {
        requireMayBePlain(KIND, ENCRYPTION)
        return response.jsonObject(secrets)
    }
    throw invalid(
        "introspection: the answer must be a JWT signed with $algorithm, as \"introspection_signed_response_alg\" of " +
            "the client metadata says, but came as " +
            (response.shownMediaType(secrets) ?: "a body without a media type"),
    )
}

/** RFC 9701 §5. */
private suspend fun OpenIdClient.signedAnswer(compact: String): JsonObject {
    val rule =
        AlgorithmRule(
            "introspection_signed_response_alg",
            metadata.introspectionSignedResponseAlg,
            "introspection_signing_alg_values_supported",
            server.introspectionSigningAlgValuesSupported,
            AlgorithmRule.DEFAULT,
            configuration.profile?.algorithms,
        )
    val opened = open(compact, KIND, ENCRYPTION)
    val jwt = JwtValidation(time.now, time.tolerance).validate(opened, KIND, rule, unsignedAllowed = true, TYPE)
    for (name in listOf("aud", "iat", "iss")) {
        if (name !in jwt.claims) throw invalid("the $KIND must have the claim \"$name\"")
    }
    jwt.requireIssuer(expectedIssuer)
    jwt.requireAudience(clientId)
    if (configuration.nonRepudiation) jwks.verify(jwt)
    return jwt.claims["token_introspection"] as? JsonObject
        ?: throw invalid(
            "claim \"token_introspection\" of the $KIND must be a JSON object, " +
                "but is ${kind(jwt.claims["token_introspection"])}",
        )
}

private fun invalid(message: String) = InvalidResponseException(ErrorCode.INVALID_RESPONSE, message)

private const val KIND = "introspection response"
private const val ENCRYPTION = "introspection_encrypted_response_alg"
private val TYPE = AcceptedType.exactly("token-introspection+jwt")

/**
 * What a server says of a token ([RFC 7662 §2.2](https://www.rfc-editor.org/rfc/rfc7662#section-2.2)); unknown members
 * survive in [json].
 */
public class IntrospectionResponse internal constructor(
    json: JsonObject,
) : JsonMembers(json, "IntrospectionResponse") {
    /** `active`: false for every token that is expired, revoked, unknown, or not for the one who asks. */
    public val isActive: Boolean get() = boolean(json["active"]) == true

    /** `scope`: space-separated. */
    public val scope: String? get() = read.optionalScope("scope")
    public val clientId: String? get() = read.optionalString("client_id")
    public val username: String? get() = read.optionalString("username")
    public val tokenType: String? get() = read.optionalString("token_type")

    /** `exp` */
    public val expiresAt: Instant? get() = read.optionalInstant("exp")

    /** `iat` */
    public val issuedAt: Instant? get() = read.optionalInstant("iat")

    /** `nbf` */
    public val notBefore: Instant? get() = read.optionalInstant("nbf")

    /** `sub` */
    public val subject: String? get() = read.optionalString("sub")

    /** `aud` */
    public val audience: List<String>? get() = read.optionalStringOrStrings("aud")

    /** `iss` */
    public val issuer: String? get() = read.optionalString("iss")

    /** `jti` */
    public val jwtId: String? get() = read.optionalString("jti")

    /** `sid` */
    public val sessionId: String? get() = read.optionalString("sid")

    /** `cnf`: the key or certificate that the token is bound to. */
    public val confirmation: Confirmation? get() = read.optionalObject("cnf")?.let(::Confirmation)

    /** `authorization_details` (RFC 9396 §9.2) */
    public val authorizationDetails: List<AuthorizationDetail>?
        get() = AuthorizationDetail.listOf(read.optionalArray("authorization_details"))

    override val shown: Set<String> get() =
        setOf(
            "active",
            "scope",
            "client_id",
            "token_type",
            "exp",
            "iat",
            "iss",
            "aud",
        )
}
