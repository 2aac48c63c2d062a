package dev.openidclient.testserver

import dev.openidclient.http.HttpResponse
import kotlinx.serialization.json.JsonObject

private const val INVALID_METADATA = "invalid_client_metadata"
private val SECRET_METHODS = setOf("client_secret_basic", "client_secret_post", "client_secret_jwt")

/** RFC 7591 §3. */
internal fun Server.register(exchange: Exchange): HttpResponse {
    val body = exchange.request.body
    if (exchange.request.method != "POST" || body == null || !body.contentType.startsWith(JSON_TYPE)) {
        refuse(INVALID_METADATA, "a registration must be a POST of application/json")
    }
    val asked =
        parseObject(body.bytes().decodeToString()) ?: refuse(INVALID_METADATA, "a registration must be a JSON object")
    checkMetadata(asked)
    val method = asked.text("token_endpoint_auth_method") ?: "client_secret_basic"
    val secret = if (method in SECRET_METHODS) text() else null
    val registered =
        asked.with(
            "client_id" to text(ID_BYTES),
            "client_id_issued_at" to now,
            "client_secret" to secret,
            "client_secret_expires_at" to
                if (secret == null) null else settings.clientSecretLifetime?.let(now::plus) ?: 0,
            "token_endpoint_auth_method" to method,
            "grant_types" to asked.texts("grant_types").ifEmpty { listOf(GRANT_CODE) },
            "response_types" to asked.texts("response_types").ifEmpty { listOf("code") },
        )
    clients.register(TestClient(registered))
    return jsonResponse(registered, CREATED)
}

private const val ID_BYTES = 12

private fun checkMetadata(asked: JsonObject) {
    val types = asked.texts("grant_types").ifEmpty { listOf(GRANT_CODE) }
    val redirectUris = asked.texts("redirect_uris")
    if (GRANT_CODE in types && redirectUris.isEmpty()) {
        refuse("invalid_redirect_uri", "a client that uses $GRANT_CODE needs redirect_uris")
    }
    if (redirectUris.any { '#' in it || ':' !in it }) {
        refuse("invalid_redirect_uri", "redirect_uris must be absolute and have no fragment: $redirectUris")
    }
    if ("jwks" in asked && "jwks_uri" in asked) refuse(INVALID_METADATA, "jwks and jwks_uri must not come together")
    if ("jwks_uri" in asked) refuse(INVALID_METADATA, "the test server downloads nothing: give jwks, not jwks_uri")
    val method = asked.text("token_endpoint_auth_method")
    if (method == "private_key_jwt" && "jwks" !in asked) refuse(INVALID_METADATA, "private_key_jwt needs jwks")
    val unknown = types.filter { it !in GRANTS && it != "implicit" }
    if (unknown.isNotEmpty()) refuse(INVALID_METADATA, "the server knows no grant_types $unknown")
}
