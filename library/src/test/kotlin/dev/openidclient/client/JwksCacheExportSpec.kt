package dev.openidclient.client

import dev.openidclient.error.ErrorCode
import dev.openidclient.error.ValidationException
import dev.openidclient.testing.ISSUER
import dev.openidclient.testing.JwksServer
import dev.openidclient.testing.JwksServer.Companion.keys
import dev.openidclient.testing.JwksServer.Companion.token
import dev.openidclient.testing.NOW
import dev.openidclient.testing.TestKeys
import dev.openidclient.testing.json
import dev.openidclient.testing.serverMetadata
import dev.openidclient.testing.shouldFailWith
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import java.time.Duration

private val NOW_SECONDS = NOW.epochSecond

private fun exported(
    uat: String = "$NOW_SECONDS",
    jwks: String = TestKeys.jwks(TestKeys.publicJwk(TestKeys.rsa)),
    issuer: String = "\"$ISSUER\"",
    jwksUri: String = "\"$ISSUER/jwks\"",
): String = """{"issuer":$issuer,"jwks_uri":$jwksUri,"jwks":$jwks,"uat":$uat}"""

class JwksCacheExportSpec :
    FunSpec({
        context("the exported keys") {
            test("are none before any are needed") { JwksServer().client().exportJwks().shouldBeNull() }

            test("are the server's, with its issuer and jwks_uri and the time of their download") {
                val client = JwksServer().client()
                client.jwks.verify(token())

                json(client.exportJwks().shouldNotBeNull()) shouldBe json(exported())
            }

            test("have the time of the clock, not the one with the skew") {
                val client = JwksServer().client { clockSkew = Duration.ofSeconds(1000) }
                client.jwks.verify(token())

                (json(client.exportJwks().orEmpty()) as JsonObject)["uat"] shouldBe JsonPrimitive(NOW_SECONDS)
            }
        }

        context("imported keys") {
            test("need not be downloaded") {
                val first = JwksServer().client()
                first.jwks.verify(token())
                val server = JwksServer()
                val next = server.client()

                next.importJwks(first.exportJwks().shouldNotBeNull()) shouldBe true
                next.jwks.verify(token())
                server.downloads shouldBe 0
            }

            test("are taken when they are 299 seconds old, and grow older") {
                val server = JwksServer()
                val client = server.client()

                client.importJwks(exported("${NOW_SECONDS - 299}")) shouldBe true
                client.jwks.verify(token())
                server.downloads shouldBe 0
                server.clock.advance(1)
                client.jwks.verify(token())
                server.downloads shouldBe 1
            }

            for (uat in listOf("${NOW_SECONDS - 300}", "0", "-1", "-1e300", "${Long.MIN_VALUE}")) {
                test("are not taken where they are too old: $uat") {
                    val server = JwksServer()
                    val client = server.client()

                    client.importJwks(exported(uat)) shouldBe false
                    client.exportJwks().shouldBeNull()
                    client.jwks.verify(token())
                    server.downloads shouldBe 1
                }
            }

            for (uat in listOf("${NOW_SECONDS + 1}", "${NOW_SECONDS + 100_000}", "1e300")) {
                test("of the future count as new, and grow old from now on: $uat") {
                    val server = JwksServer()
                    val client = server.client()

                    client.importJwks(exported(uat)) shouldBe true
                    server.clock.advance(299)
                    client.jwks.verify(token())
                    server.downloads shouldBe 0
                    server.clock.advance(1)
                    client.jwks.verify(token())
                    server.downloads shouldBe 1
                }
            }

            test("are refused where neither they nor the server name a jwks_uri") {
                val client = JwksServer().client(serverMetadata("jwks_uri" to null))

                shouldThrow<IllegalArgumentException> { client.importJwks(exported(jwksUri = "null")) }
                    .message shouldContain "\"jwks_uri\""
            }

            test("do not take the place of known ones") {
                val client = JwksServer { keys(TestKeys.otherRsa) }.client()
                client.jwks.verify(token(TestKeys.otherRsa))

                client.importJwks(exported()) shouldBe false
                client.jwks.verify(token(TestKeys.otherRsa))
                shouldFailWith<ValidationException>(ErrorCode.KEY_SELECTION_FAILED, "no key") {
                    client.jwks.verify(token(TestKeys.rsa))
                }
            }

            test("are followed by a download for an unknown key, however new they are") {
                val server = JwksServer { keys(TestKeys.otherRsa) }
                val client = server.client()
                client.importJwks(exported("$NOW_SECONDS"))
                client.jwks.verify(token(TestKeys.otherRsa))

                server.downloads shouldBe 1
            }

            test("do not keep a newer key of the server out") {
                val server = JwksServer { keys(TestKeys.otherRsa) }
                val client = server.client()
                client.importJwks(exported("${NOW_SECONDS - 60}"))
                client.jwks.verify(token(TestKeys.otherRsa))

                server.downloads shouldBe 1
            }
        }

        context("the keys of another server are refused:") {
            val others =
                mapOf(
                    "of another issuer" to exported(issuer = "\"https://other.example.com\""),
                    "from another jwks_uri" to exported(jwksUri = "\"$ISSUER/other\""),
                    "of an issuer that they do not name" to exported(issuer = "null"),
                    "from a jwks_uri that they do not name" to exported(jwksUri = "null"),
                    "too old ones as well" to exported(uat = "0", issuer = "\"https://other.example.com\""),
                )
            for ((name, text) in others) {
                test(name) {
                    val client = JwksServer().client()

                    shouldThrow<IllegalArgumentException> { client.importJwks(text) }
                        .message shouldContain "but this client's server has"
                    client.exportJwks().shouldBeNull()
                }
            }

            test("by a client whose own server names no jwks_uri") {
                val client = JwksServer().client(serverMetadata("jwks_uri" to null))

                shouldThrow<IllegalArgumentException> { client.importJwks(exported()) }
            }
        }

        context("what is refused as an import:") {
            val malformed =
                listOf(
                    "",
                    "x",
                    "[]",
                    "null",
                    "{}",
                    """{"uat":$NOW_SECONDS}""",
                    """{"jwks":{"keys":[]}}""",
                    exported(uat = "\"$NOW_SECONDS\""),
                    exported(uat = "null"),
                    exported(jwks = "null"),
                    exported(jwks = "[]"),
                    exported(jwks = "{}"),
                    exported(jwks = """{"keys":{}}"""),
                )
            for (text in malformed) {
                test("\"$text\"") {
                    val client = JwksServer().client()

                    shouldThrow<IllegalArgumentException> { client.importJwks(text) }
                    client.exportJwks().shouldBeNull()
                }
            }
        }
    })
