package dev.openidclient.ciba

import dev.openidclient.client.AuthorizationDetail
import dev.openidclient.client.ClientSettings
import dev.openidclient.clientauth.PrivateKeyJwt
import dev.openidclient.clientauth.TlsClientAuth
import dev.openidclient.jose.Jwk
import dev.openidclient.jose.JwsAlgorithm
import dev.openidclient.jose.Jwt
import dev.openidclient.jose.SigningKey
import dev.openidclient.testing.CLIENT_ID
import dev.openidclient.testing.ISSUER
import dev.openidclient.testing.NOW
import dev.openidclient.testing.StubServer
import dev.openidclient.testing.json
import dev.openidclient.testing.jsonObject
import dev.openidclient.testing.serverMetadata
import dev.openidclient.testing.verifySignature
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import java.time.Duration

private val KEY = SigningKey.generate(JwsAlgorithm.ES256, "key-1")
private val METADATA = serverMetadata("backchannel_authentication_endpoint" to JsonPrimitive("$ISSUER/bc-authorize"))

private fun server() = StubServer().answer("/bc-authorize", """{"auth_req_id":"a","expires_in":120}""")

private fun StubServer.signedRequest(): Jwt =
    Jwt.parse(checkNotNull(lastTo("/bc-authorize").form["request"]), "request object")

private val CIBA: ClientSettings.() -> Unit = {
    authentication = TlsClientAuth
    fapiCiba().transportPresentsCertificate()
}

class SignedBackchannelAuthenticationSpec :
    FunSpec({
        test("all parameters are claims of a JWT that the key signs, and nothing stands beside it") {
            val server = server()
            val response =
                server.client(METADATA).backchannelAuthentication {
                    loginHint("alice")
                    scope("openid", "payments")
                    bindingMessage("W4SCT")
                    requestedExpiry(Duration.ofMinutes(2))
                    authorizationDetails(AuthorizationDetail("a") { actions("b") })
                    sign(KEY)
                }
            val jwt = server.signedRequest()

            server.lastTo("/bc-authorize").form.names shouldBe setOf("request", "client_id")
            jwt.header shouldBe jsonObject("""{"alg":"ES256","kid":"key-1"}""")
            verifySignature(jwt, Jwk(KEY.publicJwk.json))
            JsonObject(jwt.claims - "jti") shouldBe
                jsonObject(
                    """{"login_hint":"alice","scope":"openid payments","binding_message":"W4SCT",
                        "requested_expiry":120,"authorization_details":[{"type":"a","actions":["b"]}],
                        "aud":"$ISSUER","exp":${NOW.epochSecond + 60},"iat":${NOW.epochSecond},
                        "nbf":${NOW.epochSecond},"iss":"$CLIENT_ID"}""",
                )
            ("jti" in jwt.claims) shouldBe true
            response.asked.scope shouldBe "openid payments"
        }

        test("the client authenticates outside the JWT") {
            val server = server()
            server
                .client(METADATA) { authentication = PrivateKeyJwt(KEY) }
                .backchannelAuthentication {
                    loginHint("alice")
                    sign(KEY)
                }

            server.lastTo("/bc-authorize").form.names shouldBe
                setOf("request", "client_id", "client_assertion_type", "client_assertion")
            ("client_assertion" in server.signedRequest().claims) shouldBe false
        }

        test("the algorithm is named as the server lists it, and the hook has the last word") {
            val server = server()
            val listed =
                serverMetadata(
                    "backchannel_authentication_endpoint" to JsonPrimitive("$ISSUER/bc-authorize"),
                    "backchannel_authentication_request_signing_alg_values_supported" to json("""["EdDSA"]"""),
                )
            server.client(listed).backchannelAuthentication {
                loginHint("alice")
                sign(SigningKey.generate("Ed25519")) { it.claim("aud", "other") }
            }

            server.signedRequest().algorithm shouldBe "EdDSA"
            server.signedRequest().claims["aud"] shouldBe JsonPrimitive("other")
        }

        test("exactly one hint is needed in it too, and it is not signed twice") {
            val server = server()
            val client = server.client(METADATA)
            shouldThrow<IllegalArgumentException> { client.backchannelAuthentication { sign(KEY) } }
                .message shouldContain "exactly one of"
            shouldThrow<IllegalArgumentException> {
                client.backchannelAuthentication {
                    loginHint("alice")
                    parameter("request", "a.b.c")
                    sign(KEY)
                }
            }.message shouldContain "signed already"
            server.received.shouldBeEmpty()
        }

        test("an empty request parameter is no signed request") {
            val server = server()
            shouldThrow<IllegalArgumentException> {
                server.client(METADATA, CIBA).backchannelAuthentication {
                    loginHint("alice")
                    parameter("request", "")
                }
            }.message shouldContain "must be signed"
            server.received.shouldBeEmpty()
        }

        test("fapiCiba() refuses an unsigned request before anything is sent") {
            val server = server()
            shouldThrow<IllegalArgumentException> {
                server.client(METADATA, CIBA).backchannelAuthentication { loginHint("alice") }
            }.message shouldContain "FAPI-CIBA: the backchannel authentication request must be signed"
            server.received.shouldBeEmpty()
        }

        test("fapiCiba() takes a request that is signed here, or was elsewhere") {
            val client = server().client(METADATA, CIBA)
            client.backchannelAuthentication {
                loginHint("alice")
                sign(KEY)
            }
            client.backchannelAuthentication { parameter("request", "a.b.c") }
        }

        test("fapiCiba() refuses a key of another algorithm") {
            shouldThrow<IllegalArgumentException> {
                server().client(METADATA, CIBA).backchannelAuthentication {
                    loginHint("alice")
                    sign(SigningKey.generate("RS256"))
                }
            }.message shouldContain "not RS256"
        }

        test("fapi1Advanced() leaves backchannel authentication requests as they are") {
            server()
                .client(METADATA) {
                    authentication = TlsClientAuth
                    fapi1Advanced().transportPresentsCertificate()
                }.backchannelAuthentication { loginHint("alice") }
        }
    })
