package dev.openidclient.metadata

import dev.openidclient.error.ErrorCode
import dev.openidclient.error.MetadataException
import dev.openidclient.error.OAuthException
import dev.openidclient.http.AbsoluteUrl
import dev.openidclient.json.JsonMembers
import dev.openidclient.json.parseJson
import kotlinx.serialization.json.JsonObject
import java.util.concurrent.ConcurrentHashMap

/**
 * What an authorization server says of itself ([RFC 8414 §2](https://www.rfc-editor.org/rfc/rfc8414#section-2),
 * [OpenID Connect Discovery §3](https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderMetadata)).
 *
 * Each property is the member of the same name in snake case, null where it is absent; reading a member of the wrong
 * type throws [MetadataException]. Unknown members survive in [json].
 *
 * The page `docs/specifications.md` names the specification of each feature.
 */
public class AuthorizationServerMetadata(
    json: JsonObject,
) : JsonMembers(json, "AuthorizationServerMetadata") {
    /** `issuer`; the constructor throws [MetadataException] where it is missing or empty. */
    public val issuer: String = read.requiredString("issuer")

    private val urls = ConcurrentHashMap<String, AbsoluteUrl>()

    /** [text], the value of a member, as a URL; each is parsed once. Null where it is no absolute URL. */
    internal fun absoluteUrl(text: String): AbsoluteUrl? =
        urls[text] ?: AbsoluteUrl.parse(text)?.also { urls[text] = it }

    // Endpoints
    public val authorizationEndpoint: String? get() = read.optionalString("authorization_endpoint")
    public val tokenEndpoint: String? get() = read.optionalString("token_endpoint")
    public val userinfoEndpoint: String? get() = read.optionalString("userinfo_endpoint")
    public val jwksUri: String? get() = read.optionalString("jwks_uri")
    public val registrationEndpoint: String? get() = read.optionalString("registration_endpoint")
    public val introspectionEndpoint: String? get() = read.optionalString("introspection_endpoint")
    public val revocationEndpoint: String? get() = read.optionalString("revocation_endpoint")
    public val deviceAuthorizationEndpoint: String? get() = read.optionalString("device_authorization_endpoint")
    public val pushedAuthorizationRequestEndpoint: String?
        get() = read.optionalString("pushed_authorization_request_endpoint")
    public val backchannelAuthenticationEndpoint: String?
        get() = read.optionalString("backchannel_authentication_endpoint")
    public val endSessionEndpoint: String? get() = read.optionalString("end_session_endpoint")
    public val checkSessionIframe: String? get() = read.optionalString("check_session_iframe")

    // What the server can do
    public val scopesSupported: List<String>? get() = read.optionalStrings("scopes_supported")
    public val responseTypesSupported: List<String>? get() = read.optionalStrings("response_types_supported")
    public val responseModesSupported: List<String>? get() = read.optionalStrings("response_modes_supported")
    public val grantTypesSupported: List<String>? get() = read.optionalStrings("grant_types_supported")
    public val acrValuesSupported: List<String>? get() = read.optionalStrings("acr_values_supported")
    public val subjectTypesSupported: List<String>? get() = read.optionalStrings("subject_types_supported")
    public val displayValuesSupported: List<String>? get() = read.optionalStrings("display_values_supported")
    public val claimTypesSupported: List<String>? get() = read.optionalStrings("claim_types_supported")
    public val claimsSupported: List<String>? get() = read.optionalStrings("claims_supported")
    public val claimsLocalesSupported: List<String>? get() = read.optionalStrings("claims_locales_supported")
    public val uiLocalesSupported: List<String>? get() = read.optionalStrings("ui_locales_supported")
    public val codeChallengeMethodsSupported: List<String>?
        get() = read.optionalStrings("code_challenge_methods_supported")
    public val dpopSigningAlgValuesSupported: List<String>?
        get() = read.optionalStrings("dpop_signing_alg_values_supported")
    public val authorizationDetailsTypesSupported: List<String>?
        get() = read.optionalStrings("authorization_details_types_supported")
    public val authorizationGrantProfilesSupported: List<String>?
        get() = read.optionalStrings("authorization_grant_profiles_supported")
    public val identityChainingRequestedTokenTypesSupported: List<String>?
        get() = read.optionalStrings("identity_chaining_requested_token_types_supported")
    public val protectedResources: List<String>? get() = read.optionalStrings("protected_resources")
    public val promptValuesSupported: List<String>? get() = read.optionalStrings("prompt_values_supported")
    public val claimsParameterSupported: Boolean? get() = read.optionalBoolean("claims_parameter_supported")
    public val requestParameterSupported: Boolean? get() = read.optionalBoolean("request_parameter_supported")
    public val requestUriParameterSupported: Boolean? get() = read.optionalBoolean("request_uri_parameter_supported")
    public val requireRequestUriRegistration: Boolean? get() = read.optionalBoolean("require_request_uri_registration")
    public val requirePushedAuthorizationRequests: Boolean?
        get() = read.optionalBoolean("require_pushed_authorization_requests")
    public val requireSignedRequestObject: Boolean? get() = read.optionalBoolean("require_signed_request_object")
    public val clientIdMetadataDocumentSupported: Boolean?
        get() = read.optionalBoolean("client_id_metadata_document_supported")
    public val authorizationResponseIssParameterSupported: Boolean?
        get() = read.optionalBoolean("authorization_response_iss_parameter_supported")
    public val tlsClientCertificateBoundAccessTokens: Boolean?
        get() = read.optionalBoolean("tls_client_certificate_bound_access_tokens")

    // Client authentication
    public val tokenEndpointAuthMethodsSupported: List<String>?
        get() = read.optionalStrings("token_endpoint_auth_methods_supported")
    public val tokenEndpointAuthSigningAlgValuesSupported: List<String>?
        get() = read.optionalStrings("token_endpoint_auth_signing_alg_values_supported")
    public val introspectionEndpointAuthMethodsSupported: List<String>?
        get() = read.optionalStrings("introspection_endpoint_auth_methods_supported")
    public val introspectionEndpointAuthSigningAlgValuesSupported: List<String>?
        get() = read.optionalStrings("introspection_endpoint_auth_signing_alg_values_supported")
    public val revocationEndpointAuthMethodsSupported: List<String>?
        get() = read.optionalStrings("revocation_endpoint_auth_methods_supported")
    public val revocationEndpointAuthSigningAlgValuesSupported: List<String>?
        get() = read.optionalStrings("revocation_endpoint_auth_signing_alg_values_supported")

    // Algorithms of what the server signs and encrypts, and of what it takes
    public val idTokenSigningAlgValuesSupported: List<String>?
        get() = read.optionalStrings("id_token_signing_alg_values_supported")
    public val idTokenEncryptionAlgValuesSupported: List<String>?
        get() = read.optionalStrings("id_token_encryption_alg_values_supported")
    public val idTokenEncryptionEncValuesSupported: List<String>?
        get() = read.optionalStrings("id_token_encryption_enc_values_supported")
    public val userinfoSigningAlgValuesSupported: List<String>?
        get() = read.optionalStrings("userinfo_signing_alg_values_supported")
    public val userinfoEncryptionAlgValuesSupported: List<String>?
        get() = read.optionalStrings("userinfo_encryption_alg_values_supported")
    public val userinfoEncryptionEncValuesSupported: List<String>?
        get() = read.optionalStrings("userinfo_encryption_enc_values_supported")
    public val authorizationSigningAlgValuesSupported: List<String>?
        get() = read.optionalStrings("authorization_signing_alg_values_supported")
    public val authorizationEncryptionAlgValuesSupported: List<String>?
        get() = read.optionalStrings("authorization_encryption_alg_values_supported")
    public val authorizationEncryptionEncValuesSupported: List<String>?
        get() = read.optionalStrings("authorization_encryption_enc_values_supported")
    public val introspectionSigningAlgValuesSupported: List<String>?
        get() = read.optionalStrings("introspection_signing_alg_values_supported")
    public val introspectionEncryptionAlgValuesSupported: List<String>?
        get() = read.optionalStrings("introspection_encryption_alg_values_supported")
    public val introspectionEncryptionEncValuesSupported: List<String>?
        get() = read.optionalStrings("introspection_encryption_enc_values_supported")
    public val requestObjectSigningAlgValuesSupported: List<String>?
        get() = read.optionalStrings("request_object_signing_alg_values_supported")
    public val requestObjectEncryptionAlgValuesSupported: List<String>?
        get() = read.optionalStrings("request_object_encryption_alg_values_supported")
    public val requestObjectEncryptionEncValuesSupported: List<String>?
        get() = read.optionalStrings("request_object_encryption_enc_values_supported")

    // CIBA and logout
    public val backchannelTokenDeliveryModesSupported: List<String>?
        get() = read.optionalStrings("backchannel_token_delivery_modes_supported")
    public val backchannelAuthenticationRequestSigningAlgValuesSupported: List<String>?
        get() = read.optionalStrings("backchannel_authentication_request_signing_alg_values_supported")
    public val backchannelUserCodeParameterSupported: Boolean?
        get() = read.optionalBoolean("backchannel_user_code_parameter_supported")
    public val backchannelLogoutSupported: Boolean? get() = read.optionalBoolean("backchannel_logout_supported")
    public val backchannelLogoutSessionSupported: Boolean?
        get() = read.optionalBoolean("backchannel_logout_session_supported")
    public val frontchannelLogoutSupported: Boolean? get() = read.optionalBoolean("frontchannel_logout_supported")
    public val frontchannelLogoutSessionSupported: Boolean?
        get() = read.optionalBoolean("frontchannel_logout_session_supported")

    // For people
    public val serviceDocumentation: String? get() = read.optionalString("service_documentation")
    public val opPolicyUri: String? get() = read.optionalString("op_policy_uri")
    public val opTosUri: String? get() = read.optionalString("op_tos_uri")
    public val signedMetadata: String? get() = read.optionalString("signed_metadata")

    /** The endpoints for mutual TLS ([RFC 8705 §5](https://www.rfc-editor.org/rfc/rfc8705#section-5)). */
    public val mtlsEndpointAliases: MtlsEndpointAliases?
        get() = read.optionalObject("mtls_endpoint_aliases")?.let(::MtlsEndpointAliases)

    /**
     * Whether the server lists [method] for PKCE ([RFC 7636 §4.2](https://www.rfc-editor.org/rfc/rfc7636#section-4.2));
     * false where it lists none.
     */
    @JvmOverloads
    public fun supportsPkce(method: String = "S256"): Boolean = codeChallengeMethodsSupported.orEmpty().contains(method)

    override fun violation(message: String): OAuthException = invalidMetadata(message)

    /** The server's metadata is public. */
    override fun toString(): String = shownWhole()

    public companion object {
        /** Reads a metadata document. Throws [IllegalArgumentException] where [text] is no JSON object. */
        @JvmStatic
        public fun parse(text: String): AuthorizationServerMetadata =
            AuthorizationServerMetadata(
                requireNotNull(parseJson(text) as? JsonObject) { "the server metadata must be a JSON object" },
            )
    }
}

