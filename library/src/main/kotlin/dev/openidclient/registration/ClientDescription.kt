package dev.openidclient.registration

import dev.openidclient.jose.Jwk
import dev.openidclient.jose.JwkSet
import dev.openidclient.metadata.OpenIdClientDsl
import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive

/**
 * What a client says of itself, in a registration or in a document of its own ([RFC 7591
 * §2](https://www.rfc-editor.org/rfc/rfc7591#section-2), [OpenID Connect Registration
 * §2](https://openid.net/specs/openid-connect-registration-1_0.html#ClientMetadata)). A function is named after its
 * member. [S] is the builder itself, so that calls chain.
 */
@OpenIdClientDsl
public abstract class ClientDescription<S : ClientDescription<S>> internal constructor() {
    private val members = LinkedHashMap<String, JsonElement>()

    /** `jwks`: the client's public keys by value. A private or symmetric one is refused before anything goes out. */
    public fun jwks(keys: JwkSet): S = member("jwks", keys.json)

    /** `redirect_uris`: where the browser may come back to. */
    public fun redirectUris(vararg values: String): S = strings("redirect_uris", values)

    /** `post_logout_redirect_uris`: where the browser may come back to after logout. */
    public fun postLogoutRedirectUris(vararg values: String): S = strings("post_logout_redirect_uris", values)

    /** `grant_types`: the grants that the client uses. */
    public fun grantTypes(vararg values: String): S = strings("grant_types", values)

    /**
     * `response_types`: the response types that the client uses. One without `code` needs nothing in the settings, and
     * what the settings choose need not be named here; the two must not contradict each other.
     */
    public fun responseTypes(vararg values: String): S = strings("response_types", values)

    /** `contacts`: e-mail addresses of the people in charge. */
    public fun contacts(vararg values: String): S = strings("contacts", values)

    /** `client_name`: the name that people are shown. */
    public fun clientName(value: String): S = member("client_name", JsonPrimitive(value))

    /** `client_uri`: a web page about the client. */
    public fun clientUri(value: String): S = member("client_uri", JsonPrimitive(value))

    /** `logo_uri`: the logo that people are shown. */
    public fun logoUri(value: String): S = member("logo_uri", JsonPrimitive(value))

    /** `policy_uri`: how the client uses what it learns. */
    public fun policyUri(value: String): S = member("policy_uri", JsonPrimitive(value))

    /** `tos_uri`: the terms of service. */
    public fun tosUri(value: String): S = member("tos_uri", JsonPrimitive(value))

    /** `jwks_uri`: where the client's public keys are. */
    public fun jwksUri(value: String): S = member("jwks_uri", JsonPrimitive(value))

    /** `scope`: the scopes that the client may ask for, separated by spaces. */
    public fun scope(value: String): S = member("scope", JsonPrimitive(value))

    /** `software_id`: the software, the same for all its instances. */
    public fun softwareId(value: String): S = member("software_id", JsonPrimitive(value))

    /** `software_version`: its version. */
    public fun softwareVersion(value: String): S = member("software_version", JsonPrimitive(value))

    /** `software_statement`: a signed JWT with metadata that the server may trust. */
    public fun softwareStatement(value: String): S = member("software_statement", JsonPrimitive(value))

    /** `token_endpoint_auth_method`: how the client authenticates. */
    public fun tokenEndpointAuthMethod(value: String): S = member("token_endpoint_auth_method", JsonPrimitive(value))

    /** `token_endpoint_auth_signing_alg`: the algorithm of its assertions. */
    public fun tokenEndpointAuthSigningAlg(value: String): S =
        member("token_endpoint_auth_signing_alg", JsonPrimitive(value))

    /** `id_token_signed_response_alg`: the algorithm of ID Tokens. */
    public fun idTokenSignedResponseAlg(value: String): S = member("id_token_signed_response_alg", JsonPrimitive(value))

    /** `userinfo_signed_response_alg`: UserInfo as a JWT of this algorithm. */
    public fun userinfoSignedResponseAlg(value: String): S =
        member("userinfo_signed_response_alg", JsonPrimitive(value))

    /** `introspection_signed_response_alg`: introspection answers as JWTs of this algorithm. */
    public fun introspectionSignedResponseAlg(value: String): S =
        member("introspection_signed_response_alg", JsonPrimitive(value))

    /** `authorization_signed_response_alg`: authorization responses (JARM) of this algorithm. */
    public fun authorizationSignedResponseAlg(value: String): S =
        member("authorization_signed_response_alg", JsonPrimitive(value))

    /** `id_token_encrypted_response_alg`: ID Tokens encrypted with this algorithm, for a key in `jwks`. */
    public fun idTokenEncryptedResponseAlg(value: String): S =
        member("id_token_encrypted_response_alg", JsonPrimitive(value))

