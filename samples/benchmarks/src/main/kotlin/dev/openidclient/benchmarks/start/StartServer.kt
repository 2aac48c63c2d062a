package dev.openidclient.benchmarks.start

import com.sun.net.httpserver.HttpExchange
import com.sun.net.httpserver.HttpServer
import java.net.InetAddress
import java.net.InetSocketAddress

internal const val CLIENT_ID = "s6BhdRkqt3"
internal const val CLIENT_SECRET = "7Fjfp0ZBr1KtDRbnfVdmIw"
internal const val WELL_KNOWN = "/.well-known/openid-configuration"

/**
 * An authorization server of two documents on loopback. Its metadata has the size that real servers have, for the
 * clients have to parse it.
 */
internal class StartServer : AutoCloseable {
    private val server: HttpServer

    init {
        // else every answer on a kept connection waits 40 ms for the client's acknowledgement
        System.setProperty("sun.net.httpserver.nodelay", "true")
        server = HttpServer.create(InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0)
        server.createContext(WELL_KNOWN) { answer(it, metadata) }
        server.createContext("/token") { answer(it, TOKENS) }
        server.start()
    }

    val issuer: String = "http://127.0.0.1:${server.address.port}"

    private val metadata: String =
        """
        {"issuer": "$issuer", "authorization_endpoint": "$issuer/authorize", "token_endpoint": "$issuer/token",
        "userinfo_endpoint": "$issuer/userinfo", "jwks_uri": "$issuer/jwks", "end_session_endpoint": "$issuer/logout",
        "revocation_endpoint": "$issuer/revoke", "introspection_endpoint": "$issuer/introspect",
        "device_authorization_endpoint": "$issuer/device", "registration_endpoint": "$issuer/register",
        "pushed_authorization_request_endpoint": "$issuer/par",
        "scopes_supported": ["openid", "profile", "email", "address", "phone", "offline_access"],
        "response_types_supported": ["code", "code id_token", "id_token", "none"],
        "response_modes_supported": ["query", "fragment", "form_post", "jwt"],
        "grant_types_supported": ["authorization_code", "refresh_token", "client_credentials"],
        "subject_types_supported": ["public", "pairwise"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post", "private_key_jwt"],
        "id_token_signing_alg_values_supported": ["RS256", "PS256", "ES256", "EdDSA"],
        "dpop_signing_alg_values_supported": ["ES256", "EdDSA"], "code_challenge_methods_supported": ["S256"],
        "claims_supported": ["sub", "iss", "aud", "exp", "iat", "auth_time", "nonce", "name", "email", "locale"],
        "claims_parameter_supported": true, "authorization_response_iss_parameter_supported": true}
        """.trimIndent()

    private fun answer(
        exchange: HttpExchange,
        json: String,
    ) {
        exchange.use {
            it.requestBody.readAllBytes()
            val body = json.encodeToByteArray()
            it.responseHeaders.add("Content-Type", "application/json")
            it.sendResponseHeaders(OK, body.size.toLong())
            it.responseBody.write(body)
        }
    }

    override fun close() {
        server.stop(0)
    }

    companion object {
        private const val OK = 200
        const val ACCESS_TOKEN = "2YotnFZFEjr1zCsicMWpAA"
        private const val TOKENS = """{"access_token": "$ACCESS_TOKEN", "token_type": "Bearer", "expires_in": 3600}"""
    }
}
