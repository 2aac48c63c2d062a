package dev.openidclient.testing

import com.nimbusds.jose.jwk.RSAKey
import dev.openidclient.client.ClientSettings
import dev.openidclient.client.OpenIdClient
import dev.openidclient.http.HttpResponse
import dev.openidclient.jose.Jwt
import dev.openidclient.metadata.AuthorizationServerMetadata
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonPrimitive

/** A server that is asked for its JWK Set only, and a clock that is moved by hand; answers may suspend under virtual time. */
class JwksServer(
    var answer: suspend () -> HttpResponse = { keys(TestKeys.rsa) },
) {
    val clock = MovableClock()
    val transport = RecordingTransport { answer() }
    val downloads: Int get() = transport.requests.size

    fun client(
        metadata: AuthorizationServerMetadata = serverMetadata(),
        configure: ClientSettings.() -> Unit = {},
    ): OpenIdClient =
        OpenIdClient(metadata, CLIENT_ID) {
            transport = this@JwksServer.transport
            clock = this@JwksServer.clock
            configure()
        }

    companion object {
        fun keys(vararg keys: RSAKey): HttpResponse =
            response(TestKeys.jwks(*keys.map(TestKeys::publicJwk).toTypedArray()))

        /** A token that [key] signed and whose header says [kid]; null: none. */
        internal fun token(
            key: RSAKey = TestKeys.rsa,
            kid: String? = key.keyID,
        ): Jwt {
            val header = kid?.let { mapOf<String, JsonElement>("kid" to JsonPrimitive(it)) }.orEmpty()
            return Jwt.parse(TestKeys.signRsa(idTokenClaims(), key = key, header = header), "ID Token")
        }
    }
}
