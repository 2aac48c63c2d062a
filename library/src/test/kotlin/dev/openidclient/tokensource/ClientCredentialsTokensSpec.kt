package dev.openidclient.tokensource

import dev.openidclient.dpop.Dpop
import dev.openidclient.error.OAuthException
import dev.openidclient.jose.JwsAlgorithm
import dev.openidclient.jose.SigningKey
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import kotlinx.coroutines.Job
import kotlinx.coroutines.async
import kotlinx.coroutines.delay
import kotlinx.coroutines.test.currentTime
import kotlinx.coroutines.test.runTest
import java.time.Duration

class ClientCredentialsTokensSpec :
    FunSpec({
        test("sources that ask for the same share their tokens, in whatever order the scopes stand") {
            runTest {
                val world = TokenWorld(this)
                val service = world.service()
                val one = service.source { scope("a", "b").resource("https://api.example.com") }
                val other = service.source { resource("https://api.example.com").scope("b").scope("a") }
                one.token() shouldBe other.token()
                world.requests shouldBe 1
            }
        }

        test("sources that ask for something else do not: scopes, resources, parameters count") {
            runTest {
                val world = TokenWorld(this)
                val service = world.service()
                val tokens =
                    listOf(
                        service.source(),
                        service.source { scope("a") },
                        service.source { scope("a", "b") },
                        service.source { scope("a").resource("https://a.example.com") },
                        service.source { scope("a").resource("https://b.example.com") },
                        service.source { scope("a").parameter("tenant", "1") },
                        service.source { scope("a").parameter("tenant", "2") },
                    ).map { it.token().accessToken }
                tokens.toSet().size shouldBe 7
                world.requests shouldBe 7
                world.server.requests.last().parameters["tenant"] shouldBe "2"
            }
        }

        test("what a source asks for is read once") {
            runTest {
                val world = TokenWorld(this)
                var read = 0
                val orders =
                    world.service().source {
                        read++
                        scope("a")
                    }
                orders.token()
                delay(3_600_000)
                orders.token()
                read shouldBe 1
                world.requests shouldBe 2
            }
        }

        test("a token of a DPoP client is bound to its key") {
            runTest {
                val world = TokenWorld(this)
                val dpop = Dpop(SigningKey.generate(JwsAlgorithm.ES256))
                val service = ClientCredentialsTokens(world.client.withDpop(dpop)) { world.run { inThisWorld() } }
                service.source().token().isSenderConstrained shouldBe true
            }
        }

        context("keepFresh") {
            test("renews at the beginning of the refresh window, without a caller") {
                runTest {
                    val world = TokenWorld(this)
                    world.service { keepFresh() }.source().token()
                    delay(3_269_000)
                    world.requests shouldBe 1
                    delay(2_000)
                    world.requests shouldBe 2
                    delay(3_271_000)
                    world.requests shouldBe 3
                }
            }

            test("ends where nobody has asked for three lifetimes, and begins anew with the next caller") {
                runTest {
                    val world = TokenWorld(this)
                    val orders = world.service { keepFresh() }.source()
                    orders.token()
                    delay(6 * 3_600_000)
                    val renewed = world.requests
                    renewed shouldBe 4
                    delay(24 * 3_600_000)
                    world.requests shouldBe renewed
                    orders.token()
                    delay(3_300_000)
                    world.requests shouldBe renewed + 2
                }
            }

            test("waits out an outage with the back-off of any other") {
                runTest {
                    val world = TokenWorld(this)
                    world.service { keepFresh() }.source().token()
                    delay(3_271_000 - currentTime)
                    world.requests shouldBe 2
                    world.server.isDown = true
                    delay(3_271_000)
                    delay(64_000)
                    (world.requests - 2) shouldBe 7
                    world.server.isDown = false
                    delay(61_000)
                    (world.requests - 2) shouldBe 8
                }
            }

            test("is off without a word") {
                runTest {
                    val world = TokenWorld(this)
                    world.service().source().token()
                    delay(24 * 3_600_000)
                    world.requests shouldBe 1
                }
            }

            test("ends with close") {
                runTest {
                    val world = TokenWorld(this)
                    val service = world.service { keepFresh() }
                    service.source().token()
                    service.close()
                    service.closed()
                    delay(24 * 3_600_000)
                    world.requests shouldBe 1
                }
            }
        }

        context("close") {
            test("ends the flight, and who waits gets IllegalStateException") {
                runTest {
                    val world = TokenWorld(this)
                    world.server.tokenEndpoint.hangNext()
                    val service = world.service()
                    val orders = service.source()
                    val waiter = async { shouldThrow<IllegalStateException> { orders.token() } }
                    testScheduler.runCurrent()
                    service.close()
                    waiter.await().message shouldBe "the token source is closed"
                    service.closed()
                    currentTime shouldBe 0
                }
            }

            test("refuses who asks afterwards, also where a token is there") {
                runTest {
                    val world = TokenWorld(this)
                    val service = world.service()
                    val orders = service.source()
                    orders.token()
                    service.close()
                    service.close()
                    shouldThrow<IllegalStateException> { orders.token() }
                    shouldThrow<IllegalStateException> { service.source() }
                    // the client stays open
                    world.service().source().token()
                }
            }
        }

        context("settings that make no sense are refused by their name") {
            withData<Pair<String, ClientCredentialsSettings.() -> Unit>>(
                nameFn = { it.first },
                "lifetimeWhenUnknown" to { lifetimeWhenUnknown = Duration.ZERO },
                "refreshWindow" to { refreshWindow = Duration.ofSeconds(-1) },
                "expiryMargin" to { expiryMargin = Duration.ofSeconds(-1) },
                "forcedRenewalInterval" to { forcedRenewalInterval = Duration.ofSeconds(-1) },
                "longestRetryAfter" to { longestRetryAfter = Duration.ofSeconds(-1) },
                "outageBackOff" to { outageBackOff(Duration.ZERO, Duration.ZERO) },
                "outageBackOff" to { outageBackOff(Duration.ofSeconds(2), Duration.ofSeconds(1)) },
                "configurationBackOff" to { configurationBackOff(Duration.ZERO, Duration.ZERO) },
                "coroutineContext" to { coroutineContext = Job().apply { cancel() } },
            ) { (name, configure) ->
                runTest {
                    shouldThrow<IllegalArgumentException> {
                        ClientCredentialsTokens(TokenWorld(this).client, configure)
                    }.message shouldContain name
                }
            }
        }

        test("state says how things stand, without a request") {
            runTest {
                val world = TokenWorld(this)
                val orders = world.service().source()
                orders.state() shouldBe TokenState.Unused
                world.requests shouldBe 0
                orders.token()
                orders.state() shouldBe TokenState.Fresh
                delay(3_400_000)
                orders.state() shouldBe TokenState.Stale
                world.server.isDown = true
                orders.token()
                delay(10)
                val failing = orders.state() as TokenState.Failing
                failing.since shouldBe world.now.minusMillis(10)
                failing.code shouldBe "OAUTH_NETWORK_ERROR"
                failing.hasUsableToken shouldBe true
                delay(300_000)
                (orders.state() as TokenState.Failing).hasUsableToken shouldBe false
                world.server.isDown = false
                orders.token()
                delay(3_600_000)
                orders.state() shouldBe TokenState.Expired
            }
        }

        test("neither toString nor a failure shows a secret") {
            runTest {
                val world = TokenWorld(this)
                val service = world.service { name = "orders" }
                val source = service.source { parameter("password", "hunter2") }
                source.toString() shouldContain "orders"
                source.toString() shouldContain "password"
                source.toString() shouldNotContain "hunter2"
                service.toString() shouldContain "https://as.example.com"
                world.server.tokenEndpoint.failNext(400, "invalid_request")
                shouldThrow<OAuthException> { source.token() }.message shouldNotContain "hunter2"
            }
        }
    })
