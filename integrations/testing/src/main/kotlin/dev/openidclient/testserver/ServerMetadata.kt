package dev.openidclient.testserver

import kotlinx.serialization.json.JsonNull
import kotlinx.serialization.json.JsonObject

internal const val AUTHORIZE = "authorize"
internal const val TOKEN = "token"
internal const val JWKS = "jwks"
internal const val USERINFO = "userinfo"
internal const val PAR = "par"
internal const val DEVICE = "device_authorization"
internal const val CIBA = "backchannel_authentication"
internal const val INTROSPECT = "introspect"
internal const val REVOKE = "revoke"
internal const val REGISTER = "register"
internal const val LOGOUT = "logout"

internal const val DOCUMENTS_SUPPORTED = "client_id_metadata_document_supported"

private val SIGNING =
    listOf("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519")
private val HMAC = listOf("HS256", "HS384", "HS512")
private val ENCRYPTION = listOf("RSA-OAEP-256", "RSA-OAEP", "ECDH-ES", "ECDH-ES+A128KW", "ECDH-ES+A256KW")
private val CONTENT = listOf("A128GCM", "A256GCM", "A128CBC-HS256", "A256CBC-HS512")
private val METHODS =
    listOf(
        "client_secret_basic",
        "client_secret_post",
        "client_secret_jwt",
        "private_key_jwt",
        "tls_client_auth",
        "self_signed_tls_client_auth",
        "none",
    )

internal const val GRANT_CODE = "authorization_code"
internal const val GRANT_REFRESH = "refresh_token"
internal const val GRANT_CLIENT = "client_credentials"
internal const val GRANT_JWT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
internal const val GRANT_SAML = "urn:ietf:params:oauth:grant-type:saml2-bearer"
internal const val GRANT_EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"
internal const val GRANT_DEVICE = "urn:ietf:params:oauth:grant-type:device_code"
internal const val GRANT_CIBA = "urn:openid:params:grant-type:ciba"

internal val GRANTS =
    listOf(GRANT_CODE, GRANT_REFRESH, GRANT_CLIENT, GRANT_JWT, GRANT_SAML, GRANT_EXCHANGE, GRANT_DEVICE, GRANT_CIBA)

/** The document of both discoveries (RFC 8414 §2, OpenID Connect Discovery §3). */
internal fun serverMetadata(server: Server): JsonObject {
    val own = (endpoints(server) + abilities(server) + algorithms(server)) + server.settings.members
    return JsonObject(own.filterValues { it !is JsonNull })
}

private fun endpoints(server: Server) =
    jsonOf(
        "issuer" to (server.namedIssuer ?: server.issuer),
        "authorization_endpoint" to server.url(AUTHORIZE),
        "token_endpoint" to server.url(TOKEN),
        "userinfo_endpoint" to server.url(USERINFO),
        "jwks_uri" to server.url(JWKS),
        "registration_endpoint" to server.url(REGISTER),
        "introspection_endpoint" to server.url(INTROSPECT),
        "revocation_endpoint" to server.url(REVOKE),
        "device_authorization_endpoint" to server.url(DEVICE),
        "pushed_authorization_request_endpoint" to server.url(PAR),
        "backchannel_authentication_endpoint" to server.url(CIBA),
        "end_session_endpoint" to server.url(LOGOUT),
    )

private fun abilities(server: Server) =
    jsonOf(
        "scopes_supported" to server.settings.scopes.takeIf { it.isNotEmpty() },
        "response_types_supported" to listOf("code", "id_token", "code id_token"),
        "response_modes_supported" to RESPONSE_MODES,
        "grant_types_supported" to GRANTS,
        "subject_types_supported" to listOf("public"),
        "code_challenge_methods_supported" to listOf("S256"),
        "token_endpoint_auth_methods_supported" to METHODS,
        "introspection_endpoint_auth_methods_supported" to METHODS,
        "revocation_endpoint_auth_methods_supported" to METHODS,
        "authorization_response_iss_parameter_supported" to true,
        "claims_parameter_supported" to true,
        "request_parameter_supported" to true,
        "request_uri_parameter_supported" to false,
        "require_pushed_authorization_requests" to server.settings.requiresPushedRequests,
        "require_signed_request_object" to server.settings.requiresSignedRequests,
        "tls_client_certificate_bound_access_tokens" to true,
        "backchannel_token_delivery_modes_supported" to listOf("poll"),
        "backchannel_user_code_parameter_supported" to false,
        "backchannel_logout_supported" to true,
        "backchannel_logout_session_supported" to true,
    )

private fun algorithms(server: Server): JsonObject {
    val own = listOf(server.settings.signingAlgorithm.identifier)
    return jsonOf(
        "token_endpoint_auth_signing_alg_values_supported" to SIGNING + HMAC,
        "introspection_endpoint_auth_signing_alg_values_supported" to SIGNING + HMAC,
        "revocation_endpoint_auth_signing_alg_values_supported" to SIGNING + HMAC,
        "dpop_signing_alg_values_supported" to SIGNING,
        "request_object_signing_alg_values_supported" to SIGNING,
        "backchannel_authentication_request_signing_alg_values_supported" to SIGNING,
        "id_token_signing_alg_values_supported" to own + HMAC,
        "userinfo_signing_alg_values_supported" to own + HMAC,
        "introspection_signing_alg_values_supported" to own,
        "authorization_signing_alg_values_supported" to own,
        "id_token_encryption_alg_values_supported" to ENCRYPTION,
        "id_token_encryption_enc_values_supported" to CONTENT,
        "userinfo_encryption_alg_values_supported" to ENCRYPTION,
        "userinfo_encryption_enc_values_supported" to CONTENT,
        "introspection_encryption_alg_values_supported" to ENCRYPTION,
        "introspection_encryption_enc_values_supported" to CONTENT,
        "authorization_encryption_alg_values_supported" to ENCRYPTION,
        "authorization_encryption_enc_values_supported" to CONTENT,
    )
}
