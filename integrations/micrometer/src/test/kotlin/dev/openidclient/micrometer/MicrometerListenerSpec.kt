package dev.openidclient.micrometer

import dev.openidclient.authorization.authorizationRequest
import dev.openidclient.client.ClientSettings
import dev.openidclient.client.OpenIdClient
import dev.openidclient.error.OAuthException
import dev.openidclient.testserver.TestAuthorizationServer
import dev.openidclient.testserver.TestClock
import dev.openidclient.token.authorizationCodeGrant
import dev.openidclient.token.clientCredentialsGrant
import dev.openidclient.tokensource.ClientCredentialsSettings
import dev.openidclient.tokensource.ClientCredentialsTokens
import dev.openidclient.tokensource.UserTokens
import dev.openidclient.tokenstore.InMemoryTokenStore
import dev.openidclient.tokenstore.StoreKey
import dev.openidclient.tokenstore.TokenCipher
import dev.openidclient.tokenstore.TokenStore
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldNotContain
import io.micrometer.core.instrument.Clock
import io.micrometer.core.instrument.Tag
import io.micrometer.core.instrument.simple.SimpleConfig
import io.micrometer.core.instrument.simple.SimpleMeterRegistry
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.delay
import kotlinx.coroutines.test.TestScope
import kotlinx.coroutines.test.runTest
import java.time.Duration
import java.util.concurrent.TimeUnit

private const val SECRET = "secret-of-the-app"

/** A server, a client and a registry in the virtual time of [test]. */
private class World(
    private val test: TestScope,
    tagging: MicrometerSettings.() -> Unit = {},
) {
    val clock = TestClock.following { test.testScheduler.currentTime }
    val server =
        TestAuthorizationServer {
            clock = this@World.clock
            accessTokenLifetime = Duration.ofMinutes(10)
            rotateRefreshTokens()
            client("app", SECRET)
        }
    val registry =
        SimpleMeterRegistry(
            SimpleConfig.DEFAULT,
            object : Clock {
                override fun wallTime(): Long = clock.millis()

                override fun monotonicTime(): Long = TimeUnit.MILLISECONDS.toNanos(clock.millis())
            },
        )
    val client = client(MicrometerListener.of(registry) { it.tagging() })

    fun client(
        listener: MicrometerListener,
        configure: ClientSettings.() -> Unit = {},
    ) = OpenIdClient(server.metadata, "app") {
        clientSecret(SECRET)
        transport = server
        clock = this@World.clock
        listener(listener)
        configure()
    }

    fun service(configure: ClientCredentialsSettings.() -> Unit = {}) =
        ClientCredentialsTokens(client) {
            coroutineContext = test.backgroundScope.coroutineContext
            configure()
        }

    fun count(
        name: String,
        vararg tags: String,
    ): Double = registry.get(name).tags(*tags).counter().count()

    fun left(source: String): Double =
        registry
            .get("oauth.client.token.seconds_left")
            .tag("source", source)
            .gauge()
            .value()
}

/** A store that fails whatever is asked. */
private class BrokenStore(
    store: TokenStore = InMemoryTokenStore(),
) : TokenStore by store {
    override suspend fun load(id: String) = error("the store is broken")
}

