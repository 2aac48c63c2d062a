package dev.openidclient.tampering

import dev.openidclient.authorization.authorizationRequest
import dev.openidclient.client.OpenIdClient
import dev.openidclient.integration.OidcProvider
import dev.openidclient.logout.endSessionUrl
import dev.openidclient.metadata.DiscoveryAlgorithm
import java.net.URI

/** The flows that only look for the metadata of an issuer, which is the proxy itself. */
internal object DiscoveryFlows {
    val openId = discovery("discovery", DiscoveryAlgorithm.OIDC, Endpoint.METADATA)
    val oauth = discovery("discovery of RFC 8414", DiscoveryAlgorithm.OAUTH2, Endpoint.OAUTH_METADATA)

    /** Metadata with `https` only, for a client that insists on it; it makes URLs, and sends nothing. */
    val urls =
        Flow("URLs", "basic", prepare = mapOf(Endpoint.METADATA to OVER_TLS)) {
            {
                val client = OpenIdClient(open().server, "basic") { clientSecret("a-secret-of-the-client") }
                client.authorizationRequest { redirectUri("https://rp.example.com/callback") }.url
                client.endSessionUrl()
            }
        }

    private fun discovery(
        name: String,
        algorithm: DiscoveryAlgorithm,
        endpoint: Endpoint,
    ) = Flow(name, "basic", prepare = mapOf(endpoint to NAMING_THE_PROXY)) {
        {
            OpenIdClient.discover(address, "basic") {
                reaching(this)
                discoveryAlgorithm = algorithm
            }
        }
    }
}

private val OVER_TLS = Edit { _, answer -> answer.withText(answer.text.replace("http://", "https://")) }

private val NAMING_THE_PROXY =
    Edit { _, answer ->
        val path = URI(OidcProvider.everything.url).path
        answer.withJson(answer.json.changed("issuer" to TamperingProxy.origin + path))
    }
