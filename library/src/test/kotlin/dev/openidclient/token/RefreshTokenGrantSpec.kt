package dev.openidclient.token

import dev.openidclient.client.OpenIdClient
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.ResponseBodyException
import dev.openidclient.error.ValidationException
import dev.openidclient.testing.CLIENT_ID
import dev.openidclient.testing.FIXED_CLOCK
import dev.openidclient.testing.ISSUER
import dev.openidclient.testing.NOW
import dev.openidclient.testing.StubServer
import dev.openidclient.testing.answerTokens
import dev.openidclient.testing.idToken
import dev.openidclient.testing.json
import dev.openidclient.testing.shouldFailWith
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonNull
import kotlinx.serialization.json.JsonPrimitive
import java.time.Duration

private val FIRST_REFRESH_TOKEN = "refresh_token" to JsonPrimitive("refresh-1")

class RefreshTokenGrantSpec :
    FunSpec({
        /** The tokens of a first sign-in whose answer has [changes], and the server that issued them. */
        suspend fun signIn(vararg changes: Pair<String, JsonElement?>): Pair<StubServer, TokenResponse> {
            val server = StubServer().answerTokens(FIRST_REFRESH_TOKEN, *changes)
            return server to server.client().grant("urn:first")
        }

        /** Refreshes tokens of an ID Token with the claims [earlier]; the answer has one with the claims [later]. */
        suspend fun refresh(
            earlier: List<Pair<String, JsonElement?>>,
            later: List<Pair<String, JsonElement?>>,
        ): TokenResponse {
            val (server, tokens) = signIn("id_token" to idToken(*earlier.toTypedArray()))
            server.answerTokens("id_token" to idToken(*later.toTypedArray()))
            return server.client().refreshTokenGrant(tokens)
        }

        test("the request has the caller's parameters, the refresh token, the grant type and the client") {
            val (server, tokens) = signIn()
            server.client().refreshTokenGrant(tokens) { scope("a", "b") }

            server.lastTo("/token").body shouldBe
                "scope=a+b&refresh_token=refresh-1&grant_type=refresh_token&client_id=s6BhdRkqt3"
        }

        test("a plain refresh token is sent alike") {
            val server = StubServer().answerTokens()
            server.client().refreshTokenGrant("refresh-2")

            server.lastTo("/token").body shouldBe
                "refresh_token=refresh-2&grant_type=refresh_token&client_id=s6BhdRkqt3"
        }

        for (name in listOf("refresh_token", "grant_type", "client_id")) {
            test("rejects $name as any parameter") {
                shouldThrow<IllegalArgumentException> {
                    StubServer().answerTokens().client().refreshTokenGrant("refresh-2") { parameter(name, "x") }
                }
            }
        }

        test("rejects tokens without a refresh token and sends nothing") {
            val server = StubServer().answerTokens()
            val tokens = server.client().grant("urn:first")

            shouldThrow<IllegalArgumentException> { server.client().refreshTokenGrant(tokens) }
            server.countOf("/token") shouldBe 1
        }

        test("rejects an empty refresh token and sends nothing") {
            val server = StubServer().answerTokens()

            shouldThrow<IllegalArgumentException> { server.client().refreshTokenGrant("") }
            server.received.shouldBeEmpty()
        }

        test("a refused refresh token is the server's error, asked for once") {
            val server = StubServer().answer("/token", """{"error":"invalid_grant"}""", status = 400)

            shouldThrow<ResponseBodyException> { server.client().refreshTokenGrant("refresh-2") }.error shouldBe
                "invalid_grant"
            server.countOf("/token") shouldBe 1
        }

        context("what is carried over") {
            test("the refresh token, ID Token and claims stay where none are issued") {
                val (server, tokens) = signIn("id_token" to idToken())
                val refreshed =
                    server
                        .answerTokens(
                            "access_token" to JsonPrimitive("new"),
                        ).client()
                        .refreshTokenGrant(tokens)

                refreshed.accessToken shouldBe "new"
                refreshed.refreshToken shouldBe "refresh-1"
                refreshed.idToken shouldBe tokens.idToken
                refreshed.claims shouldBe tokens.claims
            }

            test("they stay over several refreshes") {
                val (server, tokens) = signIn("id_token" to idToken())
                val client = server.answerTokens().client()
                val refreshed = client.refreshTokenGrant(client.refreshTokenGrant(tokens))

                refreshed.refreshToken shouldBe "refresh-1"
                refreshed.claims shouldBe tokens.claims
            }

            test("a new refresh token replaces the earlier one") {
                val (server, tokens) = signIn()
                val refreshed =
                    server
                        .answerTokens(
                            "refresh_token" to JsonPrimitive("refresh-2"),
                        ).client()
                        .refreshTokenGrant(tokens)

                refreshed.refreshToken shouldBe "refresh-2"
            }

            test("a new ID Token replaces the earlier one and its claims") {
                val earlier = listOf("iat" to JsonPrimitive(NOW.epochSecond - 100))
                val refreshed = refresh(earlier, later = emptyList())

                refreshed.idToken shouldBe refreshed["id_token"]?.let { (it as JsonPrimitive).content }
                refreshed.claims?.issuedAt shouldBe NOW
            }

            test("neither scope nor lifetime is carried over") {
                val (server, tokens) = signIn("scope" to JsonPrimitive("a"))
                val refreshed = server.answerTokens("expires_in" to null).client().refreshTokenGrant(tokens)

                refreshed.scope.shouldBeNull()
                refreshed.expiresIn.shouldBeNull()
            }

            test("a plain refresh token stays where no other came, and nothing else is carried over") {
                val refreshed = StubServer().answerTokens().client().refreshTokenGrant("refresh-2")

                refreshed.refreshToken shouldBe "refresh-2"
                refreshed.claims.shouldBeNull()
            }

            test("a plain refresh token gives way to the one that came") {
                val server = StubServer().answerTokens("refresh_token" to JsonPrimitive("rotated"))

                server.client().refreshTokenGrant("refresh-2").refreshToken shouldBe "rotated"
            }

            for (none in listOf(JsonNull, JsonPrimitive(""))) {
                test("the earlier refresh token stays where $none comes") {
                    val (server, tokens) = signIn("refresh_token" to JsonPrimitive("first"))
                    val refreshed =
                        server.answerTokens("refresh_token" to none).client().refreshTokenGrant(tokens)

                    refreshed.refreshToken shouldBe "first"
                }
            }

            test("no null beside a rotated refresh token loses it") {
                val (server, tokens) = signIn("refresh_token" to JsonPrimitive("first"))
                val nulls = listOf("expires_in", "id_token", "scope").map { it to JsonNull }.toTypedArray()
                val answered = server.answerTokens("refresh_token" to JsonPrimitive("rotated"), *nulls)

                answered.client().refreshTokenGrant(tokens).refreshToken shouldBe "rotated"
            }
        }

        context("the refreshed ID Token") {
            val several = json("""["$CLIENT_ID","api"]""")
            val azp = "azp" to JsonPrimitive(CLIENT_ID)

            test("is taken where it is of the same sign-in") {
                val same = listOf("auth_time" to JsonPrimitive(1000), "aud" to several, azp)

                refresh(same, same).claims.shouldNotBeNull()
            }

            val differing =
                listOf(
                    Triple("sub", emptyList(), listOf("sub" to JsonPrimitive("other"))),
                    Triple("azp", listOf(azp), emptyList()),
                    Triple("azp", emptyList(), listOf(azp)),
                    Triple("azp", listOf("azp" to JsonPrimitive("a")), listOf("azp" to JsonPrimitive("b"))),
                    Triple("aud", listOf(azp), listOf(azp, "aud" to several)),
                    Triple(
                        "auth_time",
                        listOf("auth_time" to JsonPrimitive(1000)),
                        listOf("auth_time" to JsonPrimitive(1001)),
                    ),
                    Triple(
                        "auth_time",
                        listOf("auth_time" to JsonPrimitive("1000")),
                        listOf("auth_time" to JsonPrimitive("1001")),
                    ),
                    Triple(
                        "auth_time",
                        listOf("auth_time" to JsonPrimitive(1000)),
                        listOf("auth_time" to JsonPrimitive("1970-01-01T00:16:41Z")),
                    ),
                    Triple("nonce", listOf("nonce" to JsonPrimitive("n-0S6")), listOf("nonce" to JsonPrimitive("n-1"))),
                    Triple("nonce", emptyList(), listOf("nonce" to JsonPrimitive("n-1"))),
                )
            for ((claim, earlier, later) in differing) {
                test("is rejected with another $claim: $later after $earlier") {
                    shouldFailWith<ValidationException>(ErrorCode.JWT_CLAIM_COMPARISON_FAILED, "\"$claim\" differs") {
                        refresh(earlier, later)
                    }
                }
            }

            test("is rejected with another iss, even one that the server may have") {
                val entra = "https://login.microsoftonline.com"
                val server = StubServer()
                server.answer(
                    "/common/v2.0/.well-known/openid-configuration",
                    """{"issuer":"$entra/{tenantid}/v2.0","token_endpoint":"$entra/token"}""",
                )
                val client =
                    OpenIdClient.discover("$entra/common/v2.0", CLIENT_ID) {
                        transport = server.transport
                        clock = FIXED_CLOCK
                    }

                fun ofTenant(tenant: String) =
                    idToken("iss" to JsonPrimitive("$entra/$tenant/v2.0"), "tid" to JsonPrimitive(tenant))
                server.answerTokens(FIRST_REFRESH_TOKEN, "id_token" to ofTenant("9188040d-6c67-4c5b-b112-36a304b66dad"))
                val tokens = client.grant("urn:first")
                server.answerTokens("id_token" to ofTenant("72f988bf-86f1-41af-91ab-2d7cd011db47"))

                shouldFailWith<ValidationException>(ErrorCode.JWT_CLAIM_COMPARISON_FAILED, "\"iss\" differs") {
                    client.refreshTokenGrant(tokens)
                }
            }

            test("may have its audiences in another form and order") {
                val reversed = json("""["api","$CLIENT_ID"]""")

                refresh(listOf("aud" to several, azp), listOf("aud" to reversed, azp)).claims.shouldNotBeNull()
                refresh(emptyList(), listOf("aud" to json("""["$CLIENT_ID"]"""))).claims.shouldNotBeNull()
            }

            test("may lack auth_time, or have it anew") {
                val authTime = listOf("auth_time" to JsonPrimitive(1000))

                refresh(authTime, emptyList()).claims.shouldNotBeNull()
                refresh(emptyList(), authTime).claims.shouldNotBeNull()
            }

            test("may have the same auth_time in another spelling") {
                refresh(
                    listOf("auth_time" to JsonPrimitive(1000)),
                    listOf("auth_time" to JsonPrimitive("1000")),
                ).claims.shouldNotBeNull()
            }

            test("is compared with the sign-in, also after one that had neither nonce nor auth_time") {
                val both = listOf("nonce" to JsonPrimitive("n-0S6"), "auth_time" to JsonPrimitive(1000))
                val (server, tokens) = signIn("id_token" to idToken(*both.toTypedArray()))
                val client = server.answerTokens("id_token" to idToken()).client()
                val between = client.refreshTokenGrant(tokens)

                server.answerTokens("id_token" to idToken(*both.toTypedArray()))
                client.refreshTokenGrant(between).claims.shouldNotBeNull()
                for (claim in listOf("nonce" to JsonPrimitive("n-1"), "auth_time" to JsonPrimitive(1001))) {
                    server.answerTokens("id_token" to idToken(claim))
                    shouldFailWith<ValidationException>(
                        ErrorCode.JWT_CLAIM_COMPARISON_FAILED,
                        "\"${claim.first}\" differs",
                    ) { client.refreshTokenGrant(between) }
                }
            }

            test("is compared with the one before, too, where the sign-in had no auth_time") {
                val (server, tokens) = signIn("id_token" to idToken())
                val client = server.answerTokens("id_token" to idToken("auth_time" to JsonPrimitive(1000))).client()
                val between = client.refreshTokenGrant(tokens)
                server.answerTokens("id_token" to idToken("auth_time" to JsonPrimitive(1999)))

                shouldFailWith<ValidationException>(
                    ErrorCode.JWT_CLAIM_COMPARISON_FAILED,
                    "\"auth_time\" differs",
                ) { client.refreshTokenGrant(between) }
            }

            test("may have a nonce where the sign-in is not known") {
                val server = StubServer().answerTokens(FIRST_REFRESH_TOKEN, "id_token" to idToken())
                val client = server.client()
                val tokens = client.refreshTokenGrant("stored")
                server.answerTokens("id_token" to idToken("nonce" to JsonPrimitive("n")))

                client.refreshTokenGrant(tokens).claims.shouldNotBeNull()
            }

            test("may lack the nonce, or have null for it") {
                refresh(listOf("nonce" to JsonPrimitive("n-0S6")), emptyList()).claims.shouldNotBeNull()
                refresh(listOf("nonce" to JsonPrimitive("n-0S6")), listOf("nonce" to JsonNull)).claims.shouldNotBeNull()
                refresh(listOf("azp" to JsonNull), emptyList()).claims.shouldNotBeNull()
            }

            test("is compared with the claims that were carried over") {
                val (server, tokens) = signIn("id_token" to idToken())
                val client = server.answerTokens().client()
                val carried = client.refreshTokenGrant(tokens)
                server.answerTokens("id_token" to idToken("sub" to JsonPrimitive("other")))

                shouldFailWith<ValidationException>(ErrorCode.JWT_CLAIM_COMPARISON_FAILED, "\"sub\" differs") {
                    client.refreshTokenGrant(carried)
                }
            }

            test("is validated before it is compared") {
                shouldFailWith<ValidationException>(
                    ErrorCode.JWT_CLAIM_COMPARISON_FAILED,
                    "expected \"iss\" \"$ISSUER\"",
                ) {
                    refresh(emptyList(), listOf("iss" to JsonPrimitive("x"), "sub" to JsonPrimitive("other")))
                }
            }

            test("needs no earlier one, nor its nonce") {
                val (server, tokens) = signIn()
                server.answerTokens("id_token" to idToken("nonce" to JsonPrimitive("n")))

                server.client().refreshTokenGrant(tokens).claims.shouldNotBeNull()
            }

            test("must have auth_time where the client has a default maximum age, but may be of any age") {
                val server = StubServer().answerTokens("id_token" to idToken("auth_time" to JsonPrimitive(0)))
                val client = server.client { metadata { defaultMaxAge(Duration.ZERO) } }

                client.refreshTokenGrant("refresh-2").claims.shouldNotBeNull()
                server.answerTokens("id_token" to idToken())
                shouldFailWith<InvalidResponseException>(ErrorCode.INVALID_RESPONSE, "\"auth_time\"") {
                    client.refreshTokenGrant("refresh-2")
                }
            }
        }
    })