class MicrometerListenerSpec :
    FunSpec({
        test("each request is timed, with the names of the operation and of the server, the status and no error") {
            runTest {
                val world = World(this)
                world.client.clientCredentialsGrant()

                val timer = world.registry.get("oauth.client.operation").timer()
                timer.count() shouldBe 1
                timer.id.tags shouldContainExactlyInAnyOrder
                    listOf(
                        Tag.of("oauth.operation", "token.client_credentials"),
                        Tag.of("server.address", "as.example.com"),
                        Tag.of("http.response.status_code", "200"),
                        Tag.of("error.type", "none"),
                    )
            }
        }

        test("a refusal has the registered error of the server, or the code of the exception") {
            runTest {
                val world = World(this)
                world.server.tokenEndpoint
                    .failNext(400, "invalid_scope")
                    .failNext(400, "the-servers-own-text")
                    .failNext(503)
                repeat(3) { shouldThrow<OAuthException> { world.client.clientCredentialsGrant() } }

                world.registry
                    .get("oauth.client.operation")
                    .timers()
                    .map { it.id.getTag("http.response.status_code") to it.id.getTag("error.type") }
                    .shouldContainExactlyInAnyOrder(
                        "400" to "invalid_scope",
                        "400" to "OAUTH_RESPONSE_BODY_ERROR",
                        "503" to "OAUTH_RESPONSE_IS_NOT_CONFORM",
                    )
            }
        }

        test("a request without an answer has no status") {
            runTest {
                val world = World(this)
                world.server.isDown = true
                shouldThrow<OAuthException> { world.client.clientCredentialsGrant() }

                world.registry
                    .get("oauth.client.operation")
                    .tags("http.response.status_code", "none", "error.type", "OAUTH_NETWORK_ERROR")
                    .timer()
                    .count() shouldBe 1
            }
        }

        test("each token that a caller gets is counted, with where it is from and how it is") {
            runTest {
                val world = World(this)
                val orders = world.service().source()
                List(3) { async { orders.token() } }.awaitAll()
                orders.token()
                delay(Duration.ofMinutes(8).toMillis())
                world.server.isDown = true
                orders.token()
                delay(Duration.ofSeconds(100).toMillis())
                orders.token()

                val served = "oauth.client.token.served"
                world.count(served, "from", "flight", "state", "fresh") shouldBe 3.0
                world.count(served, "from", "memory", "state", "fresh") shouldBe 1.0
                world.count(served, "from", "memory", "state", "stale") shouldBe 1.0
                world.count(served, "from", "memory", "state", "last_resort") shouldBe 1.0
            }
        }

        test("each failure is counted by its class, and a counter that nothing has happened to is zero") {
            runTest {
                val world = World(this)
                val orders = world.service().source()
                world.server.tokenEndpoint.failNext(503)
                shouldThrow<OAuthException> { orders.token() }
                delay(2_000)
                world.server.tokenEndpoint.failNext(401, "invalid_client")
                shouldThrow<OAuthException> { orders.token() }

                val failed = "oauth.client.token.failed"
                world.count(failed, "class", "outage") shouldBe 1.0
                world.count(failed, "class", "configuration") shouldBe 1.0
                for (other in listOf("subject_refused", "session_over", "doubt", "store")) {
                    world.count(failed, "class", other) shouldBe 0.0
                }
            }
        }

        test("a refresh token that is sent once more is counted, and the end of the session") {
            runTest {
                val world = World(this)
                val sessions = UserTokens(world.client) { coroutineContext = backgroundScope.coroutineContext }
                val request = world.client.authorizationRequest { redirectUri("https://rp.example.com/cb") }
                val callback = world.server.signIn(request.url)
                sessions.put("session", world.client.authorizationCodeGrant(callback, request.pending))
                delay(Duration.ofMinutes(11).toMillis())
                world.server.tokenEndpoint.dropNextAnswer()
                shouldThrow<OAuthException> { sessions.source("session").token() }
                delay(2_000)
                shouldThrow<OAuthException> { sessions.source("session").token() }

                world.count("oauth.client.token.resent") shouldBe 1.0
                world.count("oauth.client.token.failed", "class", "doubt") shouldBe 1.0
                world.count("oauth.client.token.failed", "class", "session_over") shouldBe 1.0
            }
        }

        test("each failure of a token store is counted") {
            runTest {
                val world = World(this)
                val cipher = TokenCipher.of(StoreKey("1", ByteArray(32) { it.toByte() }))
                val orders = world.service { store(BrokenStore(), cipher) }
                orders.source().token()

                (world.count("oauth.client.store.failed") >= 1.0) shouldBe true
            }
        }

        test("named client credentials tell how long their token lives, down to zero") {
            runTest {
                val world = World(this)
                val orders = world.service { name = "orders" }.source()
                orders.token()

                world.left("orders") shouldBe 600.0
                delay(60_000)
                world.left("orders") shouldBe 540.0
                delay(Duration.ofHours(1).toMillis())
                world.left("orders") shouldBe 0.0
                orders.token()
                world.left("orders") shouldBe 600.0
            }
        }

        test("a source without a name tells nothing of how long its token lives") {
            runTest {
                val world = World(this)
                world.service().source().token()

                world.registry
                    .find("oauth.client.token.seconds_left")
                    .gauges()
                    .shouldBeEmpty()
            }
        }

        test("what is counted of tokens says the client where the settings want it, and not otherwise") {
            runTest {
                val plain = World(this)
                plain.service { name = "orders" }.source().token()
                plain.registry.meters.mapNotNull { it.id.getTag("client.id") }.shouldBeEmpty()

                val tagged = World(this) { tagClientId() }
                tagged.service { name = "orders" }.source().token()
                val ofTokens = tagged.registry.meters.filterNot { it.id.name == "oauth.client.operation" }
                ofTokens.map { it.id.getTag("client.id") }.toSet() shouldBe setOf("app")
            }
        }

        test("no name and no tag has a secret, a token or a scope in it") {
            runTest {
                val world = World(this) { tagClientId() }
                val tokens = world.service { name = "orders" }.source { scope("very-private-scope") }.token()

                for (meter in world.registry.meters) {
                    for (secret in listOf(SECRET, tokens.accessToken, "very-private-scope")) {
                        meter.id.toString() shouldNotContain secret
                    }
                }
            }
        }
    })
