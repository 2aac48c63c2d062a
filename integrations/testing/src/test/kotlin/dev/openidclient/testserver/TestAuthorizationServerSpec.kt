package dev.openidclient.testserver

import dev.openidclient.authorization.AuthorizationCallback
import dev.openidclient.authorization.authorizationRequest
import dev.openidclient.client.ClientSettings
import dev.openidclient.client.OpenIdClient
import dev.openidclient.clientauth.PrivateKeyJwt
import dev.openidclient.dpop.Dpop
import dev.openidclient.error.OAuthException
import dev.openidclient.error.Reached
import dev.openidclient.error.ResponseBodyException
import dev.openidclient.error.TransportException
import dev.openidclient.jose.JwkSet
import dev.openidclient.jose.SigningKey
import dev.openidclient.metadata.DiscoveryAlgorithm
import dev.openidclient.token.TokenResponse
import dev.openidclient.token.TokenType
import dev.openidclient.token.authorizationCodeGrant
import dev.openidclient.token.clientCredentialsGrant
import dev.openidclient.token.jwtBearerGrant
import dev.openidclient.token.refreshTokenGrant
import dev.openidclient.token.tokenExchangeGrant
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import kotlinx.coroutines.test.currentTime
import kotlinx.coroutines.test.runTest
import java.time.Duration
import java.util.Random

