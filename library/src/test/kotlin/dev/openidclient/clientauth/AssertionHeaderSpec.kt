package dev.openidclient.clientauth

import dev.openidclient.authorization.authorizationRequest
import dev.openidclient.authorization.push
import dev.openidclient.ciba.backchannelAuthentication
import dev.openidclient.client.OpenIdClient
import dev.openidclient.device.deviceAuthorization
import dev.openidclient.jose.Base64Url
import dev.openidclient.jose.JwsAlgorithm
import dev.openidclient.jose.SigningKey
import dev.openidclient.testing.CLIENT_ID
import dev.openidclient.testing.FIXED_CLOCK
import dev.openidclient.testing.REDIRECT_URI
import dev.openidclient.testing.RecordingTransport
import dev.openidclient.testing.everyAnswer
import dev.openidclient.testing.everyServer
import dev.openidclient.testing.json
import dev.openidclient.token.clientCredentialsGrant
import dev.openidclient.token.introspect
import dev.openidclient.token.refreshTokenGrant
import dev.openidclient.token.revoke
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import kotlinx.serialization.json.jsonObject
import kotlinx.serialization.json.jsonPrimitive

private val METHODS =
    mapOf(
        PrivateKeyJwt(SigningKey.generate(JwsAlgorithm.ES256, "k-1")) to
            """{"alg":"ES256","typ":"client-authentication+jwt","kid":"k-1"}""",
        ClientSecretJwt("s3cret") to """{"alg":"HS256","typ":"client-authentication+jwt"}""",
    )

/** Every operation that authenticates the client, at an endpoint of its own. */
private val OPERATIONS: Map<String, suspend OpenIdClient.() -> Any?> =
    mapOf(
        "token" to { clientCredentialsGrant() },
        "token, for a refresh," to { refreshTokenGrant("r") },
        "par" to { push(authorizationRequest { redirectUri(REDIRECT_URI) }) },
        "introspect" to { introspect("t") },
        "revoke" to { revoke("t") },
        "device" to { deviceAuthorization() },
        "ciba" to { backchannelAuthentication { loginHint("a") } },
    )

class AssertionHeaderSpec :
    FunSpec({
        for ((method, header) in METHODS) {
            for ((endpoint, operation) in OPERATIONS) {
                test("${shownMethod(method)} says its type, and the issuer alone, to the endpoint $endpoint") {
                    val recording = RecordingTransport(::everyAnswer)
                    val client =
                        OpenIdClient(everyServer(), CLIENT_ID) {
                            transport = recording
                            clock = FIXED_CLOCK
                            authentication = method
                        }
                    client.operation()

                    val form = checkNotNull(recording.requests.last().body?.parameters)
                    val (first, second) = checkNotNull(form["client_assertion"]).split('.').map(::decoded)
                    first shouldBe header
                    json(second).jsonObject["aud"]?.jsonPrimitive?.content shouldBe client.server.issuer
                }
            }
        }
    })

private fun decoded(part: String): String = Base64Url.decode(part)?.decodeToString().orEmpty()
