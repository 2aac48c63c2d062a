package dev.openidclient.resourceserver

import dev.openidclient.client.Connection
import dev.openidclient.client.InsecureRequests
import dev.openidclient.client.OpenIdClient
import dev.openidclient.clientauth.ClientSecretBasic
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.OAuthException
import dev.openidclient.error.RequestRefusedException
import dev.openidclient.error.TransportException
import dev.openidclient.http.HttpResponse
import dev.openidclient.jose.DecryptionKey
import dev.openidclient.testing.CLIENT_ID
import dev.openidclient.testing.FIXED_CLOCK
import dev.openidclient.testing.ISSUER
import dev.openidclient.testing.RecordingTransport
import dev.openidclient.testing.TestKeys
import dev.openidclient.testing.encrypted
import dev.openidclient.testing.response
import dev.openidclient.testing.serverMetadata
import dev.openidclient.testserver.TestAuthorizationServer
import dev.openidclient.token.clientCredentialsGrant
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.assertions.throwables.shouldThrowExactly
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.Job
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.test.TestScope
import kotlinx.coroutines.test.runCurrent
import kotlinx.coroutines.test.runTest
import kotlinx.serialization.json.JsonPrimitive
import java.io.IOException
import java.time.Duration

private const val MANY = 1_000
private const val ROUND_TRIP = 200L

private val INTROSPECTING =
    serverMetadata("introspection_endpoint" to JsonPrimitive("$ISSUER/introspect")).json.toString()

/** A server that takes a while to answer, in virtual time. */
private class SlowServer(
    private val test: TestScope,
) {
    var keys: () -> HttpResponse = { response(TestKeys.jwks(TestKeys.publicJwk(TestKeys.rsa))) }
    var discovery: () -> HttpResponse = { response(INTROSPECTING) }
    val transport =
        RecordingTransport { request ->
            delay(ROUND_TRIP)
            if ("/.well-known/" in request.url) discovery() else keys()
        }

    fun countOf(path: String): Int = transport.requests.count { it.url.endsWith(path) }

    fun api(configure: ResourceServerSettings.() -> Unit = {}): ResourceServer =
        ResourceServer(RESOURCE) {
            issuer(ISSUER)
            connection {
                transport = this@SlowServer.transport
                clock = FIXED_CLOCK
            }
            coroutineContext = test.backgroundScope.coroutineContext
            configure()
        }
}

