package dev.openidclient.resource

import dev.openidclient.client.ClientSource
import dev.openidclient.client.OpenIdClient
import dev.openidclient.dpop.Dpop
import dev.openidclient.error.OAuthException
import dev.openidclient.event.TokenEvent
import dev.openidclient.http.HttpHeaders
import dev.openidclient.jose.Jwt
import dev.openidclient.jose.SigningKey
import dev.openidclient.testing.StubServer
import dev.openidclient.testing.answerTokens
import dev.openidclient.testing.serverMetadata
import dev.openidclient.token.TokenResponse
import dev.openidclient.token.clientCredentialsGrant
import dev.openidclient.token.tokenExchangeGrant
import dev.openidclient.tokensource.ClientCredentialsTokens
import dev.openidclient.tokensource.TokenSource
import dev.openidclient.tokensource.TokenState
import dev.openidclient.tokensource.TokenWorld
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import io.kotest.matchers.types.shouldBeSameInstanceAs
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.test.TestScope
import kotlinx.coroutines.test.runTest
import kotlinx.serialization.json.JsonPrimitive

private const val ORIGIN = "https://api.example.com"
private const val ISSUED = "urn:ietf:params:oauth:token-type:saml2"
private const val URL = "$ORIGIN/orders?page=2#end"

/** An access with the tokens of a source in virtual time. */
private class Accessed(
    test: TestScope,
    isBound: Boolean = false,
) {
    val world = TokenWorld(test)
    val client: OpenIdClient =
        world.client.let { if (isBound) it.withDpop(Dpop(SigningKey.generate("ES256"))) else it }
    val orders: TokenSource = with(world) { ClientCredentialsTokens(this@Accessed.client) { inThisWorld() } }.source()
    val access = ResourceAccess(client, orders) { allow(ORIGIN) }

    suspend fun authorized(
        url: String = URL,
        after: ResourceAuthorization? = null,
    ): ResourceAuthorization = access.authorize("GET", url, after = after).shouldNotBeNull()

    suspend fun refused(
        authorization: ResourceAuthorization,
        vararg challenges: String,
    ): Verdict = access.judge(authorization, 401, challenged(*challenges))
}

private fun challenged(vararg challenges: String): HttpHeaders =
    HttpHeaders.received(challenges.map { "www-authenticate" to it })

private val NO_HEADERS = HttpHeaders.EMPTY
private val NONCE = HttpHeaders.of("www-authenticate" to "DPoP error=\"use_dpop_nonce\"", "dpop-nonce" to "n1")

private fun ResourceAuthorization.token() = headers["authorization"].orEmpty().substringAfter(' ')

private fun ResourceAuthorization.proof() = Jwt.parse(headers["dpop"].orEmpty(), "proof").claims

private fun ResourceAuthorization.claim(name: String) = (proof()[name] as? JsonPrimitive)?.content

private class GivenSource(
    private val tokens: suspend () -> TokenResponse,
) : TokenSource {
    val refused = mutableListOf<TokenResponse>()

    override suspend fun token() = tokens()

    override fun invalidate(tokens: TokenResponse) {
        refused += tokens
    }

    override fun state() = TokenState.Fresh
}

private suspend fun tokensOf(type: String): TokenResponse =
    StubServer().answerTokens("token_type" to JsonPrimitive(type)).client().clientCredentialsGrant()

private fun boundClient(name: String): OpenIdClient =
    StubServer()
        .answerTokens("access_token" to JsonPrimitive("token-of-$name"), "token_type" to JsonPrimitive("DPoP"))
        .client(serverMetadata("issuer" to JsonPrimitive("https://$name.example.com")))
        .withDpop(Dpop(SigningKey.generate("ES256")))

private suspend fun exchanged(type: String): TokenResponse =
    StubServer()
        .answerTokens("token_type" to JsonPrimitive(type), "issued_token_type" to JsonPrimitive(ISSUED))
        .client()
        .tokenExchangeGrant("subject-token")

private class Row(
    val name: String,
    val status: Int,
    vararg val challenges: String,
    val verdict: Verdict = Verdict.DELIVER,
    /** Whether the source is told. */
    val isInvalid: Boolean = false,
    val isBound: Boolean = false,
)

private fun refusal(
    name: String,
    vararg challenges: String,
    isBound: Boolean = false,
) = Row(name, 401, *challenges, verdict = Verdict.SEND_AGAIN, isInvalid = true, isBound = isBound)

