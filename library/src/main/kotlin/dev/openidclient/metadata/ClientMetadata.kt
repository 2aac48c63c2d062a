package dev.openidclient.metadata

import dev.openidclient.json.JsonMembers
import dev.openidclient.json.boolean
import dev.openidclient.json.kind
import dev.openidclient.json.kindOrNumber
import dev.openidclient.json.number
import dev.openidclient.json.parseJson
import dev.openidclient.json.text
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonNull
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import java.time.Duration
import java.time.Instant

/**
 * What the authorization server knows of this client ([RFC 7591 §2](https://www.rfc-editor.org/rfc/rfc7591#section-2),
 * [OpenID Connect Registration §2](https://openid.net/specs/openid-connect-registration-1_0.html#ClientMetadata)), as
 * far as it changes how the client behaves; unknown members survive in [json]. Its `toString` shows no value.
 *
 * The page `docs/registration.md` shows where it comes from.
 */
public class ClientMetadata(
    json: JsonObject,
) : JsonMembers(json, "ClientMetadata") {
    /**
     * `client_id`; the constructor throws [IllegalArgumentException] where this or another member below has the wrong
     * type.
     */
    public val clientId: String = string("client_id") ?: throw absentClientId()

    /** `client_secret` */
    public val clientSecret: String? = string("client_secret")

    /** `token_endpoint_auth_method`: chooses the authentication where the settings name none. */
    public val tokenEndpointAuthMethod: String? = string("token_endpoint_auth_method")

    /**
     * `id_token_signed_response_alg`: the one algorithm that an ID Token may be signed with. `HS256`, `HS384` and
     * `HS512` need a client secret of 32, 48 or 64 bytes at least, which then verifies every ID Token ([OpenID Connect
     * Core §10.1](https://openid.net/specs/openid-connect-core-1_0.html#Signing)).
     */
    public val idTokenSignedResponseAlg: String? = string("id_token_signed_response_alg")

    /**
     * `authorization_signed_response_alg`: the one algorithm that an authorization response (JARM) may be signed with.
     */
    public val authorizationSignedResponseAlg: String? = string("authorization_signed_response_alg")

    /** `userinfo_signed_response_alg`: UserInfo must be a JWT, signed with this algorithm; an HMAC as for ID Tokens. */
    public val userinfoSignedResponseAlg: String? = string("userinfo_signed_response_alg")

    /**
     * `introspection_signed_response_alg`: the answer to an introspection must be a JWT, signed with this algorithm.
     */
    public val introspectionSignedResponseAlg: String? = string("introspection_signed_response_alg")

    /** `id_token_encrypted_response_alg`: an ID Token must be encrypted; the key is one of the settings'. */
    public val idTokenEncryptedResponseAlg: String? = string("id_token_encrypted_response_alg")

    /** `authorization_encrypted_response_alg`: an authorization response (JARM) must be encrypted. */
    public val authorizationEncryptedResponseAlg: String? = string("authorization_encrypted_response_alg")

    /** `userinfo_encrypted_response_alg`: UserInfo must be encrypted. */
    public val userinfoEncryptedResponseAlg: String? = string("userinfo_encrypted_response_alg")

    /** `introspection_encrypted_response_alg`: the answer to an introspection must be encrypted. */
    public val introspectionEncryptedResponseAlg: String? = string("introspection_encrypted_response_alg")

    /** `require_auth_time`: an ID Token must have `auth_time`. Default false. */
    public val requireAuthTime: Boolean = member("require_auth_time", "true or false") { boolean(it) } ?: false

    /**
     * `default_max_age`: how long ago the person may have signed in, in whole seconds, where a request names no
     * `max_age`.
     */
    public val defaultMaxAge: Duration? =
        member("default_max_age", "a number, 0 or more", ::kindOrNumber) { number(it)?.takeIf { age -> age >= 0 } }
            ?.let { Duration.ofSeconds(it.toLong()) }

    /**
     * `use_mtls_endpoint_aliases`: whether the server's endpoints for mutual TLS are used where it has them ([RFC 8705
     * §5](https://www.rfc-editor.org/rfc/rfc8705#section-5)). Null, the default: where the client authenticates with a
     * certificate or has access tokens bound to one.
     */
    public val useMtlsEndpointAliases: Boolean? =
        member("use_mtls_endpoint_aliases", "true or false") { boolean(it) }

    /**
     * `tls_client_certificate_bound_access_tokens`: access tokens are bound to the client certificate (RFC 8705 §3.4).
     * Default false.
     */
    public val tlsClientCertificateBoundAccessTokens: Boolean =
        member("tls_client_certificate_bound_access_tokens", "true or false") { boolean(it) } ?: false

    /**
     * `require_pushed_authorization_requests`: only pushed authorization requests (RFC 9126 §6). Default false.
     */
    public val requirePushedAuthorizationRequests: Boolean =
        member("require_pushed_authorization_requests", "true or false") { boolean(it) } ?: false

    /** `require_signed_request_object`: only signed request objects (RFC 9101 §10.5). Default false. */
    public val requireSignedRequestObject: Boolean =
        member("require_signed_request_object", "true or false") { boolean(it) } ?: false

    /**
     * `backchannel_logout_session_required`: a logout token must name the session (`sid`), not only the person ([OpenID
     * Connect Back-Channel Logout §2.2](https://openid.net/specs/openid-connect-backchannel-1_0.html#BCRegistration)).
     * Default false.
     */
    public val backchannelLogoutSessionRequired: Boolean =
        member("backchannel_logout_session_required", "true or false") { boolean(it) } ?: false

    /**
     * `frontchannel_logout_session_required`: a logout through the browser must name issuer and session ([OpenID Connect
     * Front-Channel Logout §2](https://openid.net/specs/openid-connect-frontchannel-1_0.html#RPLogout)). Default false.
     */
    public val frontchannelLogoutSessionRequired: Boolean =
        member("frontchannel_logout_session_required", "true or false") { boolean(it) } ?: false

    /**
     * `client_secret_expires_at` of a registration; null where it does not expire, where the server does not say, or
     * where there is no secret (RFC 7591 §3.2.1).
     */
    public val clientSecretExpiresAt: Instant?
        get() = read.optionalInstant("client_secret_expires_at")?.takeIf { it.epochSecond > 0 }

    /** `client_id_issued_at` of a registration (RFC 7591 §3.2.1). */
    public val clientIdIssuedAt: Instant? get() = read.optionalInstant("client_id_issued_at")

    /** The `…_signed_response_alg` that are there, by name. */
    internal val signedResponseAlgorithms: Map<String, String>
        get() =
            listOf(
                "id_token_signed_response_alg" to idTokenSignedResponseAlg,
                "authorization_signed_response_alg" to authorizationSignedResponseAlg,
                "userinfo_signed_response_alg" to userinfoSignedResponseAlg,
                "introspection_signed_response_alg" to introspectionSignedResponseAlg,
            ).mapNotNull { (name, algorithm) -> algorithm?.let { name to it } }.toMap()

    /** The `…_encrypted_response_alg` that are there, by name. */
    internal val encryptedResponseAlgorithms: Map<String, String> =
        listOf(
            "id_token_encrypted_response_alg" to idTokenEncryptedResponseAlg,
            "authorization_encrypted_response_alg" to authorizationEncryptedResponseAlg,
            "userinfo_encrypted_response_alg" to userinfoEncryptedResponseAlg,
            "introspection_encrypted_response_alg" to introspectionEncryptedResponseAlg,
        ).mapNotNull { (name, algorithm) -> algorithm?.let { name to it } }.toMap()

    private fun <T : Any> member(
        name: String,
        rule: String,
        found: (JsonElement) -> String = ::kind,
        read: (JsonElement) -> T?,
    ): T? =
        json[name]?.takeUnless { it is JsonNull }?.let {
            requireNotNull(read(it)) { "client metadata \"$name\" must be $rule, but is ${found(it)}" }
        }

    /** Servers answer `null` or `""` for what a client does not have. */
    private fun string(name: String): String? = member(name, "a string") { text(it) }?.ifEmpty { null }

    private fun absentClientId() = IllegalArgumentException("client metadata must have a \"client_id\"")

    public companion object {
        /**
         * Reads a metadata document, as a registration answers it. Throws [IllegalArgumentException] where it is
         * malformed.
         */
        @JvmStatic
        public fun parse(text: String): ClientMetadata =
            ClientMetadata(
                requireNotNull(parseJson(text) as? JsonObject) { "the client metadata must be a JSON object" },
            )
    }
}