    /** `userinfo_encrypted_response_alg`: UserInfo encrypted with this algorithm. */
    public fun userinfoEncryptedResponseAlg(value: String): S =
        member("userinfo_encrypted_response_alg", JsonPrimitive(value))

    /** `introspection_encrypted_response_alg`: introspection answers encrypted with this algorithm. */
    public fun introspectionEncryptedResponseAlg(value: String): S =
        member("introspection_encrypted_response_alg", JsonPrimitive(value))

    /** `authorization_encrypted_response_alg`: authorization responses (JARM) encrypted with this algorithm. */
    public fun authorizationEncryptedResponseAlg(value: String): S =
        member("authorization_encrypted_response_alg", JsonPrimitive(value))

    /** `request_object_signing_alg`: the algorithm of request objects. */
    public fun requestObjectSigningAlg(value: String): S = member("request_object_signing_alg", JsonPrimitive(value))

    /** `backchannel_authentication_request_signing_alg`: the algorithm of signed CIBA requests (CIBA §4). */
    public fun backchannelAuthenticationRequestSigningAlg(value: String): S =
        member("backchannel_authentication_request_signing_alg", JsonPrimitive(value))

    /** `subject_type`: `pairwise` or `public`. */
    public fun subjectType(value: String): S = member("subject_type", JsonPrimitive(value))

    /** `application_type`: `web` or `native`. */
    public fun applicationType(value: String): S = member("application_type", JsonPrimitive(value))

    /** `tls_client_auth_subject_dn`: the subject of the client certificate (RFC 8705 §2.1.2). */
    public fun tlsClientAuthSubjectDn(value: String): S = member("tls_client_auth_subject_dn", JsonPrimitive(value))

    /** `backchannel_token_delivery_mode`: CIBA: `poll`, `ping` or `push`. */
    public fun backchannelTokenDeliveryMode(value: String): S =
        member("backchannel_token_delivery_mode", JsonPrimitive(value))

    /** `backchannel_client_notification_endpoint`: CIBA: where pings go. */
    public fun backchannelClientNotificationEndpoint(value: String): S =
        member("backchannel_client_notification_endpoint", JsonPrimitive(value))

    /** `dpop_bound_access_tokens: true`: access tokens are bound to a DPoP key (RFC 9449 §5.2). */
    public fun dpopBoundAccessTokens(): S = member("dpop_bound_access_tokens", JsonPrimitive(true))

    /**
     * `tls_client_certificate_bound_access_tokens: true`: access tokens are bound to the client certificate (RFC 8705
     * §3.4).
     */
    public fun tlsClientCertificateBoundAccessTokens(): S =
        member("tls_client_certificate_bound_access_tokens", JsonPrimitive(true))

    /** `require_pushed_authorization_requests: true`: only pushed authorization requests (RFC 9126 §6). */
    public fun requirePushedAuthorizationRequests(): S =
        member("require_pushed_authorization_requests", JsonPrimitive(true))

    /** `require_signed_request_object: true`: only signed request objects (RFC 9101 §10.5). */
    public fun requireSignedRequestObject(): S = member("require_signed_request_object", JsonPrimitive(true))

    /**
     * `use_mtls_endpoint_aliases`: whether the server's endpoints for mutual TLS are used (RFC 8705 §5), for the
     * registration and, where the server answers that it registered it, for what comes after. Needed only where that is
     * not to follow from the client certificate, as it does for
     * [ClientMetadata][dev.openidclient.metadata.ClientMetadata.useMtlsEndpointAliases].
     */
    @JvmOverloads
    public fun useMtlsEndpointAliases(use: Boolean = true): S = member("use_mtls_endpoint_aliases", JsonPrimitive(use))

    /** Any other member. */
    public fun member(
        name: String,
        value: JsonElement,
    ): S {
        members[name] = value
        return self()
    }

    /** The same with a string. */
    public fun member(
        name: String,
        value: String,
    ): S = member(name, JsonPrimitive(value))

    private fun strings(
        name: String,
        values: Array<out String>,
    ): S = member(name, JsonArray(values.map(::JsonPrimitive)))

    /** Throws [IllegalArgumentException] where a key would give away more than its public members. */
    internal fun document(): JsonObject {
        members["jwks"]?.let(::requirePublic)
        return JsonObject(LinkedHashMap(members))
    }

    private fun requirePublic(keys: JsonElement) {
        when (keys) {
            is JsonArray -> keys.forEach(::requirePublic)
            is JsonObject -> {
                require(!Jwk(keys).isPrivate) {
                    "\"jwks\" must have public keys only, but ${Jwk(keys)} has private members: give its publicJwk"
                }
                keys.values.forEach(::requirePublic)
            }
            is JsonPrimitive -> Unit
        }
    }

    /** The names of the members so far. */
    internal val names: Set<String> get() = members.keys

    internal abstract fun self(): S
}
