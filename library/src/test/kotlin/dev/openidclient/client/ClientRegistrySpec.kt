package dev.openidclient.client

import dev.openidclient.error.ErrorCode
import dev.openidclient.error.MetadataException
import dev.openidclient.error.TransportException
import dev.openidclient.event.TokenEvent
import dev.openidclient.token.clientCredentialsGrant
import dev.openidclient.tokensource.ClientCredentialsTokens
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
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
import java.io.IOException
import java.time.Duration

private const val HOUR = 3_600_000L

private fun issuer(number: Int) = ManyServers.issuer(number)

class ClientRegistrySpec :
    FunSpec({
        test("a client is found and discovered when it is first needed, once for all who ask") {
            runTest {
                val servers = ManyServers(this)
                servers.beforeFound = { delay(1_000) }
                val registry = servers.registry()
                val clients = List(1_000) { async { registry.client(issuer(it % 2)) } }.awaitAll()
                clients.toSet().size shouldBe 2
                servers.searches shouldContainExactly listOf(issuer(0), issuer(1))
                servers.requests.size shouldBe 2
                clients[1].clientId shouldBe "app of ${issuer(1)}"
                clients[0].connection shouldBeSameInstanceAs clients[1].connection
                clients[0].connection shouldBeSameInstanceAs registry.connection
                registry.client(issuer(0)) shouldBeSameInstanceAs clients[0]
                clients[0].close()
                clients[0].clientCredentialsGrant()
            }
        }

        test("an issuer that is not known is refused, and nothing is sent") {
            runTest {
                val servers = ManyServers(this)
                val registry = servers.registry()
                val strange =
                    listOf(
                        "https://evil.example.com",
                        "https://169.254.169.254",
                        "https://10.0.0.1/",
                        "http://localhost:8080",
                        "https://T1.example.com",
                        "https://t1.example.com/",
                        "https://t1.example.com@evil.example.com",
                        "no URL",
                        "",
                    )
                for (issuer in strange) {
                    shouldThrow<MetadataException> { registry.client(issuer) }.code shouldBe
                        ErrorCode.INVALID_SERVER_METADATA
                    shouldThrow<MetadataException> { registry.refresh(issuer) }
                    shouldThrow<MetadataException> { registry.source(issuer).client() }
                }
                servers.requests.shouldBeEmpty()
            }
        }

        test("an issuer of a private address is refused where permitUrl says so, whoever knows it") {
            runTest {
                val servers = ManyServers(this)
                servers.known = { true }
                val registry = servers.registry { permitUrl { url -> "//10." !in url } }
                shouldThrow<MetadataException> { registry.client("https://10.0.0.1") }.code shouldBe
                    ErrorCode.HTTP_REQUEST_FORBIDDEN
                servers.searches.shouldBeEmpty()
                servers.requests.shouldBeEmpty()
                registry.client(issuer(1))
            }
        }

        test("issuers that are not known take the place of no known one") {
            runTest {
                val servers = ManyServers(this)
                val registry = servers.registry { maximumClients = 10 }
                val clients = List(10) { registry.client(issuer(it)) }
                servers.beforeFound = { delay(10_000) }
                val strange =
                    List(1_000) { launch { shouldThrow<MetadataException> { registry.client("https://x$it") } } }
                runCurrent()
                List(10) { registry.client(issuer(it)) } shouldContainExactly clients
                strange.forEach { it.join() }
                List(10) { registry.client(issuer(it)) } shouldContainExactly clients
                servers.requests.size shouldBe 10
            }
        }

        test("of more clients than the maximum, those that were used least recently have to go") {
            runTest {
                val servers = ManyServers(this)
                val registry = servers.registry { maximumClients = 3 }
                repeat(3) {
                    registry.client(issuer(it))
                    delay(1_000)
                }
                val first = registry.client(issuer(0))
                registry.client(issuer(3))
                registry.toString() shouldBe "ClientRegistry(3 clients)"
                registry.state(issuer(1)) shouldBe DiscoveryState.Unused
                registry.client(issuer(0)) shouldBeSameInstanceAs first
                servers.events.single().shouldBeInstanceOf<TokenEvent.Evicted>().source.issuer shouldBe issuer(1)
                servers.searches.clear()
                registry.client(issuer(1))
                servers.searches shouldContainExactly listOf(issuer(1))
            }
        }

        test("a thousand clients are kept, and no more") {
            runTest {
                val registry = ManyServers(this).registry()
                repeat(1_100) { registry.client(issuer(it)) }
                val kept = (0 until 1_100).count { registry.state(issuer(it)) == DiscoveryState.Fresh }
                (kept in 900..1_000) shouldBe true
                registry.state(issuer(1_099)) shouldBe DiscoveryState.Fresh
            }
        }

        test("a client that nobody has asked for in 24 hours is looked for anew, and no earlier") {
            runTest {
                val servers = ManyServers(this)
                val registry = servers.registry()
                val first = registry.client(issuer(1))
                delay(24 * HOUR - 200)
                registry.client(issuer(1)) shouldBeSameInstanceAs first
                servers.searches.size shouldBe 1
                delay(24 * HOUR)
                registry.client(issuer(1)) shouldNotBeSameInstanceAs first
                servers.searches.size shouldBe 2
                // nothing is left of it in the memory, once others come
                delay(24 * HOUR)
                registry.client(issuer(2))
                registry.toString() shouldBe "ClientRegistry(1 clients)"
            }
        }

        test("200 tenants, of which one hangs and one is down: nobody else waits any longer") {
            runTest {
                val servers = ManyServers(this)
                val registry = servers.registry()
                servers.hanging += issuer(7)
                servers.down += issuer(8)
                val waiting = async { shouldThrow<TransportException> { registry.client(issuer(7)) } }
                runCurrent()
                val begin = currentTime
                (0 until 200)
                    .filter { it !in 7..8 }
                    .map {
                        async {
                            registry
                                .client(
                                    issuer(it),
                                ).clientCredentialsGrant()
                        }
                    }.awaitAll()
                currentTime - begin shouldBe 2 * ManyServers.ANSWER_MILLIS
                shouldThrow<TransportException> { registry.client(issuer(8)) }
                registry.state(issuer(8)).shouldBeInstanceOf<DiscoveryState.Failing>()
                registry.state(issuer(9)) shouldBe DiscoveryState.Fresh
                waiting.await().code shouldBe ErrorCode.TIMEOUT
                servers.hanging.clear()
                delay(2_000)
                registry.client(issuer(7))
            }
        }

        test("a finder that is slow for one issuer holds up no other") {
            runTest {
                val servers = ManyServers(this)
                servers.beforeFound = { if (it == issuer(1)) awaitCancellation() }
                val registry = servers.registry()
                val waiting = launch { registry.client(issuer(1)) }
                runCurrent()
                registry.client(issuer(2))
                currentTime shouldBe ManyServers.ANSWER_MILLIS
                waiting.cancel()
            }
        }

        test("what the finder throws reaches who asked, and is not kept") {
            runTest {
                val servers = ManyServers(this)
                servers.beforeFound = { throw IOException("the database is down") }
                val registry = servers.registry()
                shouldThrow<IOException> { registry.client(issuer(1)) }.message shouldBe "the database is down"
                servers.beforeFound = {}
                registry.client(issuer(1))
            }
        }

        test("what is the registry's cannot be set for one client") {
            runTest {
                val servers = ManyServers(this)
                val settings: List<ClientSettings.() -> Unit> =
                    listOf(
                        { connection = null },
                        { timeout = Duration.ofSeconds(1) },
                        { coroutineContext = backgroundScope.coroutineContext },
                        { metadataLifetime = Duration.ofMinutes(1) },
                    )
                for (setting in settings) {
                    val registry = servers.registry { find { ClientEntry("app", setting) } }
                    shouldThrow<IllegalArgumentException> { registry.client(issuer(1)) }
                }
                servers.requests.shouldBeEmpty()
            }
        }

        test("settings are checked at once") {
            shouldThrow<IllegalArgumentException> { ClientRegistry {} }
            runTest {
                val servers = ManyServers(this)
                shouldThrow<IllegalArgumentException> { servers.registry { maximumClients = 0 } }
                shouldThrow<IllegalArgumentException> { servers.registry { idleTime = Duration.ZERO } }
                shouldThrow<IllegalArgumentException> { servers.registry { timeout = Duration.ZERO } }
            }
        }

        test("a client that is forgotten is looked for anew") {
            runTest {
                val servers = ManyServers(this)
                val registry = servers.registry()
                val first = registry.client(issuer(1))
                registry.forget(issuer(1))
                registry.client(issuer(1)) shouldNotBeSameInstanceAs first
                servers.searches.size shouldBe 2
                first.clientCredentialsGrant()
            }
        }

        test("a token source of one issuer lives on where its client had to go") {
            runTest {
                val servers = ManyServers(this)
                val registry = servers.registry { maximumClients = 1 }
                val tokens =
                    ClientCredentialsTokens(registry.source(issuer(1))) {
                        coroutineContext =
                            backgroundScope.coroutineContext
                    }
                servers.requests.shouldBeEmpty()
                tokens.source().token()
                registry.client(issuer(2))
                registry.state(issuer(1)) shouldBe DiscoveryState.Unused
                delay(2 * HOUR)
                tokens.source().token()
                servers.searches shouldContainExactly listOf(issuer(1), issuer(2), issuer(1))
            }
        }

        test("after the end who asks is told so, and so is who waits") {
            runTest {
                val servers = ManyServers(this)
                val registry = servers.registry()
                servers.beforeFound = { awaitCancellation() }
                val waiting = async { shouldThrow<IllegalStateException> { registry.client(issuer(1)) } }
                runCurrent()
                registry.close()
                waiting.await().message shouldBe "the client registry is closed"
                shouldThrow<IllegalStateException> { registry.client(issuer(1)) }
            }
        }
    })