private val ROWS =
    listOf(
        refusal("401 invalid_token", "Bearer error=\"invalid_token\""),
        refusal("401 without an error", "Bearer realm=\"a\""),
        refusal("401 with the scheme alone", "bearer"),
        refusal("401 without a challenge"),
        refusal("401 with an unreadable challenge", "\"\"\""),
        refusal("401 with an empty challenge", ""),
        refusal("401 invalid_token after another scheme", "Basic realm=\"a\"", "Bearer error=\"invalid_token\""),
        Row("401 invalid_request", 401, "Bearer error=\"invalid_request\""),
        Row("401 insufficient_scope", 401, "Bearer error=\"insufficient_scope\""),
        Row("401 step-up", 401, "Bearer error=\"insufficient_user_authentication\""),
        Row("401 of another scheme", 401, "Basic realm=\"a\""),
        Row("401 that wants a nonce of a bearer token", 401, "Bearer error=\"use_dpop_nonce\""),
        Row("401 of DPoP for a bearer token", 401, "DPoP error=\"invalid_token\""),
        Row("401 use_dpop_nonce for a bearer token", 401, "DPoP error=\"use_dpop_nonce\""),
        Row("403 invalid_token", 403, "Bearer error=\"invalid_token\""),
        Row("400", 400, "Bearer error=\"invalid_token\""),
        Row("200", 200),
        Row("302", 302),
        Row("407", 407, "Bearer error=\"invalid_token\""),
        Row("503", 503),
        refusal("401 invalid_token", "DPoP error=\"invalid_token\"", isBound = true),
        refusal("401 without an error", "DPoP algs=\"ES256\"", isBound = true),
        refusal("401 without a challenge", isBound = true),
        Row(
            "401 use_dpop_nonce",
            401,
            "DPoP error=\"use_dpop_nonce\"",
            verdict = Verdict.SEND_AGAIN,
            isBound = true,
        ),
        Row("401 invalid_dpop_proof", 401, "DPoP error=\"invalid_dpop_proof\"", isBound = true),
        Row("401 of Bearer for a bound token", 401, "Bearer error=\"invalid_token\"", isBound = true),
        Row("400 use_dpop_nonce", 400, "DPoP error=\"use_dpop_nonce\"", isBound = true),
    )

