package dev.openidclient.client

import dev.openidclient.clientauth.PrivateKeyJwt
import dev.openidclient.dpop.Dpop
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.MetadataException
import dev.openidclient.error.OAuthException
import dev.openidclient.error.TransportException
import dev.openidclient.error.ValidationException
import dev.openidclient.event.FailureClass
import dev.openidclient.event.TokenEvent
import dev.openidclient.http.HttpHeaders
import dev.openidclient.http.HttpResponse
import dev.openidclient.http.HttpTransport
import dev.openidclient.jose.SigningKey
import dev.openidclient.registration.register
import dev.openidclient.token.TokenResponse
import dev.openidclient.token.clientCredentialsGrant
import dev.openidclient.token.verifyIdToken
import dev.openidclient.tokensource.ClientCredentialsTokens
import dev.openidclient.tokensource.TokenState
import dev.openidclient.tokensource.UserTokens
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.types.shouldBeInstanceOf
import io.kotest.matchers.types.shouldBeSameInstanceAs
import io.kotest.matchers.types.shouldNotBeSameInstanceAs
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.Job
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.test.currentTime
import kotlinx.coroutines.test.runCurrent
import kotlinx.coroutines.test.runTest
import kotlinx.coroutines.withTimeoutOrNull
import java.time.Duration
import kotlin.coroutines.CoroutineContext

private val HALF_A_DAY = Duration.ofHours(12).toMillis()
private const val MINUTE = 60_000L

private suspend fun OpenIdClient.verify(tokens: TokenResponse) =
    verifyIdToken(tokens.idToken.shouldNotBeNull(), tokens.claims?.nonce)

