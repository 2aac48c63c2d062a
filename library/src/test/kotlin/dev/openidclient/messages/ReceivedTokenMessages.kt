package dev.openidclient.messages

import dev.openidclient.client.Connection
import dev.openidclient.clientauth.ClientSecretBasic
import dev.openidclient.dpop.Dpop
import dev.openidclient.http.AbsoluteUrl
import dev.openidclient.jose.SigningKey
import dev.openidclient.resourceserver.ApiWorld
import dev.openidclient.resourceserver.IssuerSettings
import dev.openidclient.resourceserver.ORDERS
import dev.openidclient.resourceserver.RESOURCE
import dev.openidclient.resourceserver.ResourceServer
import dev.openidclient.resourceserver.ResourceServerSettings
import dev.openidclient.resourceserver.accessClaims
import dev.openidclient.resourceserver.accessToken
import dev.openidclient.resourceserver.bearer
import dev.openidclient.resourceserver.request
import dev.openidclient.resourceserver.signedAccess
import dev.openidclient.testing.NOW
import dev.openidclient.testing.TestKeys
import dev.openidclient.testing.json
import dev.openidclient.testing.serverMetadata
import kotlinx.coroutines.Job
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonPrimitive
import java.time.Duration

/** Requests with access tokens that a resource server refuses. */
internal suspend fun Messages.receivedTokens() {
    suspend fun refused(
        token: String,
        ofIssuer: IssuerSettings.() -> Unit = {},
    ) = of { ApiWorld().api(ofIssuer).authorize(bearer(token)) }

    suspend fun changed(vararg changes: Pair<String, JsonElement?>) = refused(accessToken(*changes))

    val api = ApiWorld().api()
    val proving = ApiWorld().dpopApi()
    of { api.authorize(request()) }
    of { api.authorize(request("Authorization" to "Bearer a", "authorization" to "Bearer b")) }
    of { api.authorize(request("Authorization" to "Basic YTpi")) }
    of { proving.authorize(request("Authorization" to "Basic YTpi")) }
    of { api.authorize(request("Authorization" to "Bearer a b")) }
    of { proving.authorize(request("Authorization" to "DPoP a", "DPoP" to "a", "dpop" to "b")) }
    of { api.authorize(request("Authorization" to "Bearer a", "DPoP" to "a.b.c")) }
    of { proving.authorize(request("Authorization" to "DPoP a")) }

    refused("opaque")
    refused("a.b.c.d.e")
    refused(signedAccess(accessClaims(), "typ" to JsonPrimitive("JWT")))
    refused(signedAccess(accessClaims(), "typ" to JsonPrimitive("dpop+jwt"))) { acceptUntyped() }
    refused(signedAccess(accessClaims("nonce" to JsonPrimitive("n")), "typ" to null)) { acceptUntyped() }
    refused(TestKeys.compact(accessClaims(), "HS256", mapOf("typ" to JsonPrimitive("at+jwt"))) { it })
    refused(signedAccess(accessClaims(), "crit" to json("[\"exp\"]")))
    accessToken().let { refused(it.dropLast(1) + (it.last() + 1)) }
    changed("iss" to null)
    changed("iss" to JsonPrimitive("https://other.example.com"))
    changed("iss" to JsonPrimitive("https://as.example.com/"))
    changed("exp" to null)
    changed("jti" to null)
    changed("sub" to JsonPrimitive(1))
    changed("iat" to number(NOW.epochSecond + 31))
    changed("aud" to JsonPrimitive("https://other.example.com"))
    for (confirmation in listOf("[]", "{}", "{\"kid\":\"a\"}", "{\"jkt\":1}")) changed("cnf" to json(confirmation))
    changed("cnf" to json("{\"jkt\":\"a\"}"))
    of { proving.authorize(bearer(accessToken("cnf" to json("{\"jkt\":\"a\"}")))) }
    of { proving.authorize(request("Authorization" to "DPoP ${accessToken()}", "DPoP" to "a.b.c")) }
    val bound = accessToken("cnf" to json("{\"jkt\":\"a\"}"))
    val target = checkNotNull(AbsoluteUrl.parse(ORDERS))
    val proof = Dpop(SigningKey.generate("ES256")).proof("GET", target, bound, NOW.epochSecond, listOf("ES256"))
    of { proving.authorize(request("Authorization" to "DPoP $bound", "DPoP" to proof)) }
    of { ApiWorld().api { requireSenderConstrained() }.authorize(bearer(accessToken())) }

    val access = api.authorize(bearer(accessToken()))
    of { access.requireScopes("orders:delete") }
    of { access.requireAnyScope("orders:delete", "orders:list") }
    of { access.requireAuthentication(listOf("phr"), Duration.ofMinutes(5)) }
    of { access.requireAuthorizationDetails("payment") }
    val listed = accessToken("scope" to json("[\"orders:read\"]"))
    of { ApiWorld().api().authorize(bearer(listed)).requireScopes("orders:read") }
    of { access.requireScopes() }
    of { access.requireScopes("orders read") }
    of { access.requireAuthentication(emptyList()) }
    of { access.requireAuthentication(listOf("a b")) }
    of { access.requireAuthentication(Duration.ofSeconds(-1)) }
    api.close()
    of { api.authorize(request()) }
}

/** Settings of resource servers. */
internal suspend fun Messages.resourceServerSettings() {
    suspend fun refused(configure: ResourceServerSettings.() -> Unit) = of { ApiWorld().api(configure = configure) }

    suspend fun ofIssuer(configure: IssuerSettings.() -> Unit) =
        refused {
            issuer(
                "https://a.example.com",
                configure,
            )
        }

    of { ResourceServer(RESOURCE) {} }
    val resources =
        listOf("api.example.com", "https://api.example.com/#a", "https://api.example.com/ä", "http://api.example.com")
    for (resource in resources) {
        of { ResourceServer(resource) { issuer("https://a.example.com") } }
    }
    refused { issuer("") }
    refused { issuer("https://as.example.com") }
    refused { issuer("https://a.example.com/.well-known/openid-configuration") }
    refused { audience() }
    refused { realm = "ä" }
    refused { connection = Connection.open() }
    refused { coroutineContext = Job().apply { cancel() } }
    refused { scopesSupported("offline_access") }
    refused { origins() }
    refused { origins("https://eu.api.example.com/orders") }
    val owned =
        listOf(
            "resource",
            "jwks_uri",
            "scopes_supported",
            "resource_name",
            "resource_documentation",
            "resource_policy_uri",
            "resource_tos_uri",
            "tls_client_certificate_bound_access_tokens",
            "authorization_details_types_supported",
        )
    for (name in owned) refused { parameter(name, "a") }
    ofIssuer { algorithms() }
    ofIssuer { acceptMissing("aud") }
    ofIssuer { scopeClaim("") }
    ofIssuer { metadata(serverMetadata()) }
    ofIssuer { requireAudience() }
    ofIssuer { cache(Duration.ofSeconds(-1)) }
    ofIssuer { staleOnOutage(Duration.ofSeconds(-1)) }
    refused {
        for (name in listOf("a", "b")) {
            issuer("https://$name.example.com") { introspection("api", ClientSecretBasic("s")) }
        }
    }
}
