package dev.openidclient.client

import dev.openidclient.error.ErrorCode
import dev.openidclient.error.OAuthException
import dev.openidclient.error.ValidationException
import dev.openidclient.event.TokenEvent
import dev.openidclient.http.HttpHeaders
import dev.openidclient.http.HttpResponse
import dev.openidclient.token.verifyIdToken
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeSameInstanceAs
import io.kotest.matchers.types.shouldNotBeSameInstanceAs
import kotlinx.coroutines.delay
import kotlinx.coroutines.test.runCurrent
import kotlinx.coroutines.test.runTest
import java.time.Duration

private const val MINUTE = 60_000L
private const val HOUR = 60 * MINUTE

/** What is kept of a server, and for how long. */
class MetadataKeeperSpec :
    FunSpec({
        fun answer(
            world: LazyWorld,
            cacheControl: String,
        ) = HttpResponse(
            200,
            HttpHeaders.of("content-type" to "application/json", "cache-control" to cacheControl),
            world.server.metadata.json
                .toString()
                .encodeToByteArray(),
        )

        for (cacheControl in listOf("no-store, max-age=0", "max-age=31536000, immutable")) {
            test("metadata are kept for as long as the settings say, whatever Cache-Control says: $cacheControl") {
                runTest {
                    val world = LazyWorld(this)
                    world.server.discovery.answerNext(answer(world, cacheControl))
                    val oauth = world.lazily { metadataLifetime = Duration.ofHours(2) }
                    oauth.client()
                    delay(2 * HOUR - 1)
                    oauth.client()
                    runCurrent()
                    world.discoveries shouldBe 1
                    delay(1)
                    oauth.client()
                    runCurrent()
                    world.discoveries shouldBe 2
                }
            }
        }

        test("known keys hold through an outage as jwksOutageTolerance says, over a change of the metadata") {
            runTest {
                val world = LazyWorld(this)
                val oauth = world.lazily { jwksOutageTolerance = Duration.ofHours(1) }

                suspend fun verify() =
                    world.server.tokens("alice", "app").let {
                        oauth.client().verifyIdToken(it.idToken.shouldNotBeNull(), it.claims?.nonce)
                    }
                verify()
                val first = oauth.client()
                world.moved = "${world.server.issuer}/token" to "${world.server.issuer}/new-token"
                oauth.refresh() shouldNotBeSameInstanceAs first
                world.server.isDown = true
                delay(64 * MINUTE)
                verify()
                delay(2 * MINUTE)
                shouldThrow<OAuthException> { verify() }
            }
        }

        test(
            "fallback metadata are what the first answer is compared with: another issuer is refused, and they stay in use",
        ) {
            runTest {
                val world = LazyWorld(this)
                val fallback = world.server.metadata
                world.server.changeIssuer("https://evil.example.com")
                // the document's address names no issuer
                val oauth =
                    world.lazily("${fallback.issuer}/.well-known/openid-configuration") { fallbackMetadata = fallback }
                oauth.client().server shouldBeSameInstanceAs fallback
                shouldThrow<ValidationException> { oauth.refresh() }
                oauth.client().server shouldBeSameInstanceAs fallback
                world.count(TokenEvent.MetadataRefused::class.java) shouldBe 2
            }
        }

        test("fallback metadata never take the place of what the server has said") {
            runTest {
                val world = LazyWorld(this)
                val oauth = world.lazily { fallbackMetadata = world.server.metadata }
                val known = oauth.client()
                world.server.isDown = true
                delay(90 * 24 * HOUR)
                repeat(3) {
                    oauth.client() shouldBeSameInstanceAs known
                    delay(HOUR)
                }
            }
        }

        test("what is told of a failure is the server and a code, and nothing that the server said") {
            runTest {
                val world = LazyWorld(this)
                val oauth = world.lazily()
                val secretive = """{"error":"server_error","error_description":"client_secret=secret-of-the-app"}"""
                world.server.discovery.answerNext(HttpResponse(500, HttpHeaders.EMPTY, secretive.encodeToByteArray()))
                shouldThrow<OAuthException> { oauth.client() }
                val event = world.tokens.events.single() as TokenEvent.MetadataFailed
                event.errorCode shouldBe ErrorCode.RESPONSE_IS_NOT_CONFORM
                event.source.run { listOf(issuer, clientId, kind, name) } shouldContainExactly
                    listOf(world.server.issuer, "app", "metadata", null)
                (oauth.state() as DiscoveryState.Failing).run {
                    "$this" shouldBe "FAILING(since $since, $code)"
                    code shouldBe event.errorCode
                }
            }
        }
    })