class DiscoveredClientSpec :
    FunSpec({
        test("settings and the issuer are checked at once, and nothing is sent") {
            runTest {
                val world = LazyWorld(this)
                shouldThrow<IllegalArgumentException> { world.lazily("as.example.com") }
                shouldThrow<IllegalArgumentException> { world.lazily("https://as.example.com?x=1") }
                shouldThrow<MetadataException> { world.lazily("http://as.example.com") }
                shouldThrow<IllegalArgumentException> { world.lazily { timeout = Duration.ZERO } }
                shouldThrow<IllegalArgumentException> {
                    world.lazily {
                        connection =
                            Connection.open { timeout = Duration.ZERO }
                    }
                }
                shouldThrow<IllegalArgumentException> { world.lazily { metadataLifetime = Duration.ofSeconds(299) } }
                shouldThrow<IllegalArgumentException> { world.lazily { coroutineContext = Job().apply { cancel() } } }
                shouldThrow<IllegalArgumentException> { world.lazily { jwksOutageTolerance = Duration.ofSeconds(-1) } }
                world.lazily { metadataLifetime = Duration.ofMinutes(5) }.state() shouldBe DiscoveryState.Unused
                runCurrent()
                world.urls.shouldBeEmpty()
            }
        }

        test("a client that is made at once refuses what is for later ones") {
            runTest {
                val world = LazyWorld(this)
                val settings: List<ClientSettings.() -> Unit> =
                    listOf(
                        { metadataLifetime = Duration.ofHours(1) },
                        { fallbackMetadata = world.server.metadata },
                        { coroutineContext = backgroundScope.coroutineContext },
                        { executor(Runnable::run) },
                    )
                for (setting in settings) {
                    val all: ClientSettings.() -> Unit = {
                        transport = world
                        setting()
                    }
                    shouldThrow<IllegalArgumentException> { OpenIdClient(world.server.metadata, "app", all) }
                        .message shouldContain "OpenIdClient.lazily"
                    shouldThrow<IllegalArgumentException> { OpenIdClient.discover(world.server.issuer, "app", all) }
                    shouldThrow<IllegalArgumentException> {
                        OpenIdClient.register(world.server.issuer) { settings(all) }
                    }
                }
                world.urls.shouldBeEmpty()
            }
        }

        test("a thousand first callers are one request, and get the same client") {
            runTest {
                val world = LazyWorld(this)
                world.server.discovery.delay = Duration.ofSeconds(1)
                val oauth = world.lazily()
                val clients = List(1_000) { async { oauth.client() } }.awaitAll()
                clients.toSet().size shouldBe 1
                oauth.client() shouldBeSameInstanceAs clients.first()
                world.discoveries shouldBe 1
                currentTime shouldBe 1_000
            }
        }

        test("who is cancelled stops waiting, and discovery goes on for the others") {
            runTest {
                val world = LazyWorld(this)
                world.server.discovery.delay = Duration.ofSeconds(2)
                val oauth = world.lazily()
                val starter = launch { oauth.client() }
                runCurrent()
                val other = async { oauth.client() }
                delay(1_000)
                starter.cancel()
                other.await()
                currentTime shouldBe 2_000
                world.discoveries shouldBe 1
            }
        }

        test("what nobody waits for any more is kept for the next one") {
            runTest {
                val world = LazyWorld(this)
                world.server.discovery.delay = Duration.ofSeconds(2)
                val oauth = world.lazily()
                withTimeoutOrNull(1_000) { oauth.client() } shouldBe null
                delay(1_000)
                oauth.client()
                currentTime shouldBe 2_000
                world.discoveries shouldBe 1
            }
        }

        test("a failure is not kept: it is tried again after 1 second, doubling to 30, and until then fails at once") {
            runTest {
                val world = LazyWorld(this)
                world.server.isDown = true
                val oauth = world.lazily()
                val failures =
                    List(1_200) {
                        val before = currentTime
                        val failure = shouldThrow<TransportException> { oauth.client() }
                        currentTime shouldBe before
                        delay(100)
                        failure
                    }
                world.askedAt shouldContainExactly listOf(0.0, 1.0, 3.0, 7.0, 15.0, 31.0, 61.0, 91.0)
                // each is its own, for nobody may change another one's
                failures.toSet().size shouldBe failures.size
                failures.map { it.message }.toSet().size shouldBe 1
                val state = oauth.state().shouldBeInstanceOf<DiscoveryState.Failing>()
                state.code shouldBe ErrorCode.NETWORK_ERROR
                state.hasClient shouldBe false
                state.since shouldBe world.tokens.now.minusMillis(currentTime)
            }
        }

        test("the waits differ by a fifth at the most") {
            for ((chance, second) in listOf(0.0 to 0.8, 0.9999 to 1.199)) {
                runTest {
                    val world = LazyWorld(this)
                    world.tokens.random = chance
                    world.server.isDown = true
                    val oauth = world.lazily()
                    repeat(1_500) {
                        shouldThrow<TransportException> { oauth.client() }
                        delay(1)
                    }
                    withClue(chance) { world.askedAt[1] shouldBe second }
                }
            }
        }

        test("a server that comes 40 minutes late is found within one step of the back-off") {
            runTest {
                val world = LazyWorld(this)
                world.server.isDown = true
                val oauth = world.lazily()
                val tokens = ClientCredentialsTokens(oauth) { world.tokens.run { inThisWorld() } }
                val late = 40 * MINUTE
                while (currentTime < late) {
                    shouldThrow<TransportException> { oauth.client() }
                    delay(500)
                }
                world.server.isDown = false
                while (oauth.state() !is DiscoveryState.Fresh) {
                    try {
                        oauth.client()
                    } catch (_: TransportException) {
                        delay(500)
                    }
                }
                (currentTime - late <= 36_000) shouldBe true
                tokens.source().token()
                oauth.client().clientCredentialsGrant()
            }
        }

        test("a failure that no OAuthException tells reaches the callers as it is") {
            runTest {
                val world = LazyWorld(this)
                val oauth = world.lazily { transport = HttpTransport { error("the transport's own") } }
                repeat(2) {
                    shouldThrow<IllegalStateException> { oauth.client() }.message shouldBe "the transport's own"
                }
                (oauth.state() as DiscoveryState.Failing).code shouldBe "OTHER"
            }
        }

        test("a transport that was cancelled by itself is a failure like others") {
            runTest {
                val world = LazyWorld(this)
                val oauth = world.lazily { transport = HttpTransport { throw CancellationException("by itself") } }
                shouldThrow<TransportException> { oauth.client() }
            }
        }

        test("where discovery cannot run, who waits is told so") {
            runTest {
                val world = LazyWorld(this)
                val dispatcher =
                    object : CoroutineDispatcher() {
                        override fun dispatch(
                            context: CoroutineContext,
                            block: Runnable,
                        ) = error("no thread")
                    }
                val oauth = world.lazily { coroutineContext = dispatcher }
                shouldThrow<IllegalStateException> { oauth.client() }.message shouldContain "coroutineContext"
            }
        }

        context("fallback metadata") {
            fun moved(world: LazyWorld): String =
                world.server.metadata.json
                    .toString()
                    .replace("/token\"", "/earlier-token\"")

            test("are used while the server cannot be asked, and no longer") {
                runTest {
                    val world = LazyWorld(this)
                    world.server.isDown = true
                    world.server.discovery.delay = Duration.ofSeconds(1)
                    val oauth = world.lazily { fallbackMetadata(moved(world)) }
                    val fallback = oauth.client()
                    fallback.server.tokenEndpoint shouldBe "${world.server.issuer}/earlier-token"
                    oauth.state().shouldBeInstanceOf<DiscoveryState.Failing>().hasClient shouldBe true
                    world.server.isDown = false
                    delay(1_000)
                    // nobody waits for what is better
                    val before = currentTime
                    oauth.client() shouldBeSameInstanceAs fallback
                    currentTime shouldBe before
                    delay(1_001)
                    oauth.client().server.tokenEndpoint shouldBe world.server.metadata.tokenEndpoint
                    oauth.state() shouldBe DiscoveryState.Fresh
                }
            }

            test("are not used where the server can be asked") {
                runTest {
                    val world = LazyWorld(this)
                    val oauth = world.lazily { fallbackMetadata(moved(world)) }
                    oauth.client().server.tokenEndpoint shouldBe world.server.metadata.tokenEndpoint
                }
            }

            test("are asked for again with the back-off of a server of which nothing is known") {
                runTest {
                    val world = LazyWorld(this)
                    world.server.isDown = true
                    val oauth = world.lazily { fallbackMetadata = world.server.metadata }
                    repeat(1_000) {
                        oauth.client()
                        delay(100)
                    }
                    world.askedAt shouldContainExactly listOf(0.0, 1.0, 3.0, 7.0, 15.0, 31.0, 61.0, 91.0)
                }
            }

            test("of another issuer are refused at once") {
                runTest {
                    val world = LazyWorld(this)
                    val other =
                        world.server.metadata.json.toString().replace(
                            world.server.issuer,
                            "https://other.example.com",
                        )
                    shouldThrow<IllegalArgumentException> { world.lazily { fallbackMetadata(other) } }
                        .message shouldContain "https://other.example.com"
                }
            }
        }

        test("metadata that are old are served at once, and asked for anew in the background") {
            runTest {
                val world = LazyWorld(this)
                val oauth = world.lazily()
                val first = oauth.client()
                delay(HALF_A_DAY - 1)
                oauth.state() shouldBe DiscoveryState.Fresh
                oauth.client() shouldBeSameInstanceAs first
                delay(1)
                oauth.state() shouldBe DiscoveryState.Stale
                runCurrent()
                world.discoveries shouldBe 1
                world.server.discovery.delay = Duration.ofSeconds(10)
                world.moved = "${world.server.issuer}/token" to "${world.server.issuer}/new-token"
                val before = currentTime
                repeat(100) { oauth.client() shouldBeSameInstanceAs first }
                currentTime shouldBe before
                delay(10_001)
                world.discoveries shouldBe 2
                oauth.client().server.tokenEndpoint shouldBe "${world.server.issuer}/new-token"
                oauth.state() shouldBe DiscoveryState.Fresh
                // what was handed out stays what it is
                first.server.tokenEndpoint shouldBe "${world.server.issuer}/token"
            }
        }

        test("metadata that have not changed change no client") {
            runTest {
                val world = LazyWorld(this)
                val oauth = world.lazily { metadataLifetime = Duration.ofMinutes(5) }
                val first = oauth.client()
                delay(5 * MINUTE)
                oauth.client()
                runCurrent()
                world.discoveries shouldBe 2
                oauth.client() shouldBeSameInstanceAs first
                oauth.state() shouldBe DiscoveryState.Fresh
            }
        }

        test("an outage keeps the known metadata without limit, asks less and less, and each failure is an event") {
            runTest {
                val world = LazyWorld(this)
                val oauth = world.lazily()
                val first = oauth.client()
                world.server.isDown = true
                delay(HALF_A_DAY)
                world.askedAt.clear()
                val begin = currentTime
                while (currentTime - begin < 60 * MINUTE) {
                    oauth.client() shouldBeSameInstanceAs first
                    delay(500)
                }
                world.askedAt.zipWithNext { a, b -> b - a }.take(11) shouldContainExactly
                    listOf(1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0, 300.0, 300.0)
                world.count(TokenEvent.MetadataFailed::class.java) shouldBe world.discoveries
                (world.tokens.events.last() as TokenEvent.MetadataFailed).errorCode shouldBe ErrorCode.NETWORK_ERROR
                oauth.state().shouldBeInstanceOf<DiscoveryState.Failing>().hasClient shouldBe true
                delay(90 * 24 * 60 * MINUTE)
                oauth.client() shouldBeSameInstanceAs first
                world.server.isDown = false
                delay(6 * MINUTE)
                oauth.client()
                runCurrent()
                oauth.state() shouldBe DiscoveryState.Fresh
            }
        }

        test("a machine that slept has old metadata too") {
            runTest {
                val world = LazyWorld(this)
                val oauth = world.lazily()
                oauth.client()
                world.tokens.wallOffset = Duration.ofHours(12)
                oauth.state() shouldBe DiscoveryState.Stale
            }
        }

        context("refresh") {
            test("asks the server now, whatever failed before, and brings the new client") {
                runTest {
                    val world = LazyWorld(this)
                    val oauth = world.lazily()
                    world.server.isDown = true
                    shouldThrow<TransportException> { oauth.client() }
                    shouldThrow<TransportException> { oauth.refresh() }
                    world.server.isDown = false
                    shouldThrow<TransportException> { oauth.client() }
                    val first = oauth.refresh()
                    oauth.client() shouldBeSameInstanceAs first
                    world.moved = "${world.server.issuer}/token" to "${world.server.issuer}/new-token"
                    oauth.refresh().server.tokenEndpoint shouldBe "${world.server.issuer}/new-token"
                    world.discoveries shouldBe 4
                }
            }

            test("joins who asks already") {
                runTest {
                    val world = LazyWorld(this)
                    world.server.discovery.delay = Duration.ofSeconds(1)
                    val oauth = world.lazily()
                    List(10) { i -> async { if (i % 2 == 0) oauth.client() else oauth.refresh() } }.awaitAll()
                    world.discoveries shouldBe 1
                }
            }

            test("that fails leaves what is known in use") {
                runTest {
                    val world = LazyWorld(this)
                    val oauth = world.lazily()
                    val first = oauth.client()
                    world.server.isDown = true
                    shouldThrow<TransportException> { oauth.refresh() }
                    oauth.client() shouldBeSameInstanceAs first
                    world.count(TokenEvent.MetadataFailed::class.java) shouldBe 1
                }
            }

            test("to another issuer is refused, and what is known stays in use") {
                runTest {
                    val world = LazyWorld(this)
                    val oauth = world.lazily()
                    val first = oauth.client()
                    world.server.changeIssuer("https://evil.example.com")
                    shouldThrow<ValidationException> { oauth.refresh() }
                    oauth.client() shouldBeSameInstanceAs first
                    world.count(TokenEvent.MetadataRefused::class.java) shouldBe 1
                    world.count(TokenEvent.MetadataFailed::class.java) shouldBe 0
                }
            }

            test("to another issuer is refused where the client was found by the document, which names any") {
                runTest {
                    val world = LazyWorld(this)
                    val oauth = world.lazily("${world.server.issuer}/.well-known/openid-configuration")
                    val first = oauth.client()
                    world.server.changeIssuer("https://evil.example.com")
                    shouldThrow<ValidationException> { oauth.refresh() }.message shouldContain "as before"
                    oauth.client() shouldBeSameInstanceAs first
                    world.count(TokenEvent.MetadataRefused::class.java) shouldBe 1
                }
            }

            test("to an address of a forbidden scheme is refused, and what is known stays in use") {
                runTest {
                    val world = LazyWorld(this)
                    val oauth = world.lazily()
                    val first = oauth.client()
                    for (insecure in listOf("http://as.example.com/token", "file:///etc/passwd", "no URL")) {
                        world.moved = "${world.server.issuer}/token" to insecure
                        shouldThrow<MetadataException> { oauth.refresh() }.message shouldContain "stay in use"
                        oauth.client() shouldBeSameInstanceAs first
                    }
                    world.count(TokenEvent.MetadataRefused::class.java) shouldBe 3
                }
            }

            test("takes what is no worse than before: an address that could never be used is no reason") {
                runTest {
                    val world = LazyWorld(this)
                    val before = world.server.metadata.endSessionEndpoint
                    world.moved = before.shouldNotBeNull() to "http://as.example.com/out"
                    val oauth = world.lazily()
                    oauth.client().server.endSessionEndpoint shouldBe "http://as.example.com/out"
                    oauth.refresh()
                }
            }

            test("to something that is no metadata is refused") {
                runTest {
                    val world = LazyWorld(this)
                    val oauth = world.lazily()
                    oauth.client()
                    for (body in listOf("[]", "{}", "<html>")) {
                        val headers = HttpHeaders.of("content-type" to "application/json")
                        world.server.discovery.answerNext(HttpResponse(200, headers, body.encodeToByteArray()))
                        shouldThrow<OAuthException> { oauth.refresh() }
                    }
                    world.count(TokenEvent.MetadataRefused::class.java) shouldBe 3
                    world.server.discovery.failNext(503)
                    shouldThrow<OAuthException> { oauth.refresh() }
                    world.count(TokenEvent.MetadataFailed::class.java) shouldBe 1
                }
            }
        }

        context("the server is asked anew") {
            for (status in listOf(404, 410)) {
                test("after an endpoint has answered with $status, so that the next call finds where it is now") {
                    runTest {
                        val world = LazyWorld(this)
                        val oauth = world.lazily()
                        oauth.client().clientCredentialsGrant()
                        world.goneStatus = status
                        world.moved = "${world.server.issuer}/token" to "${world.server.issuer}/new-token"
                        world.urls.clear()
                        shouldThrow<InvalidResponseException> { oauth.client().clientCredentialsGrant() }
                        runCurrent()
                        // it is not repeated
                        world.urls.map { it.substringAfterLast('/') } shouldContainExactly
                            listOf("token", "openid-configuration")
                        oauth.client().clientCredentialsGrant()
                        world.urls.last() shouldBe "${world.server.issuer}/new-token"
                    }
                }
            }

            test("once in 5 minutes at the most") {
                runTest {
                    val world = LazyWorld(this)
                    val oauth = world.lazily()
                    oauth.client()
                    world.askedAt.clear()
                    repeat(1_200) {
                        world.server.tokenEndpoint.failNext(404)
                        shouldThrow<InvalidResponseException> { oauth.client().clientCredentialsGrant() }
                        delay(1_000)
                    }
                    world.askedAt shouldContainExactly listOf(0.0, 300.0, 600.0, 900.0)
                }
            }

            test("after other refusals it is not") {
                runTest {
                    val world = LazyWorld(this)
                    val oauth = world.lazily()
                    oauth.client()
                    for (status in listOf(400, 401, 403, 405, 500, 503)) {
                        world.server.tokenEndpoint.failNext(status)
                        shouldThrow<OAuthException> { oauth.client().clientCredentialsGrant() }
                        runCurrent()
                    }
                    world.discoveries shouldBe 1
                }
            }

            test("after none of the server's keys fitted") {
                runTest {
                    val world = LazyWorld(this)
                    val oauth = world.lazily()
                    val foreign = LazyWorld(this).server.tokens("alice", "app")
                    shouldThrow<OAuthException> { oauth.client().verify(foreign) }.code shouldBe
                        ErrorCode.KEY_SELECTION_FAILED
                    runCurrent()
                    world.discoveries shouldBe 2
                }
            }

            test("after the server's keys were gone") {
                runTest {
                    val world = LazyWorld(this)
                    val oauth = world.lazily()
                    val tokens = world.server.tokens("alice", "app")
                    oauth.client()
                    world.moved = world.server.metadata.jwksUri.shouldNotBeNull() to "${world.server.issuer}/new-keys"
                    shouldThrow<InvalidResponseException> { oauth.client().verify(tokens) }
                    runCurrent()
                    oauth.client().verify(tokens)
                    world.urls.last() shouldBe "${world.server.issuer}/new-keys"
                }
            }

            test("not for a client of metadata that are replaced by now") {
                runTest {
                    val world = LazyWorld(this)
                    val oauth = world.lazily()
                    val first = oauth.client()
                    world.moved = "${world.server.issuer}/token" to "${world.server.issuer}/new-token"
                    oauth.refresh()
                    repeat(3) {
                        shouldThrow<InvalidResponseException> { first.clientCredentialsGrant() }
                        delay(6 * MINUTE)
                    }
                    world.discoveries shouldBe 2
                }
            }

            test("not by a client that is made at once") {
                runTest {
                    val world = LazyWorld(this)
                    world.server.tokenEndpoint.failNext(404)
                    shouldThrow<InvalidResponseException> { world.tokens.client.clientCredentialsGrant() }
                    runCurrent()
                    world.discoveries shouldBe 0
                }
            }
        }

        context("a later client") {
            test("shares the connection and, where they are at the same place, the keys") {
                runTest {
                    val world = LazyWorld(this)
                    val oauth = world.lazily()
                    val first = oauth.client()
                    first.verify(world.server.tokens("alice", "app"))
                    world.moved = "${world.server.issuer}/token" to "${world.server.issuer}/new-token"
                    val second = oauth.refresh()
                    second shouldNotBeSameInstanceAs first
                    second.connection shouldBeSameInstanceAs first.connection
                    second.jwks shouldBeSameInstanceAs first.jwks
                    second.verify(world.server.tokens("bob", "app"))
                    world.server.jwksEndpoint.requestCount shouldBe 1
                    world.moved = world.server.metadata.jwksUri.shouldNotBeNull() to "${world.server.issuer}/new-keys"
                    val third = oauth.refresh()
                    third.jwks shouldNotBeSameInstanceAs first.jwks
                    third.connection shouldBeSameInstanceAs first.connection
                }
            }

            test("has the DPoP key, and its nonces") {
                runTest {
                    val world = LazyWorld(this) { requireDpopNonce() }
                    val dpop = Dpop(SigningKey.generate("ES256"))
                    val oauth = world.lazily()
                    val bound = oauth.withDpop(dpop)
                    val first = bound.client()
                    first.clientCredentialsGrant().tokenType shouldBe "dpop"
                    bound.client() shouldBeSameInstanceAs first
                    oauth.client().dpop shouldBe null
                    world.discoveries shouldBe 1
                    world.moved = "${world.server.issuer}/token" to "${world.server.issuer}/new-token"
                    val second = bound.refresh()
                    second.dpop shouldBeSameInstanceAs dpop
                    oauth.client().server shouldBeSameInstanceAs second.server
                    bound.state() shouldBe DiscoveryState.Fresh
                    bound.close()
                    bound.client() shouldBeSameInstanceAs second
                }
            }
        }

        test("a DPoP key that the profile does not allow is refused at once") {
            runTest {
                val world = LazyWorld(this)
                val oauth =
                    world.lazily {
                        fapi2Security()
                        authentication = PrivateKeyJwt(SigningKey.generate("ES256"))
                    }
                shouldThrow<IllegalArgumentException> { oauth.withDpop(Dpop(SigningKey.generate("ES384"))) }
            }
        }

        test("a client that was handed out stays valid, and closes nothing") {
            runTest {
                val world = LazyWorld(this)
                val lazily = world.lazily()
                val first = lazily.client()
                first.configuration.ownsConnection shouldBe false
                first.close()
                first.clientCredentialsGrant()
                lazily.client().withDpop(Dpop(SigningKey.generate("ES256"))).close()
                lazily.client().clientCredentialsGrant()
                lazily.close()
                first.clientCredentialsGrant()
            }
        }

        test("after the end who asks is told so, and so is who waits") {
            runTest {
                val world = LazyWorld(this)
                world.server.discovery.delay = Duration.ofSeconds(10)
                val oauth = world.lazily { fallbackMetadata = world.server.metadata }
                val waiting = async { shouldThrow<IllegalStateException> { oauth.client() } }
                runCurrent()
                oauth.close()
                waiting.await().message shouldBe "the discovered client is closed"
                shouldThrow<IllegalStateException> { oauth.client() }
                shouldThrow<IllegalStateException> { oauth.refresh() }
                oauth.close()
            }
        }

        test("a token source is told apart: a refresh that had no client to send it is no doubt") {
            runTest {
                val world = LazyWorld(this)
                world.server.isDown = true
                val oauth = world.lazily()
                val sessions = UserTokens(oauth) { world.tokens.run { inThisWorld() } }
                val service = ClientCredentialsTokens(oauth) { world.tokens.run { inThisWorld() } }
                shouldThrow<TransportException> { service.source().token() }
                world.server.isDown = false
                delay(2_000)
                val tokens = world.server.tokens("alice", "app")
                sessions.put("a-session", tokens)
                service.source().token()
                service.source().state() shouldBe TokenState.Fresh
                val failure = world.tokens.events.filterIsInstance<TokenEvent.RefreshFailed>().single()
                failure.failure shouldBe FailureClass.OUTAGE
                failure.source.issuer shouldBe world.server.issuer
                failure.source.clientId shouldBe "app"
                sessions.source("a-session").token().accessToken shouldBe tokens.accessToken
                world.count(TokenEvent.InDoubt::class.java) shouldBe 0
            }
        }

        test("what is printed names the issuer and the client, and no secret") {
            runTest {
                val oauth = LazyWorld(this).lazily()
                oauth.toString() shouldBe "DiscoveredClient(${oauth.issuer}, app)"
                oauth.clientId shouldBe "app"
            }
        }
    })
