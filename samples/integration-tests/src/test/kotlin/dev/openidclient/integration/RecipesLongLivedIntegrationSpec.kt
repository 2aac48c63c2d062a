package dev.openidclient.integration

import dev.openidclient.error.MetadataException
import dev.openidclient.error.OAuthException
import dev.openidclient.http.HttpResponse
import dev.openidclient.samples.recipes.Tenant
import dev.openidclient.samples.recipes.beginTenantSignIn
import dev.openidclient.samples.recipes.callOfLongLivedService
import dev.openidclient.samples.recipes.clientsOfTenants
import dev.openidclient.samples.recipes.finishTenantSignIn
import dev.openidclient.samples.recipes.isServerKnown
import dev.openidclient.samples.recipes.longLivedClient
import dev.openidclient.samples.recipes.longLivedTokens
import dev.openidclient.testserver.TestAuthorizationServer
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.StringSpec
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe

/** The recipes of clients for months, over TLS, with the authorization server that tests have in their own process. */
class RecipesLongLivedIntegrationSpec :
    StringSpec({
        val callback = "https://rp.example.com/callback"
        lateinit var server: TestAuthorizationServer
        lateinit var trust: JvmTrust

        beforeTest {
            server = TestAuthorizationServer().listenTls()
            trust = JvmTrust(server.trust())
        }
        afterTest {
            trust.close()
            server.close()
        }

        "LongLivedClient" {
            longLivedClient(server.issuer, "app", "a-secret").use { oauth ->
                server.discovery.failNext(503)
                isServerKnown(oauth) shouldBe true
                shouldThrow<OAuthException> { oauth.client() }
                isServerKnown(oauth) shouldBe false
                oauth.refresh()
                longLivedTokens(oauth).use { service ->
                    server.userinfoEndpoint.answerNext(HttpResponse(200, body = "orders".encodeToByteArray()))
                    callOfLongLivedService(oauth, service.source(), "${server.issuer}/userinfo") shouldBe "orders"
                }
                isServerKnown(oauth) shouldBe true
            }
            server.tokenEndpoint.requestCount shouldBe 1
        }

        "ManyServers" {
            clientsOfTenants { if (it == server.issuer) Tenant("app", "a-secret") else null }.use { tenants ->
                val request = beginTenantSignIn(tenants, server.issuer, callback)
                val tokens = finishTenantSignIn(tenants, server.signIn(request.url), request.pending.encode())
                tokens.claims.shouldNotBeNull().subject shouldBe "alice"
                shouldThrow<MetadataException> { beginTenantSignIn(tenants, "https://other.example.com", callback) }
            }
        }
    })
