package dev.openidclient.token

import dev.openidclient.client.OpenIdClient
import dev.openidclient.dpop.Dpop
import dev.openidclient.jose.SigningKey
import dev.openidclient.resource.resource
import dev.openidclient.testing.ACCESS_TOKEN
import dev.openidclient.testing.ISSUER
import dev.openidclient.testing.StubServer
import dev.openidclient.testing.answerTokens
import dev.openidclient.testing.idToken
import dev.openidclient.testing.serverMetadata
import dev.openidclient.userinfo.userInfo
import io.kotest.assertions.throwables.shouldThrowExactly
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import kotlinx.serialization.json.JsonPrimitive

private const val API = "/orders"
private const val USER_INFO = "/userinfo"

/** The two requests that an access token authorizes, by their paths. */
private val USES: Map<String, suspend OpenIdClient.(TokenResponse) -> Any> =
    mapOf(
        API to { tokens -> resource("$ISSUER$API", tokens) },
        USER_INFO to { tokens -> userInfo(tokens) },
    )

private fun server() =
    StubServer()
        .answerTokens("id_token" to idToken(), REFRESH_TOKEN)
        .answer(API, "[]")
        .answer(USER_INFO, """{"sub":"248289761001"}""")

private val REFRESH_TOKEN = "refresh_token" to JsonPrimitive("r")

private suspend fun tokens(type: String): TokenResponse =
    StubServer()
        .answerTokens("token_type" to JsonPrimitive(type), "id_token" to idToken(), REFRESH_TOKEN)
        .client()
        .grant(TOKEN_EXCHANGE)

private fun OpenIdClient.proving() = withDpop(Dpop(SigningKey.generate("ES256")))

class AccessTokenTypeSpec :
    FunSpec({
        for ((path, use) in USES) {
            context("to $path") {
                test("a token that is bound to a key goes with its proof") {
                    val server = server()
                    server.client().proving().use(tokens("DPoP"))

                    server.lastTo(path).header("authorization") shouldBe "DPoP $ACCESS_TOKEN"
                    server.lastTo(path).header("dpop").shouldNotBeNull()
                }

                test("a token that is bound to a key does not go without one") {
                    val server = server()

                    shouldThrowExactly<IllegalArgumentException> { server.client().use(tokens("DPoP")) }
                        .message shouldContain "client.withDpop(dpop)"
                    server.countOf(path) shouldBe 0
                }

                test("a bearer token goes as one, with a key or without") {
                    val server = server()
                    for (client in listOf(server.client(), server.client().proving())) {
                        client.use(tokens("Bearer"))

                        server.lastTo(path).header("authorization") shouldBe "Bearer $ACCESS_TOKEN"
                        server.lastTo(path).header("dpop").shouldBeNull()
                    }
                }

                test("what is no access token does not go") {
                    val server = server()

                    shouldThrowExactly<IllegalArgumentException> { server.client().use(tokens("N_A")) }
                        .message shouldContain "no access token"
                    server.countOf(path) shouldBe 0
                }
            }
        }

        test("a proof of the caller's own does for a resource") {
            val server = server()
            server.client().resource("$ISSUER$API", tokens("DPoP")) { header("dpop", "a.proof.here") }

            server.lastTo(API).header("authorization") shouldBe "DPoP $ACCESS_TOKEN"
            server.lastTo(API).header("dpop") shouldBe "a.proof.here"
        }

        context("tokens of another issuer") {
            val other = serverMetadata("issuer" to JsonPrimitive("https://other.example.com"))

            test("are not shown to the server's UserInfo") {
                val server = server()

                shouldThrowExactly<IllegalArgumentException> { server.client(other).userInfo(tokens("Bearer")) }
                    .message shouldBe
                    "the tokens are of the issuer \"$ISSUER\", but this is a client of \"https://other.example.com\""
                server.countOf(USER_INFO) shouldBe 0
            }

            test("are not refreshed") {
                val server = server()
                val client = server.client(other)

                shouldThrowExactly<IllegalArgumentException> { client.refreshTokenGrant(tokens("Bearer")) }
                    .message shouldContain "the tokens are of the issuer"
                server.countOf("/token") shouldBe 0
            }

            test("are good for a resource, which is nobody's own") {
                val server = server()
                server.client(other).resource("$ISSUER$API", tokens("Bearer"))

                server.countOf(API) shouldBe 1
            }
        }
    })
