package dev.openidclient.authorization

import dev.openidclient.ciba.backchannelAuthentication
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.MetadataException
import dev.openidclient.testing.ISSUER
import dev.openidclient.testing.StubServer
import dev.openidclient.testing.answerTokens
import dev.openidclient.testing.idToken
import dev.openidclient.testing.json
import dev.openidclient.testing.serverMetadata
import dev.openidclient.testing.shouldFailWith
import dev.openidclient.token.TokenResponse
import dev.openidclient.token.grant
import io.kotest.assertions.throwables.shouldNotThrowAny
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import kotlinx.serialization.json.JsonPrimitive

private suspend fun signedIn(): TokenResponse =
    StubServer().answerTokens("id_token" to idToken()).client().grant("urn:x")

class RequestChecksSpec :
    FunSpec({
        context("a registration of the person, prompt=create,") {
            for (listed in listOf("""["none","login"]""", "[]")) {
                test("is refused where the server lists its prompts without it: $listed") {
                    val client = StubServer().client(serverMetadata("prompt_values_supported" to json(listed)))

                    for (prompts in listOf(arrayOf("create"), arrayOf("login", "create"))) {
                        shouldFailWith<MetadataException>(
                            ErrorCode.MISSING_SERVER_METADATA,
                            "\"prompt_values_supported\"",
                        ) { client.authorizationRequest { prompt(*prompts) } }
                    }
                    shouldNotThrowAny { client.authorizationRequest { prompt("select_account") } }
                }
            }

            test("is asked for where the server lists it, or lists nothing") {
                val listing = serverMetadata("prompt_values_supported" to json("""["none","create"]"""))
                for (metadata in listOf(listing, serverMetadata())) {
                    StubServer()
                        .client(metadata)
                        .authorizationRequest { prompt("create") }
                        .parameters["prompt"] shouldBe "create"
                }
            }
        }

        context("a hint at a person") {
            test("is the ID Token of their tokens or claims") {
                val tokens = signedIn()
                for (holder in listOf(tokens, checkNotNull(tokens.claims))) {
                    StubServer()
                        .client()
                        .authorizationRequest { idTokenHint(holder) }
                        .parameters["id_token_hint"] shouldBe tokens.idToken
                }
            }

            test("is none where the tokens came without an ID Token") {
                val tokens = StubServer().answerTokens().client().grant("urn:x")
                val request = StubServer().client().authorizationRequest { idTokenHint(tokens) }

                ("id_token_hint" in request.parameters) shouldBe false
            }

            test("is not sent to another server") {
                val tokens = signedIn()
                val other =
                    StubServer().client(
                        serverMetadata(
                            "issuer" to JsonPrimitive("https://b.example.com"),
                            "backchannel_authentication_endpoint" to JsonPrimitive("https://b.example.com/ciba"),
                        ),
                    )

                shouldThrow<IllegalArgumentException> {
                    other.authorizationRequest { idTokenHint(tokens) }
                }.message shouldContain "the ID Token of the hint is of \"$ISSUER\""
                shouldThrow<IllegalArgumentException> { other.backchannelAuthentication { idTokenHint(tokens) } }
            }

            test("is taken by a backchannel authentication too") {
                val tokens = signedIn()
                val server = StubServer().answer("/ciba", """{"auth_req_id":"x","expires_in":60}""")
                server
                    .client(serverMetadata("backchannel_authentication_endpoint" to JsonPrimitive("$ISSUER/ciba")))
                    .backchannelAuthentication { idTokenHint(tokens) }

                server.lastTo("/ciba").form["id_token_hint"] shouldBe tokens.idToken
            }
        }
    })