@OptIn(InsecureRequests::class)
class ResourceServerSpec :
    FunSpec({
        fun unknown(kid: String) = signedAccess(accessClaims(), "kid" to JsonPrimitive(kid))

        test("1 000 requests at once at a key that is not known are 1 download, and all get the new key") {
            runTest {
                val server = SlowServer(this)
                val api = server.api()
                api.authorize(bearer(accessToken()))
                server.countOf("/jwks") shouldBe 1
                server.keys =
                    { response(TestKeys.jwks(TestKeys.publicJwk(TestKeys.rsa), TestKeys.publicJwk(TestKeys.otherRsa))) }
                val header = accessHeader("kid" to JsonPrimitive("rsa-2"))
                val token = TestKeys.signRsa(accessClaims(), key = TestKeys.otherRsa, header = header)
                List(MANY) { async { api.authorize(bearer(token)) } }.awaitAll().size shouldBe MANY
                server.countOf("/jwks") shouldBe 2
            }
        }

        test("1 000 first requests at once are 1 discovery and 1 download") {
            runTest {
                val server = SlowServer(this)
                val api = server.api()
                val token = accessToken()
                List(MANY) { async { api.authorize(bearer(token)) } }.awaitAll()
                server.transport.requests.size shouldBe 2
            }
        }

        test("a flood of invented keys is as many downloads as ever, and those who have a known key go on") {
            runTest {
                val server = SlowServer(this)
                val api = server.api()
                api.authorize(bearer(accessToken()))
                repeat(50) { api.refusal(bearer(unknown("invented-$it"))).error shouldBe "invalid_token" }
                // three at once, and then one in 30 seconds
                server.countOf("/jwks") shouldBe 1 + 3
                api.authorize(bearer(accessToken()))
            }
        }

        test("a server that cannot be asked is no fault of the token's") {
            runTest {
                val server = SlowServer(this)
                server.keys = { response("down", 503, "text/plain") }
                val answered = shouldThrow<InvalidResponseException> { server.api().authorize(bearer(accessToken())) }
                answered.status shouldBe 503
                server.discovery = { throw IOException("no route") }
                val failure = shouldThrow<OAuthException> { server.api().authorize(bearer(accessToken())) }
                (failure is RequestRefusedException) shouldBe false
                (failure is TransportException) shouldBe true
            }
        }

        test("keys that cannot be read are no fault of the token's") {
            runTest {
                val server = SlowServer(this)
                for (body in listOf("[]", "{", "{\"keys\":1}")) {
                    server.keys = { response(body) }
                    val failure = shouldThrow<OAuthException> { server.api().authorize(bearer(accessToken())) }
                    (failure is RequestRefusedException) shouldBe false
                }
            }
        }

        test("who is cancelled stops waiting, and the others get what they wait for") {
            runTest {
                val server = SlowServer(this)
                val api = server.api()
                val token = accessToken()
                val impatient = launch { api.authorize(bearer(token)) }
                val patient = async { api.authorize(bearer(token)) }
                runCurrent()
                impatient.cancel()
                patient.await().issuer shouldBe ISSUER
                impatient.isCancelled shouldBe true
            }
        }

        test("after close nobody is answered, and who waits is told") {
            runTest {
                val server = SlowServer(this)
                val api = server.api()
                val waiting = async { shouldThrow<IllegalStateException> { api.authorize(bearer(accessToken())) } }
                runCurrent()
                api.close()
                waiting.await()
                shouldThrowExactly<IllegalStateException> { api.authorize(request()) }
                api.close()
            }
        }

        test("a connection that was given stays open") {
            TestAuthorizationServer {
                jwtAccessTokens()
                client("app", "secret-of-the-app")
            }.listen().use { authorization ->
                val shared = Connection.open { allowInsecureRequests() }

                fun server() =
                    ResourceServer(RESOURCE) {
                        issuer(authorization.issuer)
                        connection = shared
                    }

                val client =
                    OpenIdClient.discover(authorization.issuer, "app") {
                        clientSecret("secret-of-the-app")
                        connection = shared
                    }
                val token = client.clientCredentialsGrant { resource(RESOURCE) }.accessToken
                server().use { it.connection shouldBe shared }
                server().use { it.authorize(bearer(token)).clientId shouldBe "app" }
                server().authorize(bearer(token)).issuer shouldBe authorization.issuer
                shared.close()
            }
        }

        test("metadata that are given are not asked for") {
            val world = ApiWorld()
            world.api({ metadata(serverMetadata().json.toString()) }).authorize(bearer(accessToken()))
            world.sent shouldContainExactly listOf("/jwks")
        }

        test("a server that is asked about tokens is asked about all of its own, and about no other's") {
            val world = ApiWorld()
            val legacy = "https://legacy.example.com"
            world.server
                .answer("/introspect", "{\"active\":true,\"aud\":\"$RESOURCE\",\"sub\":\"bob\",\"client_id\":\"a\"}")
            val asked: IssuerSettings.() -> Unit = {
                introspection("api", ClientSecretBasic("secret"))
                metadata(
                    serverMetadata(
                        "issuer" to JsonPrimitive(legacy),
                        "introspection_endpoint" to JsonPrimitive("$ISSUER/introspect"),
                    ),
                )
            }
            val api = world.api { issuer(legacy, asked) }

            api.authorize(bearer(accessToken())).subject shouldBe "248289761001"
            world.server.countOf("/introspect") shouldBe 0
            val opaque = api.authorize(bearer("opaque"))
            opaque.subject shouldBe "bob"
            opaque.issuer shouldBe legacy
            val jwt = accessToken("iss" to JsonPrimitive(legacy))
            api.authorize(bearer(jwt)).subject shouldBe "bob"
            world.server.countOf("/introspect") shouldBe 2
            world.server.lastTo("/introspect").form["token"] shouldBe jwt

            api.refusal(bearer(accessToken("iss" to JsonPrimitive("https://other.example.com"))))
            api.refusal(bearer("a.b.c"))
            world.server.countOf("/introspect") shouldBe 2
        }

        test("an only server that is asked about tokens is asked about whatever comes") {
            val world = ApiWorld()
            world.server
                .answer("/.well-known/openid-configuration", INTROSPECTING)
                .answer("/introspect", "{\"active\":false}")
            val api = world.api({ introspection("api", ClientSecretBasic("secret")) })
            for (token in listOf("opaque", "a.b.c", accessToken(), "a.b.c.d.e")) {
                api.shouldRefuse(bearer(token), 401, INVALID_BEARER)
            }
            world.server.countOf("/introspect") shouldBe 4
        }

        test("a binding that the server tells of an opaque token is demanded too") {
            val world = ApiWorld()
            world.server
                .answer("/.well-known/openid-configuration", INTROSPECTING)
                .answer("/introspect", "{\"active\":true,\"cnf\":{\"jkt\":\"a\"}}")
            val api = world.api({ introspection("api", ClientSecretBasic("secret")) })
            api.shouldRefuse(bearer("opaque"), 401, INVALID_BEARER)
        }

        test("an encrypted token of a server that is asked about them is opened to see whose it is") {
            val world = ApiWorld()
            world.server.answer("/introspect", "{\"active\":true}")
            val key = DecryptionKey.fromKeyPair(TestKeys.otherRsa.toKeyPair(), "RSA-OAEP-256")
            val api =
                world.api {
                    decryption(key)
                    issuer("https://legacy.example.com") {
                        introspection("api", ClientSecretBasic("secret"))
                        metadata(
                            serverMetadata(
                                "issuer" to JsonPrimitive("https://legacy.example.com"),
                                "introspection_endpoint" to JsonPrimitive("$ISSUER/introspect"),
                            ),
                        )
                    }
                }
            api.authorize(bearer(encrypted(accessToken()))).clientId shouldBe CLIENT_ID
            world.server.countOf("/introspect") shouldBe 0
        }

        test("settings that contradict themselves are refused before anything is opened or sent") {
            val world = ApiWorld()
            val wrong =
                listOf<ResourceServerSettings.() -> Unit>(
                    { issuer(ISSUER) },
                    { issuer("") },
                    { issuer("as.example.com") },
                    { issuer("https://as.example.com?x=1") },
                    { issuer("https://other.example.com/.well-known/openid-configuration") },
                    { issuer("https://a.example.com") { acceptMissing("aud") } },
                    { issuer("https://a.example.com") { acceptMissing("exp") } },
                    { issuer("https://a.example.com") { acceptMissing("iss") } },
                    { issuer("https://a.example.com") { algorithms() } },
                    { issuer("https://a.example.com") { scopeClaim("") } },
                    { issuer("https://a.example.com") { metadata(serverMetadata()) } },
                    { issuer("https://a.example.com") { cache(Duration.ofSeconds(30)) } },
                    { issuer("https://a.example.com") { requireAudience() } },
                    { issuer("https://a.example.com") { jwksOutageTolerance = Duration.ofSeconds(-1) } },
                    {
                        for (name in listOf("a", "b")) {
                            issuer("https://$name.example.com") { introspection("api", ClientSecretBasic("s")) }
                        }
                    },
                    {
                        issuer("https://a.example.com") {
                            introspection("api", ClientSecretBasic("s"))
                            staleOnOutage(Duration.ofSeconds(30))
                        }
                    },
                    { audience() },
                    { audience("") },
                    { decryption(emptyList()) },
                    { connection = Connection.open { clock = world.clock } },
                    { connection { timeout = Duration.ZERO } },
                    { coroutineContext = Job().apply { cancel(CancellationException("over")) } },
                    { forwarded() },
                    {
                        forwarded("10.0.0.1")
                        externalUrl { ORDERS }
                    },
                )
            for (configure in wrong) {
                shouldThrow<IllegalArgumentException> { world.api(configure = configure) }
            }
            shouldThrow<IllegalArgumentException> { ResourceServer(RESOURCE) {} }.message shouldContain "issuer(…)"
            world.sent.shouldBeEmpty()
        }

        test("a parent job is not held up by a resource server that could not be made") {
            val parent = Job()
            shouldThrow<IllegalArgumentException> {
                ApiWorld().api {
                    coroutineContext = parent
                    issuer("https://a.example.com?x=1")
                }
            }
            parent.complete()
            parent.isCompleted shouldBe true
        }

        test("what is printed of it is its name") {
            ApiWorld().api().toString() shouldBe "ResourceServer($RESOURCE)"
        }
    })