/** Builds [ClientMetadata]; a function is named after its member. */
@OpenIdClientDsl
public class ClientMetadataBuilder internal constructor(
    private val members: MutableMap<String, JsonElement> = LinkedHashMap(),
) {
    public fun clientSecret(secret: String): ClientMetadataBuilder = nonEmpty("client_secret", secret)

    public fun tokenEndpointAuthMethod(method: String): ClientMetadataBuilder =
        nonEmpty("token_endpoint_auth_method", method)

    public fun idTokenSignedResponseAlg(algorithm: String): ClientMetadataBuilder =
        nonEmpty("id_token_signed_response_alg", algorithm)

    public fun authorizationSignedResponseAlg(algorithm: String): ClientMetadataBuilder =
        nonEmpty("authorization_signed_response_alg", algorithm)

    public fun userinfoSignedResponseAlg(algorithm: String): ClientMetadataBuilder =
        nonEmpty("userinfo_signed_response_alg", algorithm)

    public fun introspectionSignedResponseAlg(algorithm: String): ClientMetadataBuilder =
        nonEmpty("introspection_signed_response_alg", algorithm)

    public fun idTokenEncryptedResponseAlg(algorithm: String): ClientMetadataBuilder =
        nonEmpty("id_token_encrypted_response_alg", algorithm)

    public fun authorizationEncryptedResponseAlg(algorithm: String): ClientMetadataBuilder =
        nonEmpty("authorization_encrypted_response_alg", algorithm)

    public fun userinfoEncryptedResponseAlg(algorithm: String): ClientMetadataBuilder =
        nonEmpty("userinfo_encrypted_response_alg", algorithm)

    public fun introspectionEncryptedResponseAlg(algorithm: String): ClientMetadataBuilder =
        nonEmpty("introspection_encrypted_response_alg", algorithm)

    /** `require_auth_time: true` */
    public fun requireAuthTime(): ClientMetadataBuilder = member("require_auth_time", JsonPrimitive(true))

    public fun defaultMaxAge(age: Duration): ClientMetadataBuilder =
        member("default_max_age", JsonPrimitive(age.seconds))

    /** `use_mtls_endpoint_aliases`: [ClientMetadata.useMtlsEndpointAliases]; false where an alias does not work. */
    @JvmOverloads
    public fun useMtlsEndpointAliases(use: Boolean = true): ClientMetadataBuilder =
        member("use_mtls_endpoint_aliases", JsonPrimitive(use))

    /** `tls_client_certificate_bound_access_tokens: true` */
    public fun tlsClientCertificateBoundAccessTokens(): ClientMetadataBuilder =
        member("tls_client_certificate_bound_access_tokens", JsonPrimitive(true))

    /** `backchannel_logout_session_required: true` */
    public fun backchannelLogoutSessionRequired(): ClientMetadataBuilder =
        member("backchannel_logout_session_required", JsonPrimitive(true))

    /** `frontchannel_logout_session_required: true` */
    public fun frontchannelLogoutSessionRequired(): ClientMetadataBuilder =
        member("frontchannel_logout_session_required", JsonPrimitive(true))

    /** Any other member; `client_id` is named once, where the client is made. */
    public fun member(
        name: String,
        value: JsonElement,
    ): ClientMetadataBuilder {
        members[name] = value
        return this
    }

    /** The same with a string. */
    public fun member(
        name: String,
        value: String,
    ): ClientMetadataBuilder = member(name, JsonPrimitive(value))

    /** Takes over all [metadata], as a registration answered it. */
    public fun members(metadata: ClientMetadata): ClientMetadataBuilder {
        members += metadata.json
        return this
    }

    /** A server's empty string is none; a caller's is a mistake. */
    private fun nonEmpty(
        name: String,
        value: String,
    ): ClientMetadataBuilder {
        require(value.isNotEmpty()) { "client metadata \"$name\" must not be empty" }
        return member(name, value)
    }

    internal val names: Set<String> get() = members.keys

    internal fun build(clientId: String): ClientMetadata {
        require(clientId.isNotEmpty()) { "the client id must not be empty" }
        val named = members["client_id"]
        require(named == null || text(named) == clientId) {
            "client metadata has the \"client_id\" $named, but the client is made for \"$clientId\""
        }
        return ClientMetadata(JsonObject(mapOf("client_id" to JsonPrimitive(clientId)) + members))
    }
}
