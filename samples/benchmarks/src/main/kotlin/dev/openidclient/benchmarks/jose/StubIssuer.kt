package dev.openidclient.benchmarks.jose

import dev.openidclient.http.HttpHeaders
import dev.openidclient.http.HttpRequest
import dev.openidclient.http.HttpResponse
import dev.openidclient.http.HttpTransport
import dev.openidclient.metadata.AuthorizationServerMetadata
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import kotlinx.serialization.json.buildJsonObject
import kotlinx.serialization.json.put
import kotlinx.serialization.json.putJsonArray

/** Answers at once, as the issuer of [case] with its key, and as the protected resource. */
internal class StubIssuer(
    case: Case,
) : HttpTransport {
    private val key = JsonObject(case.signingKey.publicJwk.json + mapOf("kid" to JsonPrimitive(Case.KEY_ID)))
    private val keys = json(buildJsonObject { putJsonArray("keys") { add(key) } }.toString())
    private val tokens = json("""{"access_token":"${Case.ACCESS_TOKEN}","token_type":"Bearer","expires_in":300}""")
    private val resource = HttpResponse(NO_CONTENT)

    override suspend fun send(request: HttpRequest): HttpResponse =
        when (request.url) {
            KEYS -> keys
            TOKENS -> tokens
            else -> resource
        }

    private fun json(text: String) =
        HttpResponse(OK, HttpHeaders.of("content-type" to "application/json"), text.encodeToByteArray())

    companion object {
        private const val OK = 200
        private const val NO_CONTENT = 204
        private const val TOKENS = "${Case.ISSUER}/token"
        private const val KEYS = "${Case.ISSUER}/jwks"

        val metadata: AuthorizationServerMetadata =
            AuthorizationServerMetadata(
                buildJsonObject {
                    put("issuer", Case.ISSUER)
                    put("token_endpoint", TOKENS)
                    put("jwks_uri", KEYS)
                },
            )
    }
}
