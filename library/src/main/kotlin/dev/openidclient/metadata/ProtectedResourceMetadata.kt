package dev.openidclient.metadata

import dev.openidclient.error.ErrorCode
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.OAuthException
import dev.openidclient.json.JsonMembers
import dev.openidclient.json.parseJson
import kotlinx.serialization.json.JsonObject

/**
 * What a protected resource says of itself ([RFC 9728 §2](https://www.rfc-editor.org/rfc/rfc9728#section-2)).
 *
 * Each property is the member of the same name in snake case, null where it is absent; reading a member of the wrong
 * type throws [InvalidResponseException] (`OAUTH_INVALID_RESPONSE`). Unknown members survive in [json].
 */
public class ProtectedResourceMetadata(
    json: JsonObject,
) : JsonMembers(json, "ProtectedResourceMetadata") {
    /** `resource`: its identifier; the constructor throws [InvalidResponseException] where it is missing or empty. */
    public val resource: String = read.requiredString("resource")

    /** `authorization_servers`: the issuers whose tokens the resource takes. */
    public val authorizationServers: List<String>? get() = read.optionalStrings("authorization_servers")
    public val jwksUri: String? get() = read.optionalString("jwks_uri")
    public val scopesSupported: List<String>? get() = read.optionalStrings("scopes_supported")
    public val bearerMethodsSupported: List<String>? get() = read.optionalStrings("bearer_methods_supported")
    public val resourceSigningAlgValuesSupported: List<String>?
        get() = read.optionalStrings("resource_signing_alg_values_supported")
    public val tlsClientCertificateBoundAccessTokens: Boolean?
        get() = read.optionalBoolean("tls_client_certificate_bound_access_tokens")
    public val authorizationDetailsTypesSupported: List<String>?
        get() = read.optionalStrings("authorization_details_types_supported")
    public val dpopSigningAlgValuesSupported: List<String>?
        get() = read.optionalStrings("dpop_signing_alg_values_supported")
    public val dpopBoundAccessTokensRequired: Boolean?
        get() = read.optionalBoolean("dpop_bound_access_tokens_required")

    // For people
    public val resourceName: String? get() = read.optionalString("resource_name")
    public val resourceDocumentation: String? get() = read.optionalString("resource_documentation")
    public val resourcePolicyUri: String? get() = read.optionalString("resource_policy_uri")
    public val resourceTosUri: String? get() = read.optionalString("resource_tos_uri")

    /** `signed_metadata` as it came: it is not processed (RFC 9728 §2.2). */
    public val signedMetadata: String? get() = read.optionalString("signed_metadata")

    override fun violation(message: String): OAuthException =
        InvalidResponseException(ErrorCode.INVALID_RESPONSE, "resource metadata: $message")

    /** The metadata of a resource is public. */
    override fun toString(): String = shownWhole()

    public companion object {
        /** Reads a metadata document. Throws [IllegalArgumentException] where [text] is no JSON object. */
        @JvmStatic
        public fun parse(text: String): ProtectedResourceMetadata =
            ProtectedResourceMetadata(
                requireNotNull(parseJson(text) as? JsonObject) { "the resource metadata must be a JSON object" },
            )
    }
}
