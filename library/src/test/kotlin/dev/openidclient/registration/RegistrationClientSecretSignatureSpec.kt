package dev.openidclient.registration

import dev.openidclient.client.OpenIdClient
import dev.openidclient.error.RegistrationException
import dev.openidclient.testing.FIXED_CLOCK
import dev.openidclient.testing.ISSUER
import dev.openidclient.testing.registeringServer
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import kotlinx.serialization.json.JsonPrimitive

private suspend fun register(
    secret: String,
    configure: RegistrationBuilder.() -> Unit,
): OpenIdClient {
    val server =
        registeringServer(
            "client_secret" to JsonPrimitive(secret),
            "client_secret_expires_at" to JsonPrimitive(0),
            "id_token_signed_response_alg" to JsonPrimitive("HS256"),
        )
    return OpenIdClient.register(ISSUER) {
        settings {
            transport = server.transport
            clock = FIXED_CLOCK
        }
        configure()
    }
}

class RegistrationClientSecretSignatureSpec :
    FunSpec({
        test("HS256 is registered where it is asked for, with the secret that the server gives") {
            register("s".repeat(32)) { idTokenSignedResponseAlg("HS256") }.metadata.idTokenSignedResponseAlg shouldBe
                "HS256"
        }

        test("a secret that is too short for it is refused") {
            shouldThrow<RegistrationException> { register("short") { idTokenSignedResponseAlg("HS256") } }
                .message shouldContain "at least 32 bytes, but it has 5"
        }

        test("HS256 that nobody asked for is refused") {
            shouldThrow<RegistrationException> { register("s".repeat(32)) {} }
        }
    })
