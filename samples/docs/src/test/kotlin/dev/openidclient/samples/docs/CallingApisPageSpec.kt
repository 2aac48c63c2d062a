package dev.openidclient.samples.docs

import dev.openidclient.async.AsyncOpenIdClient
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.MetadataException
import dev.openidclient.error.OAuthException
import dev.openidclient.error.ValidationException
import dev.openidclient.error.WwwAuthenticateChallenge
import dev.openidclient.error.WwwAuthenticateChallengeException
import dev.openidclient.jose.SigningKey
import dev.openidclient.resource.resource
import dev.openidclient.token.TokenResponse
import dev.openidclient.token.clientCredentialsGrant
import dev.openidclient.token.refreshTokenGrant
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import io.kotest.matchers.string.shouldStartWith

private const val PAGE = "calling-apis.md"
private const val API = "https://api.example.com/orders"

class CallingApisPageSpec :
    FunSpec({
        val server = FakeServer()
        val client = server.client()
        beforeTest { server.requests.clear() }

        suspend fun tokens(type: String = "Bearer"): TokenResponse {
            server.answer(200, """{"access_token": "a", "token_type": "$type", "refresh_token": "r"}""")
            return client.refreshTokenGrant("r0").also { server.requests.clear() }
        }

        test("a call has method, body and token") {
            val tokens = tokens()
            server.answer(201, """{"id": 1}""")
            CallingApisKotlin(client).order(tokens) shouldBe """{"id": 1}"""

            val request = server.requests.single()
            request.method shouldBe "POST"
            request.headers["authorization"] shouldBe "Bearer a"
            request.body?.contentType shouldBe "application/json"
        }

        test("an expired token is refreshed once, and nothing else is a reason to") {
            for (isJava in listOf(false, true)) {
                val earlier = tokens()
                server.answer(401, "", "www-authenticate" to """Bearer error="invalid_token"""")
                server.answer(200, """{"access_token": "b", "token_type": "Bearer"}""")
                server.answer(200, "[]")
                var stored: TokenResponse? = null
                val orders =
                    if (isJava) {
                        CallingApis(AsyncOpenIdClient.of(client)).orders(earlier) { stored = it }.join()
                    } else {
                        CallingApisKotlin(client).orders(earlier) { stored = it }
                    }
                orders.bodyText() shouldBe "[]"
                stored?.accessToken shouldBe "b"
                server.requests.last().headers["authorization"] shouldBe "Bearer b"
            }

            val earlier = tokens()
            server.answer(403, "", "www-authenticate" to """Bearer error="insufficient_scope"""")
            shouldThrow<WwwAuthenticateChallengeException> { CallingApisKotlin(client).orders(earlier) {} }
        }

        test("a step-up asks for what the challenge names") {
            val parameters =
                mapOf(
                    "error" to "insufficient_user_authentication",
                    "acr_values" to "mfa",
                    "max_age" to "60",
                    "scope" to "orders:write",
                )
            val challenge = WwwAuthenticateChallenge("bearer", parameters)
            val refusal = WwwAuthenticateChallengeException(401, listOf(challenge), emptyMap(), ByteArray(0))
            val java = CallingApis(AsyncOpenIdClient.of(client)).signInFor(refusal)

            for (request in listOf(CallingApisKotlin(client).signInFor(refusal), java)) {
                request.url shouldContain "acr_values=mfa"
                request.url shouldContain "max_age=60"
                request.url shouldContain "scope=openid+orders%3Awrite"
                request.pending.isAcrRequired shouldBe true
            }
            val scopeOnly = WwwAuthenticateChallenge("bearer", mapOf("error" to "insufficient_scope"))
            val plain = WwwAuthenticateChallengeException(403, listOf(scopeOnly), emptyMap(), ByteArray(0))
            CallingApisKotlin(client).signInFor(plain).url shouldNotContain "acr_values"
        }

        test("DPoP proves the key at the token endpoint and the API, and repeats once for a nonce") {
            val invalid = """DPoP error="use_dpop_nonce""""
            server.answer(200, """{"access_token": "a", "token_type": "DPoP"}""")
            server.answer(401, "", "www-authenticate" to invalid, "dpop-nonce" to "n1")
            server.answer(200, "[]")
            CallingApisKotlin(client).withDpop(SigningKey.generate("ES256")).bodyText() shouldBe "[]"

            server.requests.map { it.headers["dpop"] }.distinct().size shouldBe 3
            server.requests.last().headers["authorization"] shouldStartWith "DPoP "
        }

        test("the messages of the page are real") {
            suspend fun refused(
                status: Int,
                vararg headers: Pair<String, String>,
            ): OAuthException {
                val tokens = tokens()
                server.answer(status, "", *headers)
                return shouldThrow<OAuthException> { client.resource(API, tokens) }
            }

            pageShows(PAGE, refused(401, "www-authenticate" to """Bearer error="invalid_token""""))
            pageShows(PAGE, refused(403, "www-authenticate" to """Bearer error="insufficient_scope""""))
            pageShows(PAGE, refused(401))
            val tokens = tokens()
            server.answer(200, "x".repeat(1024 * 1024 + 1))
            pageShows(PAGE, shouldThrow<InvalidResponseException> { client.resource(API, tokens) })
            pageShows(PAGE, shouldThrow<MetadataException> { client.resource(API.replace("https", "http"), tokens) })
            pageShows(PAGE, shouldThrow<IllegalArgumentException> { client.resource("/orders", tokens) })
            val bound = tokens("DPoP")
            pageShows(PAGE, shouldThrow<IllegalArgumentException> { client.resource(API, bound) })
            server.answer(200, """{"access_token": "a", "token_type": "Bearer"}""")
            val strict = server.client { requireSenderConstrained() }
            val unbound = shouldThrow<ValidationException> { strict.clientCredentialsGrant() }
            unbound.subject shouldBe "token_binding"
            pageShows(PAGE, unbound)
            for (name in listOf("authorization", "content-type")) {
                shouldThrow<IllegalArgumentException> { client.resource(API, tokens) { header(name, "x") } }
                    .message shouldNotBe null
            }
        }
    })
