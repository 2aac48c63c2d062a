package dev.openidclient.concurrency

import dev.openidclient.client.OpenIdClient
import dev.openidclient.error.OAuthException
import dev.openidclient.jose.Jwt
import dev.openidclient.testing.CLIENT_ID
import dev.openidclient.testing.ISSUER
import dev.openidclient.testing.MovableClock
import dev.openidclient.testing.RecordingTransport
import dev.openidclient.testing.response
import dev.openidclient.testing.serverMetadata
import dev.openidclient.testing.unverifiable
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import java.time.Duration

/**
 * A server whose only key is private, and so is refused once it is found: finding a key is what is shared, and
 * cryptography would only hide it. It answers when [gate] returns.
 */
internal class SharedJwks(
    gate: suspend () -> Unit = {},
) {
    val clock = MovableClock()
    val transport =
        RecordingTransport {
            gate()
            response(KEYS)
        }
    val client =
        OpenIdClient(SERVER, CLIENT_ID) {
            transport = this@SharedJwks.transport
            clock = this@SharedJwks.clock
            timeout = Duration.ZERO
        }

    suspend fun ask(jwt: Jwt): String = ask(client, jwt)

    companion object {
        suspend fun ask(
            client: OpenIdClient,
            jwt: Jwt,
        ): String =
            try {
                client.jwks.verify(jwt)
                "verified"
            } catch (e: OAuthException) {
                e.code
            }

        const val KEYS = """{"keys":[{"kty":"RSA","kid":"known","d":"AQAB"}]}"""
        private val SERVER = serverMetadata()

        /** What [OpenIdClient.exportJwks] gives of this server at the beginning. */
        const val EXPORTED = """{"issuer":"$ISSUER","jwks_uri":"$ISSUER/jwks","jwks":$KEYS,"uat":1767225600}"""

        /** Its key is found, and is not usable. */
        val KNOWN: Jwt = token("known")

        /** Its key is not found. */
        val UNKNOWN: Jwt = token("unknown")

        private fun token(kid: String): Jwt =
            Jwt.parse(unverifiable(JsonObject(emptyMap()), header = mapOf("kid" to JsonPrimitive(kid))), "ID Token")
    }
}