/**
 * Alternative endpoints for clients that use mutual TLS ([RFC 8705
 * §5](https://www.rfc-editor.org/rfc/rfc8705#section-5)).
 */
public class MtlsEndpointAliases(
    json: JsonObject,
) : JsonMembers(json, "MtlsEndpointAliases") {
    public val tokenEndpoint: String? get() = read.optionalString("token_endpoint")
    public val userinfoEndpoint: String? get() = read.optionalString("userinfo_endpoint")
    public val introspectionEndpoint: String? get() = read.optionalString("introspection_endpoint")
    public val revocationEndpoint: String? get() = read.optionalString("revocation_endpoint")
    public val deviceAuthorizationEndpoint: String? get() = read.optionalString("device_authorization_endpoint")
    public val pushedAuthorizationRequestEndpoint: String? get() =
        read.optionalString(
            "pushed_authorization_request_endpoint",
        )
    public val backchannelAuthenticationEndpoint: String? get() =
        read.optionalString(
            "backchannel_authentication_endpoint",
        )

    override fun violation(message: String): OAuthException = invalidMetadata("mtls_endpoint_aliases: $message")

    override fun toString(): String = shownWhole()
}

private fun invalidMetadata(message: String) =
    MetadataException(ErrorCode.INVALID_SERVER_METADATA, "server metadata: $message")
