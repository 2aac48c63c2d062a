package dev.openidclient.client

import dev.openidclient.clientauth.ClientSecretBasic
import dev.openidclient.clientauth.ClientSecretPost
import dev.openidclient.clientauth.NoClientAuthentication
import dev.openidclient.http.HttpEngine
import dev.openidclient.http.HttpResponse
import dev.openidclient.http.HttpTransport
import dev.openidclient.metadata.DiscoveryAlgorithm
import dev.openidclient.testing.CLIENT_ID
import dev.openidclient.testing.FIXED_CLOCK
import dev.openidclient.testing.NOW
import io.kotest.assertions.throwables.shouldNotThrowAny
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import io.kotest.matchers.types.shouldBeSameInstanceAs
import java.time.Clock
import java.time.Duration
import java.util.function.Consumer

private val TRANSPORT = HttpTransport { HttpResponse(500) }

@OptIn(InsecureRequests::class)
class ClientSettingsSpec :
    FunSpec({
        context("without a word") {
            val settings = ClientSettings()
            val configuration = configuration {}

            test(
                "the timeout is 30 seconds",
            ) { configuration.connection.limits.timeout shouldBe Duration.ofSeconds(30) }

            test("the clock is the system's") { settings.clock shouldBe Clock.systemUTC() }

            test("the clock has no skew") { settings.clockSkew shouldBe Duration.ZERO }

            test("the tolerance is 30 seconds") { configuration.connection.time.tolerance shouldBe 30 }

            test(
                "an answer may have 1 MiB",
            ) { configuration.connection.limits.maximumResponseSize shouldBe 1024 * 1024 }

            test("a callback is taken for an hour") {
                configuration.pendingAuthorizationLifetime shouldBe Duration.ofHours(1)
            }

            test("an outage is not tolerated") { configuration.jwksOutageTolerance shouldBe Duration.ZERO }

            test("discovery is that of OpenID Connect") {
                configuration.discoveryAlgorithm shouldBe
                    DiscoveryAlgorithm.OIDC
            }

            test("insecure requests are forbidden") {
                configuration.connection.traits.insecureRequestsAllowed shouldBe
                    false
            }

            test("signatures of the back channel are not verified") { configuration.nonRepudiation shouldBe false }

            test("the engine is chosen automatically") { settings.engine shouldBe HttpEngine.AUTOMATIC }

            test("the client has nothing but its id") { configuration.metadata.json.keys shouldBe setOf("client_id") }

            test("the client makes a transport for itself") {
                val own = ClientSettings().build(CLIENT_ID).connection

                own.transport shouldBeSameInstanceAs checkNotNull(own.ownTransport)
                own.ownTransport.close()
            }
        }

        context("the authentication") {
            test("is the explicit one, whatever the metadata says") {
                val explicit = ClientSecretBasic("a")
                val configuration =
                    configuration {
                        clientSecret("b")
                        metadata { tokenEndpointAuthMethod("none") }
                        authentication = explicit
                    }

                configuration.authentication shouldBeSameInstanceAs explicit
            }

            test("is client_secret_post with a secret") {
                configuration { clientSecret("s") }.authentication.shouldBeInstanceOf<ClientSecretPost>()
            }

            test("is the one that the metadata names") {
                configuration { clientSecret("s").metadata { tokenEndpointAuthMethod("client_secret_basic") } }
                    .authentication
                    .shouldBeInstanceOf<ClientSecretBasic>()
            }

            test("is none without a secret") {
                configuration {}.authentication shouldBeSameInstanceAs NoClientAuthentication
            }
        }

        context("a setting is passed on") {
            test("timeout") {
                configuration { timeout = Duration.ofSeconds(3) }.connection.limits.timeout shouldBe
                    Duration.ofSeconds(3)
            }

            test("clock and skew") {
                val configuration =
                    configuration {
                        clock = FIXED_CLOCK
                        clockSkew = Duration.ofSeconds(-3)
                    }

                configuration.connection.time.instant shouldBe NOW.minusSeconds(3)
                configuration.connection.time.clock shouldBeSameInstanceAs FIXED_CLOCK
            }

            test("clockTolerance") {
                configuration { clockTolerance = Duration.ofSeconds(3) }.connection.time.tolerance shouldBe 3
            }

            test("maximumResponseSize") {
                configuration { maximumResponseSize = 3 }.connection.limits.maximumResponseSize shouldBe 3
            }

            test("pendingAuthorizationLifetime") {
                configuration { pendingAuthorizationLifetime = Duration.ofSeconds(3) }
                    .pendingAuthorizationLifetime shouldBe Duration.ofSeconds(3)
            }

            test("jwksOutageTolerance") {
                configuration { jwksOutageTolerance = Duration.ofSeconds(3) }.jwksOutageTolerance shouldBe
                    Duration.ofSeconds(3)
            }

            test("discoveryAlgorithm") {
                configuration { discoveryAlgorithm = DiscoveryAlgorithm.OAUTH2 }.discoveryAlgorithm shouldBe
                    DiscoveryAlgorithm.OAUTH2
            }

            test("allowInsecureRequests") {
                configuration { allowInsecureRequests() }.connection.traits.insecureRequestsAllowed shouldBe
                    true
            }

            test("nonRepudiationChecks") { configuration { nonRepudiationChecks() }.nonRepudiation shouldBe true }

            test("transport, and no other is made") {
                val configuration = configuration {}

                configuration.connection.transport shouldBeSameInstanceAs TRANSPORT
                configuration.connection.ownTransport.shouldBeNull()
            }

            test("metadata, of all calls together") {
                val metadata = configuration { metadata { requireAuthTime() }.clientSecret("s") }.metadata

                metadata.requireAuthTime shouldBe true
                metadata.clientSecret shouldBe "s"
            }

            test("metadata, from Java") {
                configuration { metadata(Consumer { it.clientSecret("s") }) }.metadata.clientSecret shouldBe "s"
            }
        }

        test("clocks may be a day apart, either way") {
            val day = Duration.ofDays(1)

            configuration { clockSkew(day).clockTolerance(day) }.connection.time.tolerance shouldBe day.seconds
            configuration { clockSkew(day.negated()) }.connection.time.instant shouldBe
                configuration {}.connection.time.instant.minus(day)
        }

        context("what is refused:") {
            val negative = Duration.ofMillis(-1)
            val refused =
                mapOf<String, ClientSettings.() -> Unit>(
                    "the timeout must not be negative, but is PT-0.001S" to { timeout = negative },
                    "clockTolerance must be between zero and a day, but is PT-0.001S" to { clockTolerance = negative },
                    "clockTolerance must be between zero and a day, but is PT24H0.001S" to
                        { clockTolerance = Duration.ofDays(1).plusMillis(1) },
                    "clockTolerance must be between zero and a day, but is ${Duration.ofSeconds(Long.MAX_VALUE)}" to
                        { clockTolerance = Duration.ofSeconds(Long.MAX_VALUE) },
                    "clockSkew must be a day at the most, but is ${Duration.ofSeconds(Long.MAX_VALUE)}" to
                        { clockSkew = Duration.ofSeconds(Long.MAX_VALUE) },
                    "clockSkew must be a day at the most, but is ${Duration.ofSeconds(Long.MIN_VALUE)}" to
                        { clockSkew = Duration.ofSeconds(Long.MIN_VALUE) },
                    "maximumResponseSize must be positive, but is 0" to { maximumResponseSize = 0 },
                    "maximumResponseSize must be positive, but is -1" to { maximumResponseSize = -1 },
                    "pendingAuthorizationLifetime must be positive, but is PT0S" to
                        { pendingAuthorizationLifetime = Duration.ZERO },
                    "pendingAuthorizationLifetime must be positive, but is PT-0.001S" to
                        { pendingAuthorizationLifetime = negative },
                    "jwksOutageTolerance must not be negative, but is PT-0.001S" to
                        { jwksOutageTolerance = negative },
                )
            for ((message, configure) in refused) {
                test(message) {
                    shouldThrow<IllegalArgumentException> { configuration(configure) }.message shouldBe
                        message
                }
            }

            test("an empty client id") {
                shouldThrow<IllegalArgumentException> { ClientSettings().build("") }.message shouldBe
                    "the client id must not be empty"
            }

            test("an empty secret") {
                shouldThrow<IllegalArgumentException> { configuration { clientSecret("") } }
            }
        }

        test("a zero is taken where it means something") {
            shouldNotThrowAny {
                configuration {
                    timeout = Duration.ZERO
                    clockTolerance = Duration.ZERO
                    jwksOutageTolerance = Duration.ZERO
                }
            }
        }

        test("later changes have no effect on what was built") {
            val settings = ClientSettings()
            settings.transport = TRANSPORT
            val configuration = settings.build(CLIENT_ID)
            settings.timeout = Duration.ofSeconds(1)
            settings.clientSecret("s").allowInsecureRequests().nonRepudiationChecks()

            configuration.connection.limits.timeout shouldBe Duration.ofSeconds(30)
            configuration.metadata.clientSecret.shouldBeNull()
            configuration.connection.traits.insecureRequestsAllowed shouldBe false
            configuration.nonRepudiation shouldBe false
        }
    })

private fun configuration(configure: ClientSettings.() -> Unit): Configuration =
    ClientSettings()
        .apply {
            transport = TRANSPORT
            configure()
        }.build(CLIENT_ID)
