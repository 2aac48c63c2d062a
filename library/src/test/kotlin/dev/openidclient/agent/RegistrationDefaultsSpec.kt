package dev.openidclient.agent

import dev.openidclient.agent.RegistrationWorld.Companion.server
import dev.openidclient.clientauth.PrivateKeyJwt
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.MetadataException
import dev.openidclient.error.ResponseBodyException
import dev.openidclient.jose.SigningKey
import dev.openidclient.registration.RegistrationBuilder
import dev.openidclient.testing.ISSUER
import dev.openidclient.testing.json
import dev.openidclient.testing.jsonObject
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import kotlinx.coroutines.test.runTest
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive

private const val WEB = "https://app.example.com/callback"
private const val METHODS = "token_endpoint_auth_methods_supported"

class RegistrationDefaultsSpec :
    FunSpec({
        /** What is sent for a client that uses [redirectUri] at a server with [members]. */
        fun asked(
            redirectUri: String = LOOPBACK,
            vararg members: Pair<String, JsonElement>,
            configure: RegistrationBuilder.() -> Unit = {},
        ): JsonObject {
            var asked: JsonObject? = null
            runTest {
                val world = RegistrationWorld(this)
                with(world) { program { register(configure) }.client(redirectUri, server(ISSUER, *members)) }
                asked = world.asked.single()
            }
            return checkNotNull(asked)
        }

        test("what the program did not name is sent: a program on this machine") {
            asked { clientName("An agent") } shouldBe
                jsonObject(
                    """{"client_name":"An agent","redirect_uris":["$LOOPBACK"],
                    "grant_types":["authorization_code","refresh_token"],"response_types":["code"],
                    "application_type":"native","token_endpoint_auth_method":"none"}""",
                )
        }

        test("what the program did not name is sent: a web site") {
            asked(WEB) shouldBe
                jsonObject(
                    """{"redirect_uris":["$WEB"],
                    "grant_types":["authorization_code","refresh_token"],"response_types":["code"],
                    "application_type":"web","token_endpoint_auth_method":"client_secret_basic"}""",
                )
        }

        test("what the program named stays as it is") {
            val named =
                asked(WEB) {
                    redirectUris(WEB, "https://app.example.com/second")
                    grantTypes("authorization_code")
                    applicationType("native")
                    tokenEndpointAuthMethod("client_secret_post")
                }

            named["redirect_uris"] shouldBe json("""["$WEB","https://app.example.com/second"]""")
            named["grant_types"] shouldBe json("""["authorization_code"]""")
            named["application_type"] shouldBe JsonPrimitive("native")
            named["token_endpoint_auth_method"] shouldBe JsonPrimitive("client_secret_post")
        }

        context("token_endpoint_auth_method is the first that the server lists of none, …_basic and …_post:") {
            for ((listed, method) in listOf(
                """["client_secret_post","client_secret_basic","none"]""" to "none",
                """["client_secret_post","client_secret_basic"]""" to "client_secret_basic",
                """["private_key_jwt","client_secret_post"]""" to "client_secret_post",
            )) {
                test("$method of $listed") {
                    for (redirectUri in listOf(LOOPBACK, WEB)) {
                        asked(redirectUri, METHODS to json(listed))["token_endpoint_auth_method"] shouldBe
                            JsonPrimitive(method)
                    }
                }
            }

            test("of no list none with a loopback redirect URI, else client_secret_basic") {
                for ((redirectUri, method) in listOf(
                    "http://localhost:8080/cb" to "none",
                    "http://[::1]:8080/cb" to "none",
                    "com.example.app:/callback" to "client_secret_basic",
                    WEB to "client_secret_basic",
                )) {
                    asked(redirectUri)["token_endpoint_auth_method"] shouldBe JsonPrimitive(method)
                }
            }

            test("of a list without any of them nothing is sent, and the message says what to do") {
                runTest {
                    val world = RegistrationWorld(this)
                    val e =
                        shouldThrow<MetadataException> {
                            with(world) {
                                program().client(LOOPBACK, server(ISSUER, METHODS to json("""["private_key_jwt"]""")))
                            }
                        }

                    e.code shouldBe ErrorCode.CLIENT_NOT_REGISTERED
                    e.message shouldContain "it lists [private_key_jwt] alone"
                    e.message shouldContain "settings { authentication = PrivateKeyJwt(key) } in register { }"
                    world.asked.shouldBeEmpty()
                }
            }

            test("private_key_jwt where the settings have its key") {
                val key = SigningKey.generate("ES256")

                asked(LOOPBACK, METHODS to json("""["none","private_key_jwt"]""")) {
                    settings { authentication = PrivateKeyJwt(key) }
                }["token_endpoint_auth_method"] shouldBe JsonPrimitive("private_key_jwt")
            }
        }

        context("application_type is always sent:") {
            for ((uri, type) in listOf(
                LOOPBACK to "native",
                "http://localhost/cb" to "native",
                "http://[::1]/cb" to "native",
                "https://127.0.0.1:8443/cb" to "native",
                "com.example.app:/callback" to "native",
                WEB to "web",
                "https://127.0.0.1.example.com/cb" to "web",
                "https://localhost.example.com/cb" to "web",
            )) {
                test("$type for $uri") { asked(uri)["application_type"] shouldBe JsonPrimitive(type) }
            }

            test("redirect URIs of both are refused, and it is said which, before anything is asked for") {
                shouldThrow<IllegalArgumentException> {
                    ClientIdentities { register { redirectUris(WEB, LOOPBACK) } }
                }.message shouldContain
                    "\"$LOOPBACK\" is of a program (application_type native), \"$WEB\" of a web site (web)"
            }

            test("redirect URIs of both are the program's own affair where it says which it is") {
                asked(WEB) { redirectUris(WEB, LOOPBACK).applicationType("web") }["application_type"] shouldBe
                    JsonPrimitive("web")
            }
        }

        test("a redirect URI that is not among those of the program is refused, and a loopback address has any port") {
            asked(LOOPBACK) { redirectUris("http://127.0.0.1/callback") }["redirect_uris"] shouldBe
                json("""["http://127.0.0.1/callback"]""")
            shouldThrow<IllegalArgumentException> { asked(WEB) { redirectUris("https://app.example.com/other") } }
                .message shouldContain "must be one of the \"redirect_uris\" of register { }"
            for (other in listOf(
                "http://127.0.0.1/other",
                "http://localhost/callback",
                "https://127.0.0.1/callback",
                "http://127.0.0.1/callback?x",
            )) {
                shouldThrow<IllegalArgumentException> { asked(LOOPBACK) { redirectUris(other) } }
            }
        }

        for (error in listOf("invalid_redirect_uri", "invalid_client_metadata")) {
            test("$error reaches the caller as it came, and there is no second request") {
                runTest {
                    val world = RegistrationWorld(this)
                    world.answer = { _, _ -> 400 to jsonObject("""{"error":"$error","error_description":"not so"}""") }

                    val e = shouldThrow<ResponseBodyException> { with(world) { program().client() } }
                    e.error shouldBe error
                    e.errorDescription shouldBe "not so"
                    e.status shouldBe 400
                    world.asked.size shouldBe 1
                }
            }
        }
    })
