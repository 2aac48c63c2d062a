package dev.openidclient.client

import dev.openidclient.error.ErrorCode
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.MetadataException
import dev.openidclient.error.Reached
import dev.openidclient.error.TransportException
import dev.openidclient.token.clientCredentialsGrant
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import io.kotest.matchers.types.shouldBeSameInstanceAs
import io.kotest.matchers.types.shouldNotBeSameInstanceAs
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.test.currentTime
import kotlinx.coroutines.test.runCurrent
import kotlinx.coroutines.test.runTest

private const val HOUR = 3_600_000L

private fun issuer(number: Int) = ManyServers.issuer(number)

/** Who is looked for, by whom, and what is kept of it. */
class ClientRegistrySearchSpec :
    FunSpec({
        test(
            "what is no issuer is refused before the finder and permitUrl are asked, and is no mistake of the program's",
        ) {
            runTest {
                val servers = ManyServers(this)
                servers.known = { true }
                val permitted = mutableListOf<String>()
                val registry = servers.registry { permitUrl { url -> permitted.add(url) } }
                val none =
                    listOf(
                        "",
                        "no URL",
                        "t1.example.com",
                        "//t1.example.com",
                        "https://",
                        "https://t1.example.com@evil.example.com",
                        "https://t1.example.com?x=1",
                        "https://t1.example.com/#x",
                        "https://t1.example.com:port",
                        "x".repeat(1_000_000),
                    )
                for (issuer in none) {
                    withClue(issuer.take(50)) {
                        val refused = shouldThrow<MetadataException> { registry.client(issuer) }
                        refused.code shouldBe ErrorCode.INVALID_SERVER_METADATA
                        refused.reached shouldBe Reached.NO
                        (refused.text.length < 2_000) shouldBe true
                    }
                }
                servers.searches.shouldBeEmpty()
                permitted.shouldBeEmpty()
                servers.requests.shouldBeEmpty()
            }
        }

        test("the refusal of what is no issuer shows no user information") {
            runTest {
                shouldThrow<MetadataException> {
                    ManyServers(
                        this,
                    ).registry().client("https://me:s3cret@t1.example.com")
                }.message shouldNotContain "s3cret"
            }
        }

        test("permitUrl is asked about the issuer as it would be sent to, however it is written") {
            runTest {
                val servers = ManyServers(this)
                servers.known = { true }
                val permitted = mutableListOf<String>()
                val registry =
                    servers.registry {
                        permitUrl { url ->
                            permitted += url
                            false
                        }
                    }
                shouldThrow<MetadataException> { registry.client("HTTPS://LOCALHOST:443/a/../b") }
                permitted shouldContainExactly listOf("https://localhost/b")
                servers.searches.shouldBeEmpty()
            }
        }

        test("who is not known is looked for each time, and nothing is kept of it") {
            runTest {
                val servers = ManyServers(this)
                val registry = servers.registry()
                repeat(1_000) { shouldThrow<MetadataException> { registry.client("https://x$it.example.com") } }
                servers.searches.clear()
                repeat(2) { shouldThrow<MetadataException> { registry.client("https://x1.example.com") } }
                servers.searches.size shouldBe 2
                registry.toString() shouldBe "ClientRegistry(0 clients)"
                // a new tenant is known at once
                servers.known = { true }
                registry.client("https://x1.example.com")
            }
        }

        test("a finder that hangs is given up after the timeout, and asked again by the next one") {
            runTest {
                val servers = ManyServers(this)
                servers.beforeFound = { awaitCancellation() }
                val registry = servers.registry()
                val late = shouldThrow<TransportException> { registry.client(issuer(1)) }
                late.code shouldBe ErrorCode.TIMEOUT
                late.message shouldContain "find"
                currentTime shouldBe 30_000
                servers.beforeFound = {}
                registry.client(issuer(1))
                servers.searches.size shouldBe 2
            }
        }

        test("who waits for the finder may go: it goes on for the others") {
            runTest {
                val servers = ManyServers(this)
                servers.beforeFound = { delay(1_000) }
                val registry = servers.registry()
                val first = launch { registry.client(issuer(1)) }
                runCurrent()
                val second = async { registry.client(issuer(1)) }
                delay(500)
                first.cancel()
                second.await()
                servers.searches.size shouldBe 1
                currentTime shouldBe 1_000 + ManyServers.ANSWER_MILLIS
            }
        }

        test("a client that is forgotten while it is looked for is looked for anew") {
            runTest {
                val servers = ManyServers(this)
                servers.beforeFound = { delay(1_000) }
                val registry = servers.registry()
                val early = async { registry.client(issuer(1)) }
                runCurrent()
                registry.forget(issuer(1))
                val later = async { registry.client(issuer(1)) }
                early.await() shouldNotBeSameInstanceAs later.await()
                servers.searches.size shouldBe 2
                registry.client(issuer(1)) shouldBeSameInstanceAs later.await()
            }
        }

        test("what was found before it was forgotten is not kept") {
            runTest {
                val servers = ManyServers(this)
                servers.beforeFound = { delay(1_000) }
                val registry = servers.registry()
                val early = async { registry.client(issuer(1)) }
                runCurrent()
                registry.forget(issuer(1))
                early.await()
                registry.toString() shouldBe "ClientRegistry(0 clients)"
            }
        }

        test("each server has a back-off of its own") {
            runTest {
                val servers = ManyServers(this)
                servers.down += issuer(1)
                val registry = servers.registry()
                while (currentTime < 10_000) {
                    shouldThrow<TransportException> { registry.client(issuer(1)) }
                    delay(10)
                }
                val waits = servers.askedAt.zipWithNext { a, b -> b - a }
                (waits[0] in 800..1_210) shouldBe true
                (waits[1] in 1_600..2_410) shouldBe true
                servers.searches.size shouldBe 1
                registry.client(issuer(2))
            }
        }

        test("those that are being discovered do not make room, and go when that is over") {
            runTest {
                val servers = ManyServers(this)
                val registry = servers.registry { maximumClients = 2 }
                val some = 1..4
                servers.hanging += some.map { issuer(it) }
                val waiting =
                    some.map {
                        async { shouldThrow<TransportException> { registry.client(issuer(it)) } }.also { runCurrent() }
                    }
                registry.toString() shouldBe "ClientRegistry(4 clients)"
                waiting.awaitAll()
                registry.client(issuer(0))
                registry.toString() shouldBe "ClientRegistry(2 clients)"
            }
        }

        test("more servers at once than the maximum are all answered, and no more are kept") {
            runTest {
                val servers = ManyServers(this)
                val registry = servers.registry { maximumClients = 2 }
                List(100) { async { registry.client(issuer(it)).server.issuer shouldBe issuer(it) } }.awaitAll()
                registry.toString() shouldBe "ClientRegistry(2 clients)"
            }
        }

        test("a client that had to make room stays valid for whoever has it, and does not come back by itself") {
            runTest {
                val servers = ManyServers(this)
                val registry = servers.registry { maximumClients = 1 }
                val first = registry.client(issuer(1))
                registry.client(issuer(2))
                first.clientCredentialsGrant()
                servers.gone += "${issuer(1)}/token"
                shouldThrow<InvalidResponseException> { first.clientCredentialsGrant() }
                delay(1_000)
                registry.state(issuer(1)) shouldBe DiscoveryState.Unused
                registry.toString() shouldBe "ClientRegistry(1 clients)"
            }
        }

        test("an endpoint that is gone is a doubt about its own server alone") {
            runTest {
                val servers = ManyServers(this)
                val registry = servers.registry()
                val (first, _) = listOf(registry.client(issuer(1)), registry.client(issuer(2)))
                servers.gone += "${issuer(1)}/token"
                servers.requests.clear()
                shouldThrow<InvalidResponseException> { first.clientCredentialsGrant() }
                delay(1_000)
                servers.requests shouldContainExactly
                    listOf("${issuer(1)}/token", "${issuer(1)}/.well-known/openid-configuration")
            }
        }

        test("a refresh is a use: what is refreshed each day is not looked for anew") {
            runTest {
                val servers = ManyServers(this)
                val registry = servers.registry()
                repeat(4) {
                    registry.refresh(issuer(1))
                    delay(23 * HOUR)
                }
                servers.searches.size shouldBe 1
            }
        }
    })
