package dev.openidclient.token

import dev.openidclient.authorization.AuthorizationCallback
import dev.openidclient.authorization.authorizationRequest
import dev.openidclient.error.AuthorizationResponseException
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.ResponseBodyException
import dev.openidclient.error.ValidationException
import dev.openidclient.http.Parameters
import dev.openidclient.testing.ACCESS_TOKEN
import dev.openidclient.testing.CLIENT_ID
import dev.openidclient.testing.CODE
import dev.openidclient.testing.CODE_VERIFIER
import dev.openidclient.testing.FIXED_CLOCK
import dev.openidclient.testing.MovableClock
import dev.openidclient.testing.NOW
import dev.openidclient.testing.REDIRECT_URI
import dev.openidclient.testing.STATE
import dev.openidclient.testing.StubServer
import dev.openidclient.testing.answerTokens
import dev.openidclient.testing.idToken
import dev.openidclient.testing.pendingAuthorization
import dev.openidclient.testing.shouldFailWith
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import kotlinx.serialization.json.JsonPrimitive
import java.time.Clock
import java.time.Duration
import java.time.Instant

private const val CALLBACK = "$REDIRECT_URI?code=$CODE&state=$STATE"

class AuthorizationCodeGrantSpec :
    FunSpec({
        test("exchanges the code of the callback for tokens") {
            val tokens = StubServer().answerTokens().client().authorizationCodeGrant(CALLBACK, pendingAuthorization())

            tokens.accessToken shouldBe ACCESS_TOKEN
        }

        test("what an authorization request leaves pending fits its callback") {
            val server = StubServer()
            val client = server.client()
            val request = client.authorizationRequest { redirectUri(REDIRECT_URI).scope("openid") }
            server.answerTokens("id_token" to idToken("nonce" to JsonPrimitive(request.pending.nonce)))

            val tokens =
                client.authorizationCodeGrant(
                    "$REDIRECT_URI?code=$CODE&state=${request.pending.state}",
                    request.pending,
                )

            tokens.claims?.nonce shouldBe request.pending.nonce
            server.lastTo("/token").form["code_verifier"] shouldBe request.pending.codeVerifier
        }

        context("the request") {
            test("has redirect URI, code, verifier, grant type and client, in this order") {
                val server = StubServer().answerTokens()
                server.client().authorizationCodeGrant(CALLBACK, pendingAuthorization())

                server.lastTo("/token").body shouldBe
                    "redirect_uri=https%3A%2F%2Frp.example.com%2Fcallback&code=$CODE&code_verifier=$CODE_VERIFIER" +
                    "&grant_type=authorization_code&client_id=$CLIENT_ID"
            }

            test("has the caller's parameters in front") {
                val server = StubServer().answerTokens()
                server.client().authorizationCodeGrant(CALLBACK, pendingAuthorization()) {
                    parameter("audience", "x y")
                    resource("https://a.example.com", "https://b.example.com")
                }

                server.lastTo("/token").body shouldBe
                    "audience=x+y&resource=https%3A%2F%2Fa.example.com&resource=https%3A%2F%2Fb.example.com" +
                    "&redirect_uri=https%3A%2F%2Frp.example.com%2Fcallback&code=$CODE&code_verifier=$CODE_VERIFIER" +
                    "&grant_type=authorization_code&client_id=$CLIENT_ID"
            }

            test("has the redirect URI that is pending, not the callback's") {
                val server = StubServer().answerTokens()
                server.client().authorizationCodeGrant(
                    "https://proxy/cb?code=$CODE&state=$STATE",
                    pendingAuthorization(),
                )

                server.lastTo("/token").form["redirect_uri"] shouldBe REDIRECT_URI
            }

            test("has no redirect URI where none is pending") {
                val server = StubServer().answerTokens()
                server.client().authorizationCodeGrant(CALLBACK, pendingAuthorization(redirectUri = null))

                ("redirect_uri" in server.lastTo("/token").form) shouldBe false
            }

            test("is sent once, also where it fails") {
                val server = StubServer().answer("/token", """{"error":"invalid_grant"}""", status = 400)
                shouldThrow<ResponseBodyException> {
                    server.client().authorizationCodeGrant(CALLBACK, pendingAuthorization())
                }

                server.countOf("/token") shouldBe 1
            }

            for (name in listOf("redirect_uri", "code", "code_verifier", "grant_type", "client_id", "client_secret")) {
                test("cannot have another $name") {
                    val server = StubServer().answerTokens()
                    shouldThrow<IllegalArgumentException> {
                        server.client().authorizationCodeGrant(
                            CALLBACK,
                            pendingAuthorization(),
                        ) { parameter(name, "x") }
                    }.message shouldContain "\"$name\""
                    server.received.shouldBeEmpty()
                }
            }
        }

        context("the callback") {
            test("may be a posted form") {
                val server = StubServer().answerTokens()
                server.client().authorizationCodeGrant(
                    AuthorizationCallback.formPost(REDIRECT_URI, "code=$CODE&state=$STATE"),
                    pendingAuthorization(),
                )

                server.lastTo("/token").form["code"] shouldBe CODE
            }

            test("that is a posted form has its code there, not in the query of a link") {
                val server = StubServer().answerTokens()

                shouldFailWith<InvalidResponseException>(ErrorCode.INVALID_RESPONSE, "must have a \"code\"") {
                    server.client().authorizationCodeGrant(
                        AuthorizationCallback.formPost("$REDIRECT_URI?code=EVIL", "state=$STATE"),
                        pendingAuthorization(),
                    )
                }
                server.received.shouldBeEmpty()
            }

            test("may be a path, or parameters that are parsed") {
                val server = StubServer().answerTokens()
                val client = server.client()
                client.authorizationCodeGrant("/callback?code=$CODE&state=$STATE", pendingAuthorization())
                client.authorizationCodeGrant(
                    AuthorizationCallback.parameters(Parameters.of("code" to CODE, "state" to STATE)),
                    pendingAuthorization(),
                )

                server.received.map { it.form["redirect_uri"] } shouldBe listOf(REDIRECT_URI, REDIRECT_URI)
            }

            test("with another state is rejected, and its code is not sent") {
                val server = StubServer().answerTokens()
                shouldFailWith<ValidationException>(ErrorCode.INVALID_RESPONSE, "\"state\"") {
                    server.client().authorizationCodeGrant(
                        "$REDIRECT_URI?code=$CODE&state=other",
                        pendingAuthorization(),
                    )
                }

                server.received.shouldBeEmpty()
            }

            test("without a state is rejected") {
                shouldFailWith<ValidationException>(ErrorCode.INVALID_RESPONSE, "\"state\"") {
                    StubServer().answerTokens().client().authorizationCodeGrant(
                        "$REDIRECT_URI?code=$CODE",
                        pendingAuthorization(),
                    )
                }
            }

            test("with an error is that error") {
                shouldThrow<AuthorizationResponseException> {
                    StubServer()
                        .client()
                        .authorizationCodeGrant(
                            "$REDIRECT_URI?error=access_denied&state=$STATE",
                            pendingAuthorization(),
                        )
                }.error shouldBe "access_denied"
            }

            test("without a code is rejected") {
                shouldFailWith<InvalidResponseException>(ErrorCode.INVALID_RESPONSE, "\"code\"") {
                    StubServer().client().authorizationCodeGrant("$REDIRECT_URI?state=$STATE", pendingAuthorization())
                }
            }
        }

        context("what is pending") {
            suspend fun grantAt(
                createdAt: Instant,
                clock: Clock = FIXED_CLOCK,
                lifetime: Duration = Duration.ofHours(1),
            ) = StubServer()
                .answerTokens()
                .client {
                    this.clock = clock
                    pendingAuthorizationLifetime = lifetime
                }.authorizationCodeGrant(CALLBACK, pendingAuthorization(createdAt = createdAt))

            test("is rejected for another issuer") {
                shouldFailWith<ValidationException>(ErrorCode.INVALID_RESPONSE, "at \"https://evil.example.com\"") {
                    StubServer()
                        .answerTokens()
                        .client()
                        .authorizationCodeGrant(CALLBACK, pendingAuthorization(issuer = "https://evil.example.com"))
                }
            }

            test("is rejected for another client") {
                shouldFailWith<ValidationException>(ErrorCode.INVALID_RESPONSE, "of client \"other\"") {
                    StubServer()
                        .answerTokens()
                        .client()
                        .authorizationCodeGrant(CALLBACK, pendingAuthorization(clientId = "other"))
                }
            }

            test("is rejected without control characters in the message") {
                shouldThrow<ValidationException> {
                    StubServer().client().authorizationCodeGrant(
                        CALLBACK,
                        pendingAuthorization(issuer = "a\nb", clientId = "c\rd"),
                    )
                }.message.orEmpty().let {
                    it shouldNotContain "\n"
                    it shouldNotContain "\r"
                }
            }

            test("is judged before the callback") {
                shouldFailWith<ValidationException>(ErrorCode.INVALID_RESPONSE, "the pending authorization") {
                    StubServer()
                        .client()
                        .authorizationCodeGrant(
                            "$REDIRECT_URI?error=x&state=y",
                            pendingAuthorization(clientId = "other"),
                        )
                }
            }

            test("is taken exactly at the age limit of one hour") {
                grantAt(NOW.minusSeconds(3600)).accessToken shouldBe ACCESS_TOKEN
            }

            test("is rejected one second after the age limit") {
                shouldFailWith<ValidationException>(ErrorCode.INVALID_RESPONSE, "3601 seconds old") {
                    grantAt(NOW.minusSeconds(3601))
                }
            }

            test("has the age limit of the settings") {
                val limit = Duration.ofSeconds(10)

                grantAt(NOW.minusSeconds(10), lifetime = limit).accessToken shouldBe ACCESS_TOKEN
                shouldThrow<ValidationException> { grantAt(NOW.minusSeconds(11), lifetime = limit) }
            }

            test("gets older as the clock moves") {
                val clock = MovableClock()
                grantAt(NOW, clock).accessToken shouldBe ACCESS_TOKEN
                clock.advance(3601)

                shouldThrow<ValidationException> { grantAt(NOW, clock) }
            }

            test("may be from the future as far as the clocks may be apart") {
                grantAt(NOW.plusSeconds(30)).accessToken shouldBe ACCESS_TOKEN
            }

            test("may be of a node that is a minute ahead, whatever the tolerance") {
                grantAt(NOW.plusSeconds(60)).accessToken shouldBe ACCESS_TOKEN
            }

            test("may be from further in the future where clockTolerance says so") {
                StubServer()
                    .answerTokens()
                    .client { clockTolerance = Duration.ofSeconds(90) }
                    .authorizationCodeGrant(
                        "$REDIRECT_URI?code=$CODE&state=$STATE",
                        pendingAuthorization(createdAt = NOW.plusSeconds(90)),
                    ).accessToken shouldBe ACCESS_TOKEN
            }

            test("is rejected from further in the future") {
                shouldFailWith<ValidationException>(
                    ErrorCode.INVALID_RESPONSE,
                    "61 seconds in the future, by the clock of this machine",
                ) { grantAt(NOW.plusSeconds(61)) }
            }
        }
    })