class TestAuthorizationServerSpec :
    FunSpec({
        suspend fun OpenIdClient.signedIn(
            server: TestAuthorizationServer,
            subject: String = "alice",
            scope: String = "openid profile",
        ): TokenResponse {
            val request =
                authorizationRequest {
                    redirectUri("https://app.example.com/callback")
                    scope(scope)
                }
            val callback = AuthorizationCallback.url(server.signIn(request.url, subject))
            return authorizationCodeGrant(callback, request.pending)
        }

        test("a person signs in, and the ID Token verifies with the keys of the server") {
            val server = TestAuthorizationServer()
            val client =
                OpenIdClient(server.metadata, "app") {
                    transport = server
                    nonRepudiationChecks()
                }

            val tokens = client.signedIn(server)

            tokens.claims?.subject shouldBe "alice"
            tokens.scope shouldBe "openid profile"
            tokens.expiresIn shouldBe Duration.ofHours(1)
            tokens.refreshToken.shouldNotBeNull()
            server.requests.map { it.endpoint } shouldContainExactly listOf("token", "jwks")
        }

        test("a client finds it by either discovery") {
            val server = TestAuthorizationServer { issuer = "https://as.example.com/tenant" }

            OpenIdClient.discover(server.issuer, "app") { transport = server }.server shouldBe server.metadata
            OpenIdClient
                .discover(server.issuer, "app") {
                    transport = server
                    discoveryAlgorithm = DiscoveryAlgorithm.OAUTH2
                }.server shouldBe server.metadata
        }

        test("a person who refuses comes back with access_denied") {
            val server = TestAuthorizationServer()
            val client = server.app()
            val request = client.authorizationRequest { redirectUri("https://app.example.com/callback") }

            val callback = AuthorizationCallback.url(server.deny(request.url))

            val refusal = shouldThrow<OAuthException> { client.authorizationCodeGrant(callback, request.pending) }
            refusal.message shouldContain "access_denied"
        }

        test("client credentials give an access token and no refresh token") {
            val server = TestAuthorizationServer { client("service", "secret") }

            val tokens = server.app("service") { clientSecret("secret") }.clientCredentialsGrant { scope("a b") }

            tokens.scopes shouldBe setOf("a", "b")
            tokens.refreshToken shouldBe null
        }

        test("a rotated refresh token that is used again ends the sign-in, and is counted") {
            val server = TestAuthorizationServer { rotateRefreshTokens() }
            val client = server.app()
            val first = client.signedIn(server)

            val second = client.refreshTokenGrant(first)
            second.refreshToken shouldNotBe first.refreshToken
            server.reusedRefreshTokens shouldBe 0

            val refusal = shouldThrow<ResponseBodyException> { client.refreshTokenGrant(first) }
            refusal.error shouldBe "invalid_grant"
            refusal.message shouldContain "was used before"
            server.reusedRefreshTokens shouldBe 1
            shouldThrow<ResponseBodyException> { client.refreshTokenGrant(second) }.message shouldContain "revoked"
        }

        test("within the grace a refresh token that was used is taken again") {
            val server =
                TestAuthorizationServer {
                    rotateRefreshTokens()
                    refreshTokenGrace = Duration.ofSeconds(30)
                }
            val client = server.app()
            val first = client.signedIn(server)
            client.refreshTokenGrant(first)

            client.refreshTokenGrant(first).accessToken.shouldNotBeNull()
            server.reusedRefreshTokens shouldBe 1
            server.clockOffset = Duration.ofSeconds(30)
            shouldThrow<ResponseBodyException> { client.refreshTokenGrant(first) }.error shouldBe "invalid_grant"
        }

        test("without rotation the refresh token stays") {
            val server = TestAuthorizationServer()
            val client = server.app()
            val first = client.signedIn(server)

            client.refreshTokenGrant(first).refreshToken shouldBe first.refreshToken
            client.refreshTokenGrant(first).claims?.subject shouldBe "alice"
        }

        test("an access token is exchanged for one of fewer scopes") {
            val server = TestAuthorizationServer()
            val client = server.app()
            val tokens = client.signedIn(server)

            val exchanged =
                client.tokenExchangeGrant(tokens.accessToken) {
                    scope("profile")
                    parameter("audience", "billing")
                }

            exchanged.issuedTokenType shouldBe TokenType.ACCESS_TOKEN
            exchanged.scopes shouldBe setOf("profile")
            val refusal =
                shouldThrow<ResponseBodyException> { client.tokenExchangeGrant("unknown") { scope("profile") } }
            refusal.error shouldBe "invalid_grant"
        }

        test("an assertion of a trusted issuer is taken once") {
            val key = SigningKey.generate()
            val server = TestAuthorizationServer().trustIssuer("https://idp.example.com", JwkSet.of(key.publicJwk))
            val now = System.currentTimeMillis() / 1000
            val claims =
                jsonOf(
                    "iss" to "https://idp.example.com",
                    "sub" to "alice",
                    "aud" to server.issuer,
                    "exp" to now + 60,
                    "jti" to "1",
                )
            val assertion = signed(key, claims)

            server.app().jwtBearerGrant(assertion) { scope("a") }.scopes shouldBe setOf("a")
            val refusal = shouldThrow<ResponseBodyException> { server.app().jwtBearerGrant(assertion) }
            refusal.message shouldContain "its jti came before"
        }

        test("a client authenticates with an assertion of the key that it is registered with") {
            val key = SigningKey.generate()
            val server = TestAuthorizationServer { client("app") { jwks(key.publicJwk) } }

            server.app { authentication = PrivateKeyJwt(key) }.clientCredentialsGrant().tokenType shouldBe "bearer"

            val other = server.app { authentication = PrivateKeyJwt(SigningKey.generate()) }
            val refusal = shouldThrow<ResponseBodyException> { other.clientCredentialsGrant() }
            refusal.error shouldBe "invalid_client"
            refusal.message shouldContain "is of no key of client 'app'"
        }

        test("a nonce is demanded in DPoP proofs, and the token is bound to their key") {
            val server = TestAuthorizationServer { requireDpopNonce() }
            val dpop = Dpop(SigningKey.generate())

            val tokens = server.app().withDpop(dpop).clientCredentialsGrant()

            tokens.isSenderConstrained shouldBe true
            server.tokenEndpoint.requestCount shouldBe 2
            server.requests.map { it.status } shouldContainExactly listOf(400, 200)
        }

        context("what goes wrong at an endpoint") {
            test("is a status with Retry-After, and the request is not processed") {
                val server = TestAuthorizationServer()
                server.tokenEndpoint.failNext(503, retryAfter = Duration.ofSeconds(7))

                shouldThrow<OAuthException> { server.app().clientCredentialsGrant() }
                server.requests.single().status shouldBe 503
                server.tokenEndpoint.processedCount shouldBe 0
                server.app().clientCredentialsGrant()
            }

            test("is an OAuth error") {
                val server = TestAuthorizationServer()
                server.tokenEndpoint.failNext(401, "invalid_client")

                shouldThrow<ResponseBodyException> { server.app().clientCredentialsGrant() }.error shouldBe
                    "invalid_client"
            }

            test("is a lost answer: the refresh token is used up, and nobody can know") {
                val server = TestAuthorizationServer { rotateRefreshTokens() }
                val client = server.app()
                val tokens = client.signedIn(server)
                server.tokenEndpoint.dropNextAnswer()

                val failure = shouldThrow<TransportException> { client.refreshTokenGrant(tokens) }
                failure.reached shouldBe Reached.UNKNOWN
                shouldThrow<ResponseBodyException> { client.refreshTokenGrant(tokens) }
                server.reusedRefreshTokens shouldBe 1
            }

            test("is a refused connection: nothing arrived") {
                val server = TestAuthorizationServer { rotateRefreshTokens() }
                val client = server.app()
                val tokens = client.signedIn(server)
                server.tokenEndpoint.refuseNextConnection()

                shouldThrow<TransportException> { client.refreshTokenGrant(tokens) }.reached shouldBe Reached.NO
                client.refreshTokenGrant(tokens)
                server.reusedRefreshTokens shouldBe 0
            }

            test("is half an answer") {
                val server = TestAuthorizationServer()
                server.tokenEndpoint.halfNextAnswer()

                shouldThrow<TransportException> { server.app().clientCredentialsGrant() }.reached shouldBe
                    Reached.ANSWERED
                server.issuedAccessTokens shouldBe 1
            }

            test("is a delay in virtual time") {
                runTest {
                    val server = TestAuthorizationServer()
                    server.tokenEndpoint.delayNext(Duration.ofSeconds(20))
                    server.app().clientCredentialsGrant()
                    currentTime shouldBe 20_000

                    server.tokenEndpoint.hangNext()
                    shouldThrow<TransportException> { server.app().clientCredentialsGrant() }
                    currentTime shouldBe 50_000
                    server.issuedAccessTokens shouldBe 1

                    server.tokenEndpoint.delayNextAnswer(Duration.ofSeconds(40))
                    shouldThrow<TransportException> { server.app().clientCredentialsGrant() }
                    server.issuedAccessTokens shouldBe 2
                }
            }

            test("is another content type, another body, or too long a body") {
                val server = TestAuthorizationServer()
                val client = server.app { maximumResponseSize = 2_000 }
                server.tokenEndpoint.replaceNextBody("<html>")
                server.tokenEndpoint.oversizeNextAnswer(2_000)
                repeat(2) { shouldThrow<OAuthException> { client.clientCredentialsGrant() } }
                client.clientCredentialsGrant()
            }

            test("is over while the server is down, and comes back with it") {
                val server = TestAuthorizationServer()
                server.down {
                    shouldThrow<TransportException> { server.app().clientCredentialsGrant() }.reached shouldBe
                        Reached.NO
                }
                server.app().clientCredentialsGrant()
                server.requests.size shouldBe 2
            }
        }

        test("tokens for a test are those of a sign-in, without a request") {
            val server = TestAuthorizationServer()

            val tokens = server.tokens { claim("email", "alice@example.com") }

            tokens.claims?.subject shouldBe "alice"
            tokens.claims?.get("email").toString() shouldBe "\"alice@example.com\""
            tokens.issuer shouldBe server.issuer
            server.requests.size shouldBe 0
            server.app().refreshTokenGrant(tokens).refreshToken shouldBe tokens.refreshToken
        }

        test("no text of a recorded request shows a secret") {
            val server = TestAuthorizationServer { client("service", "the-secret") }
            server.app("service") { clientSecret("the-secret") }.clientCredentialsGrant()

            val record = server.requests.single()
            record.parameter("client_secret") shouldBe "the-secret"
            record.toString() shouldNotContain "the-secret"
            record.request.toString() shouldNotContain "the-secret"
        }

        test("the same random source gives the same tokens") {
            suspend fun token() =
                TestAuthorizationServer { random = Random(1) }.app().clientCredentialsGrant().accessToken

            token() shouldBe token()
        }
    })

internal fun TestAuthorizationServer.app(
    id: String = "app",
    configure: ClientSettings.() -> Unit = {},
): OpenIdClient =
    OpenIdClient(metadata, id) {
        transport = this@app
        configure()
    }