class ResourceAccessSpec :
    FunSpec({
        test("a token goes out with a proof of its own client, also where the source goes over to another one") {
            val clients = listOf("a", "b").map(::boundClient)
            val tokens = clients.map { it.clientCredentialsGrant() }
            var asked = 0
            val moving = GivenSource { tokens[minOf(asked++, 1)] }
            val access = ResourceAccess(clients[1], moving) { allow(ORIGIN) }

            val authorization = access.authorize("GET", URL).shouldNotBeNull()

            authorization.token() shouldBe "token-of-b"
            asked shouldBe 2
        }

        test("a source of another client for good is refused, and not asked for ever") {
            val clients = listOf("a", "b").map(::boundClient)
            val tokens = clients[0].clientCredentialsGrant()
            var asked = 0
            val other = GivenSource { tokens.also { asked++ } }
            val access = ResourceAccess(clients[1], other) { allow(ORIGIN) }

            shouldThrow<IllegalArgumentException> { access.authorize("GET", URL) }

            asked shouldBe 3
        }

        context("authorize") {
            test("brings the token of the source, as Bearer") {
                runTest {
                    val accessed = Accessed(this)
                    val authorization = accessed.authorized()
                    authorization.scheme shouldBe "Bearer"
                    authorization.headers shouldBe
                        HttpHeaders.of("authorization" to "Bearer ${accessed.orders.token().accessToken}")
                }
            }

            test("brings a bound token as DPoP, with a proof of method, URL without query, and token") {
                runTest {
                    val accessed = Accessed(this, isBound = true)
                    val authorization = accessed.access.authorize("put", URL).shouldNotBeNull()
                    authorization.scheme shouldBe "DPoP"
                    authorization.claim("htm") shouldBe "PUT"
                    authorization.claim("htu") shouldBe "$ORIGIN/orders"
                    authorization.claim("ath").shouldNotBeNull()
                    authorization.claim("iat") shouldBe accessed.world.now.epochSecond.toString()
                }
            }

            test("names a path in the proof by its escapes where it has what belongs into no URL") {
                runTest {
                    val accessed = Accessed(this, isBound = true)
                    for ((path, escaped) in listOf(
                        "/\\@evil.example.com/a|b" to "/%5C@evil.example.com/a%7Cb",
                        "/a b/%zz%41?c|d" to "/a%20b/%25zz%41",
                        "/[x]/ 𝄞" to "/%5Bx%5D/%20%F0%9D%84%9E",
                        "/|%" to "/%7C%25",
                        "/|%4" to "/%7C%254",
                        "/|%fa%FA" to "/%7C%fa%FA",
                        "/|\t" to "/%7C%09",
                        "/|\uD834" to "/%7C%3F",
                        "/|#a|b" to "/%7C",
                    )) {
                        val authorization = accessed.access.authorize("GET", ORIGIN + path).shouldNotBeNull()
                        authorization.claim("htu") shouldBe ORIGIN + escaped
                    }
                }
            }

            test("brings another proof each time") {
                runTest {
                    val accessed = Accessed(this, isBound = true)
                    List(20) { accessed.authorized().claim("jti") }.toSet().size shouldBe 20
                    accessed.world.requests shouldBe 1
                }
            }

            test("names the https URL in the proof of a web socket's handshake") {
                runTest {
                    Accessed(this, isBound = true).authorized("wss://api.example.com/socket").claim("htu") shouldBe
                        "$ORIGIN/socket"
                }
            }

            test("brings nothing for another origin, and asks nobody for a token") {
                runTest {
                    val accessed = Accessed(this)
                    accessed.access.authorize("GET", "https://other.example.net/").shouldBeNull()
                    accessed.access.isAllowed("https://other.example.net/") shouldBe false
                    accessed.access.isAllowed(URL) shouldBe true
                    accessed.world.requests shouldBe 0
                }
            }

            test("fails with the exception of the source where there is no token") {
                runTest {
                    val accessed = Accessed(this)
                    accessed.world.server.isDown = true
                    shouldThrow<OAuthException> { accessed.authorized() }
                }
            }

            test("fails with the exception of the client's source where there is no client") {
                runTest {
                    val failure = IllegalStateException("not discovered")
                    val tokens = Accessed(this).orders
                    val access = ResourceAccess(ClientSource { throw failure }, tokens) { allow(ORIGIN) }
                    shouldThrow<IllegalStateException> { access.authorize("GET", URL) }.message shouldBe failure.message
                }
            }

            test("takes the tokens of another source for a request that says so, and tells that one of a refusal") {
                runTest {
                    val accessed = Accessed(this)
                    val alice = accessed.world.server.tokens("alice", "app")
                    val source = GivenSource { alice }
                    val authorization = accessed.access.authorize("GET", URL, source).shouldNotBeNull()
                    authorization.token() shouldBe alice.accessToken
                    accessed.refused(authorization) shouldBe Verdict.SEND_AGAIN
                    source.refused shouldContainExactly listOf(alice)
                    accessed.world.requests shouldBe 0
                }
            }

            test("refuses what is no access token, of whatever source") {
                val source = GivenSource { exchanged("N_A") }
                val access = ResourceAccess(StubServer().client(), source) { allow(ORIGIN) }
                shouldThrow<IllegalArgumentException> { access.authorize("GET", URL) }.message shouldContain "N_A"
            }

            test("refuses a bound token where the client has no key") {
                val source = GivenSource { tokensOf("DPoP") }
                val access = ResourceAccess(StubServer().client(), source) { allow(ORIGIN) }
                shouldThrow<IllegalArgumentException> { access.authorize("GET", URL) }.message shouldContain
                    "withDpop"
            }

            test("refuses the token of another client") {
                runTest {
                    val accessed = Accessed(this)
                    val foreign = GivenSource { accessed.world.server.tokens("alice", "another-app") }
                    shouldThrow<IllegalArgumentException> {
                        accessed.access.authorize("GET", URL, foreign)
                    }.message shouldContain "another-app"
                }
            }
        }

        context("judge") {
            for (row in ROWS) {
                val scheme = if (row.isBound) "DPoP" else "Bearer"
                val end = if (row.isInvalid) ", and the token is invalid" else ""
                test("with $scheme, ${row.name}: ${row.verdict}$end") {
                    runTest {
                        val accessed = Accessed(this, row.isBound)
                        val authorization = accessed.authorized()
                        val headers = challenged(*row.challenges)
                        accessed.access.judge(authorization, row.status, headers) shouldBe row.verdict
                        accessed.world.count(TokenEvent.Invalidated::class.java) shouldBe if (row.isInvalid) 1 else 0
                    }
                }
            }

            test("has a refused request sent again with another token, and not a third time") {
                runTest {
                    val accessed = Accessed(this)
                    val first = accessed.authorized()
                    accessed.refused(first) shouldBe Verdict.SEND_AGAIN
                    val second = accessed.authorized(after = first)
                    second.token() shouldNotBe first.token()
                    accessed.refused(second) shouldBe Verdict.DELIVER
                    accessed.refused(accessed.authorized(after = second)) shouldBe Verdict.DELIVER
                }
            }

            test("has a request sent three times at the most: for a nonce, and for a token, in any order") {
                runTest {
                    val accessed = Accessed(this, isBound = true)
                    val refusal = challenged("DPoP error=\"invalid_token\"")
                    for (answers in listOf(listOf(NONCE, refusal), listOf(refusal, NONCE))) {
                        val first = accessed.authorized()
                        accessed.access.judge(first, 401, answers[0]) shouldBe Verdict.SEND_AGAIN
                        val second = accessed.authorized(after = first)
                        accessed.access.judge(second, 401, answers[1]) shouldBe Verdict.SEND_AGAIN
                        val third = accessed.authorized(after = second)
                        for (answer in answers) accessed.access.judge(third, 401, answer) shouldBe Verdict.DELIVER
                    }
                }
            }

            test("has no request sent again for ever where each send has the same authorization") {
                runTest {
                    val accessed = Accessed(this)
                    val authorization = accessed.authorized()
                    accessed.refused(authorization) shouldBe Verdict.SEND_AGAIN
                    accessed.refused(authorization) shouldBe Verdict.DELIVER
                }
            }

            test("gives another request its own chances") {
                runTest {
                    val accessed = Accessed(this, isBound = true)
                    repeat(3) {
                        accessed.access.judge(accessed.authorized(), 401, NONCE) shouldBe Verdict.SEND_AGAIN
                    }
                }
            }

            test("delivers the 401 to a body that cannot be repeated, but the next request has another token") {
                runTest {
                    val accessed = Accessed(this)
                    val first = accessed.authorized()
                    accessed.access.judge(first, 401, NO_HEADERS, isRepeatable = false) shouldBe Verdict.DELIVER
                    accessed.authorized().token() shouldNotBe first.token()
                }
            }

            test("keeps the nonce of every answer of the origin, whatever its status, for the next proof there") {
                runTest {
                    val accessed = Accessed(this, isBound = true)
                    accessed.authorized().claim("nonce").shouldBeNull()
                    for (status in listOf(200, 201, 302, 400, 401, 403, 404, 500, 503)) {
                        val headers = HttpHeaders.of("dpop-nonce" to "of-$status")
                        accessed.access.judge(accessed.authorized(), status, headers)
                        accessed.authorized().claim("nonce") shouldBe "of-$status"
                    }
                }
            }

            test("keeps the nonces of two origins apart") {
                runTest {
                    val accessed = Accessed(this, isBound = true)
                    val access =
                        ResourceAccess(accessed.client, accessed.orders) { allow(ORIGIN).allow("https://b.example") }
                    val other = access.authorize("GET", "https://b.example/").shouldNotBeNull()
                    access.judge(other, 200, HttpHeaders.of("dpop-nonce" to "of-b"))
                    access.authorize("GET", URL)?.claim("nonce").shouldBeNull()
                    access.authorize("GET", "https://b.example/")?.claim("nonce") shouldBe "of-b"
                }
            }

            test("renews a token once that is refused to 20 requests at once") {
                runTest {
                    val accessed = Accessed(this)
                    val first = List(20) { accessed.authorized() }
                    val second =
                        first
                            .map { async { it.also { accessed.refused(it) }.let { accessed.authorized(after = it) } } }
                            .awaitAll()
                    second.map { it.token() }.toSet().size shouldBe 1
                    accessed.world.requests shouldBe 2
                }
            }
        }

        context("no text shows a secret") {
            test("neither of an authorization, nor of an access, nor an event") {
                runTest {
                    val accessed = Accessed(this, isBound = true)
                    val authorization = accessed.authorized()
                    accessed.refused(authorization)
                    val texts =
                        listOf(authorization, authorization.headers, accessed.access, ResourceAccessSettings()) +
                            accessed.world.events
                    val secrets = listOf(authorization.token(), authorization.headers["dpop"].orEmpty())
                    for (text in texts) for (secret in secrets) text.toString() shouldNotContain secret
                    authorization.toString() shouldBe "ResourceAuthorization(DPoP ██, $ORIGIN)"
                    accessed.access.toString() shouldBe "ResourceAccess($ORIGIN)"
                }
            }
        }

        test("the settings are read once") {
            runTest {
                var settings: ResourceAccessSettings? = null
                val accessed = Accessed(this)
                val access =
                    ResourceAccess(accessed.client, accessed.orders) {
                        settings = this
                        allow(ORIGIN).shouldBeSameInstanceAs(this)
                    }
                settings?.allow("https://other.example.net")
                access.isAllowed("https://other.example.net/") shouldBe false
            }
        }
    })
