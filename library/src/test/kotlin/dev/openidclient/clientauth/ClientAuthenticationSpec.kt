package dev.openidclient.clientauth

import dev.openidclient.http.Parameters
import dev.openidclient.metadata.ClientMetadata
import dev.openidclient.testing.CLIENT_ID
import dev.openidclient.testing.ISSUER
import dev.openidclient.testing.NOW
import dev.openidclient.testing.serverMetadata
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive

class ClientAuthenticationSpec :
    FunSpec({
        test("a parameter is added after those of the caller") {
            authenticationRequest("a" to "1").parameter("b", "2").parameters.encode() shouldBe "a=1&b=2"
        }

        test("a parameter replaces all that the caller gave of its name") {
            val request = authenticationRequest("a" to "1", "b" to "2", "a" to "3")

            request.parameter("a", "4").parameters.encode() shouldBe "a=4&b=2"
        }

        test("a later header replaces an earlier one") {
            authenticationRequest().header("x-a", "1").header("x-b", "2").header("x-a", "3").headers shouldBe
                mapOf("x-a" to "3", "x-b" to "2")
        }

        test("a request prints neither values nor headers") {
            val request = authenticationRequest("client_secret" to "s3cret").header("authorization", "s3cret")

            request.toString() shouldBe "ClientAuthenticationRequest($ISSUER/token, Parameters(client_secret=██))"
        }

        test("a request prints its endpoint without the query") {
            val request =
                ClientAuthenticationRequest(
                    serverMetadata(),
                    ClientMetadata(JsonObject(mapOf("client_id" to JsonPrimitive(CLIENT_ID)))),
                    "$ISSUER/token?key=s3cret",
                    NOW,
                    Parameters.EMPTY,
                )

            request.toString() shouldBe "ClientAuthenticationRequest($ISSUER/token, Parameters())"
        }
    })

/** A request to the token endpoint before it is authenticated. */
internal fun authenticationRequest(
    vararg parameters: Pair<String, String>,
    clientId: String = CLIENT_ID,
    secret: String? = null,
): ClientAuthenticationRequest {
    val members = listOfNotNull("client_id" to clientId, secret?.let { "client_secret" to it })
    val client = ClientMetadata(JsonObject(members.associate { (name, value) -> name to JsonPrimitive(value) }))
    return ClientAuthenticationRequest(serverMetadata(), client, "$ISSUER/token", NOW, Parameters.of(*parameters))
}
