package dev.openidclient.samples.docs

import dev.openidclient.async.AsyncOpenIdClient
import dev.openidclient.authorization.authorizationRequest
import dev.openidclient.client.OpenIdClient
import dev.openidclient.clientauth.ClientSecretBasic
import dev.openidclient.error.MetadataException
import dev.openidclient.error.ResponseBodyException
import dev.openidclient.error.ValidationException
import dev.openidclient.metadata.AuthorizationServerMetadata
import dev.openidclient.token.TokenResponse
import dev.openidclient.token.authorizationCodeGrant
import dev.openidclient.token.clientCredentialsGrant
import dev.openidclient.userinfo.userInfo
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain

private const val PAGE = "sign-in.md"

class SignInPageSpec :
    FunSpec({
        val server = FakeServer()
        beforeTest { server.requests.clear() }

        suspend fun signedIn(client: OpenIdClient = server.client()): TokenResponse {
            val request = client.authorizationRequest { scope("openid") }
            val idToken = server.idToken(request.pending, subject = "248289761001")
            server.answer(200, """{"access_token": "a", "token_type": "Bearer", "id_token": "$idToken"}""")
            return client.authorizationCodeGrant("/callback?code=c&state=${request.pending.state}", request.pending)
        }

        test("the person is the ID Token's, and an address counts where it is verified") {
            val client = server.client()
            val tokens = signedIn(client)
            server.answer(
                200,
                """{"sub": "248289761001", "email": "a@example.com", "email_verified": true, "team": "blue"}""",
            )

            SignInKotlin().user(client, tokens) shouldBe "248289761001 a@example.com \"blue\""

            server.answer(200, """{"sub": "248289761001", "email": "a@example.com", "team": "blue"}""")
            SignIn.user(AsyncOpenIdClient.of(client), tokens).join() shouldBe "248289761001 null blue"
        }

        test("UserInfo of another person is refused, with the message of the page") {
            val client = server.client()
            val tokens = signedIn(client)
            server.answer(200, """{"sub": "mallory"}""")

            pageShows(PAGE, shouldThrow<ValidationException> { client.userInfo(tokens) })
        }

        test("a step-up asks for a recent sign-in with the acr, and takes no other") {
            val client = server.client()
            val request = SignInKotlin().stepUp(client)
            request.url shouldContain "max_age=300"
            request.url shouldContain "acr_values=urn%3Aexample%3Amfa"
            SignIn.stepUp(AsyncOpenIdClient.of(client)).pending.isAcrRequired shouldBe true

            val idToken = server.idToken(request.pending, "alice", """, "auth_time": ${FakeServer.NOW.epochSecond}""")
            server.answer(200, """{"access_token": "a", "token_type": "Bearer", "id_token": "$idToken"}""")
            val failure =
                shouldThrow<ValidationException> {
                    client.authorizationCodeGrant("/callback?code=c&state=${request.pending.state}", request.pending)
                }

            pageShows(PAGE, failure)
            failure.subject shouldBe "claim:acr"
        }

        test("discovery refuses another issuer and http, with the messages of the page") {
            server.answer(200, FakeServer.METADATA.replace("https://as.example.com\"", "https://login.example.com\""))
            pageShows(
                PAGE,
                shouldThrow<ValidationException> {
                    OpenIdClient.discover("https://as.example.com", "s6BhdRkqt3") { transport = server }
                },
            )
            pageShows(
                PAGE,
                shouldThrow<MetadataException> {
                    OpenIdClient.discover("http://as.example.com", "s6BhdRkqt3") { transport = server }
                },
            )
        }

        test("what the server's metadata lacks or requires is said, with the messages of the page") {
            fun clientOf(json: String) = OpenIdClient(AuthorizationServerMetadata.parse(json), "s6BhdRkqt3")

            pageShows(
                PAGE,
                shouldThrow<MetadataException> {
                    clientOf("""{"issuer": "https://as.example.com"}""").authorizationRequest()
                },
            )
            val strict =
                """{"issuer": "https://as.example.com", "require_pushed_authorization_requests": true,
                    "authorization_endpoint": "https://as.example.com/authorize"}"""
            pageShows(PAGE, shouldThrow<IllegalStateException> { clientOf(strict).authorizationRequest().url })
        }

        test("a client that authenticates otherwise than it is registered is told what the server lists") {
            server.answer(401, """{"error": "invalid_client"}""")
            val metadata =
                """{"issuer": "https://as.example.com", "token_endpoint": "https://as.example.com/token",
                    "token_endpoint_auth_methods_supported": ["client_secret_post"]}"""
            val client =
                OpenIdClient(AuthorizationServerMetadata.parse(metadata), "s6BhdRkqt3") {
                    authentication = ClientSecretBasic("secret")
                    transport = server
                }

            pageShows(PAGE, shouldThrow<ResponseBodyException> { client.clientCredentialsGrant() })
        }
    })
