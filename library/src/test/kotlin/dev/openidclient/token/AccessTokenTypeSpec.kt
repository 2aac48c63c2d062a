package dev.openidclient.token

import dev.openidclient.client.OpenIdClient
import dev.openidclient.dpop.Dpop
import dev.openidclient.jose.SigningKey
import dev.openidclient.resource.resource
import dev.openidclient.testing.ACCESS_TOKEN
import dev.openidclient.testing.CLIENT_ID
import dev.openidclient.testing.FIXED_CLOCK
import dev.openidclient.testing.ISSUER
import dev.openidclient.testing.StubServer
import dev.openidclient.testing.answerTokens
import dev.openidclient.testing.idToken
import dev.openidclient.testing.serverMetadata
import dev.openidclient.userinfo.userInfo
import io.kotest.assertions.throwables.shouldThrowExactly
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
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

        val other = serverMetadata("issuer" to JsonPrimitive("https://other.example.com"))
        val others =
            mapOf<String, (StubServer) -> OpenIdClient>(
                "another issuer" to { it.client(other) },
                "another client" to { server ->
                    OpenIdClient(serverMetadata(), "other") {
                        transport = server.transport
                        clock = FIXED_CLOCK
                    }
                },
                "another issuer, with a DPoP key" to { it.client(other).proving() },
            )
        val uses = USES + mapOf("/token" to { tokens -> refreshTokenGrant(tokens) })
        for ((whose, clientOf) in others) {
            for ((path, use) in uses) {
                for (type in listOf("Bearer", "DPoP")) {
                    test("$type tokens do not go to $path of $whose") {
                        val server = server()

                        shouldThrowExactly<IllegalArgumentException> { clientOf(server).use(tokens(type)) }
                            .message shouldContain "the tokens are of client \"$CLIENT_ID\" at \"$ISSUER\", but this is"
                        server.received.shouldBeEmpty()
                    }
                }
            }
        }

        test("tokens without an ID Token do not go to another issuer either") {
            val tokens = StubServer().answerTokens(REFRESH_TOKEN).client().clientCredentialsGrant()
            val server = server()
            val client = server.client(other)

            shouldThrowExactly<IllegalArgumentException> { client.refreshTokenGrant(tokens) }
            shouldThrowExactly<IllegalArgumentException> { client.resource("$ISSUER$API", tokens) }
            server.received.shouldBeEmpty()
        }

        test("tokens know whose they are, refreshed ones too") {
            val client = server().client()
            val refreshed = client.refreshTokenGrant(tokens("Bearer"))

            refreshed.issuer shouldBe ISSUER
            refreshed.clientId shouldBe CLIENT_ID
            client.proving().userInfo(refreshed).subject shouldBe "248289761001"
        }
    })
