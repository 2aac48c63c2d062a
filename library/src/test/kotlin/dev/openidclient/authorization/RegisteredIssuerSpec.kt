package dev.openidclient.authorization

import dev.openidclient.client.ClientEntry
import dev.openidclient.client.ClientRegistry
import dev.openidclient.error.MetadataException
import dev.openidclient.error.ValidationException
import dev.openidclient.error.ValidationSubject
import dev.openidclient.testing.RecordingTransport
import dev.openidclient.testing.response
import dev.openidclient.testserver.TestAuthorizationServer
import dev.openidclient.token.authorizationCodeGrant
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeSameInstanceAs

private const val CALLBACK = "https://rp.example.com/callback"

class RegisteredIssuerSpec :
    FunSpec({
        val server = TestAuthorizationServer()
        val registry =
            ClientRegistry {
                transport = server
                find { issuer -> if (issuer == server.issuer) ClientEntry("app") else null }
            }
        afterSpec { registry.close() }

        suspend fun pending() =
            registry.client(server.issuer).authorizationRequest { redirectUri(CALLBACK).scope("openid") }

        test("the client of a callback is that of the server which the person was sent to") {
            val request = pending()
            val callback = server.signIn(request.url)
            val stored = PendingAuthorization.decode(request.pending.encode())
            registry.client(stored) shouldBeSameInstanceAs registry.client(server.issuer)
            val client = registry.clientFor(callback, stored)
            client shouldBeSameInstanceAs registry.client(server.issuer)
            client.authorizationCodeGrant(callback, stored).claims.shouldNotBeNull().subject shouldBe "alice"
        }

        test("a callback of another server is refused, in the query, the fragment and a form, and nothing is sent") {
            val pending = pending().pending
            server.forgetRequests()
            val parameters = "code=c&state=${pending.state}&iss=https%3A%2F%2Fevil.example.com"
            val callbacks =
                listOf(
                    AuthorizationCallback.url("$CALLBACK?$parameters"),
                    AuthorizationCallback.url("$CALLBACK#$parameters"),
                    AuthorizationCallback.formPost(CALLBACK, parameters),
                )
            for (callback in callbacks) {
                shouldThrow<ValidationException> { registry.clientFor(callback, pending) }.subject shouldBe
                    ValidationSubject.ISS
            }
            server.requests.size shouldBe 0
        }

        test("a callback without iss is left to the client, which may demand it") {
            registry.clientFor("$CALLBACK?code=c&state=s", pending().pending) shouldBeSameInstanceAs
                registry.client(server.issuer)
        }

        test("a pending authorization of a server that is not known is refused, and nothing is sent") {
            val other = TestAuthorizationServer { issuer = "https://other.example.com" }
            val foreign =
                ClientRegistry {
                    transport = other
                    find { ClientEntry("app") }
                }.use { it.client(other.issuer).authorizationRequest { redirectUri(CALLBACK) }.pending }
            server.forgetRequests()
            shouldThrow<MetadataException> { registry.client(foreign) }
            shouldThrow<MetadataException> { registry.clientFor("$CALLBACK?code=c", foreign) }
            server.requests.size shouldBe 0
        }

        test("a server that calls itself otherwise than it is asked for is found by what it calls itself") {
            val named = "https://login.microsoftonline.com/{tenantid}/v2.0"
            val asked = "https://login.microsoftonline.com/common/v2.0"
            val entra =
                RecordingTransport {
                    response(
                        """{"issuer":"$named","authorization_endpoint":"https://login.microsoftonline.com/authorize"}""",
                    )
                }
            ClientRegistry {
                transport = entra
                find { issuer -> if (issuer == asked) ClientEntry("app") else null }
            }.use { tenants ->
                val client = tenants.client(asked)
                val pending = client.authorizationRequest { redirectUri(CALLBACK) }.pending
                pending.issuer shouldBe named
                tenants.client(pending) shouldBeSameInstanceAs client
                // in another process, or after it had to make room
                tenants.forget(asked)
                tenants.client(PendingAuthorization.decode(pending.encode())).server.issuer shouldBe named
            }
        }

        test("what is pending names how the server was asked for only where that is not its own name") {
            pending().pending.askedIssuer shouldBe null
        }

        test("a server that calls itself as another one gets none of its callbacks") {
            val good = "https://good.example.com"
            // found by its document, it may call itself anything
            val evil = "https://evil.example.com/.well-known/openid-configuration"
            val servers =
                RecordingTransport {
                    val host = it.url.substringBefore("/.well-known")
                    response(
                        """{"issuer":"$good","authorization_endpoint":"$host/authorize","token_endpoint":"$host/token"}""",
                    )
                }
            ClientRegistry {
                transport = servers
                find { issuer -> if (issuer == good || issuer == evil) ClientEntry("app") else null }
            }.use { tenants ->
                val pending = tenants.client(good).authorizationRequest { redirectUri(CALLBACK) }.pending
                tenants.client(evil).server.tokenEndpoint shouldBe "https://evil.example.com/token"
                tenants.forget(good)
                tenants.client(pending).server.tokenEndpoint shouldBe "$good/token"
                tenants.clientFor("$CALLBACK?code=c", pending).server.tokenEndpoint shouldBe "$good/token"
            }
        }
    })
