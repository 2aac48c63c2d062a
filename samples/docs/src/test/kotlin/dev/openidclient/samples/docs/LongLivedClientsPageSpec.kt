package dev.openidclient.samples.docs

import dev.openidclient.authorization.PendingAuthorization
import dev.openidclient.client.ClientEntry
import dev.openidclient.client.ClientRegistry
import dev.openidclient.client.DiscoveryState
import dev.openidclient.client.OpenIdClient
import dev.openidclient.error.MetadataException
import dev.openidclient.error.ValidationException
import dev.openidclient.testserver.TestAuthorizationServer
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import java.time.Duration

private const val PAGE = "long-lived-clients.md"
private const val CALLBACK = "https://rp.example.com/callback"

/** What the page says, in Kotlin and in Java. */
class LongLivedClientsPageSpec :
    FunSpec({
        fun server() = TestAuthorizationServer { client("s6BhdRkqt3", "secret") }

        test("the messages of the page are real") {
            val server = server()
            val registry =
                ClientRegistry {
                    transport = server
                    find { issuer ->
                        if (issuer ==
                            server.issuer
                        ) {
                            ClientEntry("s6BhdRkqt3") { connection = null }
                        } else {
                            null
                        }
                    }
                }
            pageShows(PAGE, shouldThrow<MetadataException> { registry.client("https://unknown.example.com") })
            pageShows(PAGE, shouldThrow<MetadataException> { registry.client("as.example.com") })
            pageShows(PAGE, shouldThrow<IllegalArgumentException> { registry.client(server.issuer) })
            pageShows(
                PAGE,
                shouldThrow<IllegalArgumentException> {
                    OpenIdClient(server.metadata, "s6BhdRkqt3") { metadataLifetime = Duration.ofHours(1) }
                },
            )
            pageShows(
                PAGE,
                shouldThrow<IllegalArgumentException> {
                    OpenIdClient.lazily(server.issuer, "s6BhdRkqt3") {
                        fallbackMetadata("""{"issuer":"https://other.example.com"}""")
                    }
                },
            )
        }

        test("a client with fallback metadata is made while nobody answers, and has asked nothing") {
            val metadata =
                server()
                    .metadata.json
                    .toString()
            LongLivedClientsKotlin("secret").withFallback(metadata).use { it.state() shouldBe DiscoveryState.Unused }
            LongLivedClients("secret").withFallback(metadata).use { it.state() shouldBe DiscoveryState.Unused }
        }

        test("somebody signs in at one of many servers, and the callback of another one is refused") {
            val server = server()
            val program = LongLivedClientsKotlin("secret")
            ClientRegistry {
                transport = server
                find { issuer ->
                    if (issuer == server.issuer) ClientEntry("s6BhdRkqt3") { clientSecret("secret") } else null
                }
            }.use { clients ->
                val request = program.signIn(clients, server.issuer)
                val pending = PendingAuthorization.decode(request.pending.encode())
                shouldThrow<ValidationException> {
                    program.signedIn(clients, "$CALLBACK?code=c&iss=https%3A%2F%2Fevil.example.com", pending)
                }
                program.signedIn(clients, server.signIn(request.url), pending).claims?.subject shouldBe "alice"
            }
        }
    })
