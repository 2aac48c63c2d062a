package dev.openidclient.messages

import dev.openidclient.authorization.authorizationRequest
import dev.openidclient.client.OpenIdClient
import dev.openidclient.client.discover
import dev.openidclient.dpop.Dpop
import dev.openidclient.error.WwwAuthenticateChallenge
import dev.openidclient.jose.SigningKey
import dev.openidclient.metadata.AuthorizationServerMetadata
import dev.openidclient.metadata.DiscoveryAlgorithm
import dev.openidclient.metadata.ProtectedResourceMetadata
import dev.openidclient.resource.ProtectedResource
import dev.openidclient.resource.ProtectedResourceSettings
import dev.openidclient.resource.requireUsableBy
import dev.openidclient.testing.CLIENT_ID
import dev.openidclient.testing.Documents
import dev.openidclient.testing.ISSUER
import dev.openidclient.testing.StubServer
import dev.openidclient.testing.response
import dev.openidclient.testing.serverMetadata

private const val API = "https://api.example.com/orders"
private const val WELL_KNOWN = "https://api.example.com/.well-known/oauth-protected-resource"
private const val SERVER = "$ISSUER/.well-known/oauth-authorization-server"

private suspend fun resource(
    vararg documents: Pair<String, String>,
    url: String = API,
    named: String? = null,
    configure: ProtectedResourceSettings.() -> Unit = {},
): ProtectedResource =
    ProtectedResource.discover(url, named?.let { challenge("resource_metadata" to it) }) {
        connection {
            transport = Documents(*documents).transport
            permitUrl { "10.0.0.1" !in it }
        }
        configure()
    }

private fun challenge(vararg parameters: Pair<String, String>) = WwwAuthenticateChallenge("bearer", mapOf(*parameters))

private fun document(
    resource: String = API,
    vararg servers: String,
) = """{"resource":"$resource","authorization_servers":[${servers.joinToString { "\"$it\"" }}]}"""

private suspend fun demanding(member: String): ProtectedResource =
    resource("$WELL_KNOWN/orders" to """{"resource":"$API",$member}""")

private suspend fun server(
    issuer: String,
    vararg documents: Pair<String, String>,
): AuthorizationServerMetadata =
    AuthorizationServerMetadata.discover(issuer) { connection { transport = Documents(*documents).transport } }

/** Finding a resource and its server, and what a resource asks for. */
internal suspend fun Messages.protectedResources() {
    val orders = "$WELL_KNOWN/orders"
    of { resource(url = "api.example.com") }
    of { resource() }
    of { resource(named = "https://api.example.com/metadata") }
    of { resource(named = "/metadata") }
    of { resource(named = "https://10.0.0.1/metadata") }
    of { resource(orders to document("https://api.example.com")) }
    of { resource(WELL_KNOWN to document("https://api.example.com", ISSUER)) }
    of { resource(orders to "{}") }
    of { resource(orders to document()) }
    of { resource(orders to document(API, "http://as.example.com")) }
    of { resource(orders to """{"resource":"$API"}""").authorizationServer() }
    of { resource(orders to document(API, ISSUER)).authorizationServer("https://other.example.com") }
    of { resource(orders to """{"resource":"$API"}""").authorizationServer("https://other.example.com") }
    of {
        resource(orders to document(API, ISSUER), SERVER to serverMetadata().json.toString()) { requireListed() }
            .authorizationServer()
    }
    of { resource { requireListed().legacyEndpoints() } }
    of { demanding("\"bearer_methods_supported\":[\"body\"]").requireUsableBy(StubServer().client()) }
    of { demanding("\"dpop_bound_access_tokens_required\":true").requireUsableBy(StubServer().client()) }
    of {
        val proving = StubServer().client().withDpop(Dpop(SigningKey.generate("ES256")))
        demanding("\"dpop_signing_alg_values_supported\":[\"EdDSA\"]").requireUsableBy(proving)
    }
    of { resource { connection(Documents().connection()) } }
    of { ProtectedResourceMetadata.parse("[]") }
    of { server("$ISSUER/tenant") }
    of { server("$ISSUER/tenant", "$SERVER/tenant" to serverMetadata().json.toString()) }
    of { server(ISSUER, SERVER to serverMetadata("issuer" to text("$ISSUER/{tenantid}")).json.toString()) }
    of { server("$ISSUER/.well-known/openid-configuration") }
    of {
        OpenIdClient.discover(ISSUER, CLIENT_ID) {
            transport = Documents(mapOf(SERVER to response("<html>", contentType = "text/html"))).transport
            discoveryAlgorithm = DiscoveryAlgorithm.ANY
        }
    }
    of { StubServer().client().authorizationRequest { stepUp(challenge("max_age" to "soon")) } }
}
