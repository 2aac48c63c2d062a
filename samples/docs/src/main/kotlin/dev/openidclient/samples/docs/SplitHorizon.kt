package dev.openidclient.samples.docs

import dev.openidclient.client.InsecureRequests
import dev.openidclient.client.OpenIdClient
import dev.openidclient.client.mappingOrigin
import dev.openidclient.http.HttpTransport

/** A server that has one name for browsers, and one for services. */
suspend fun byItsInternalName(): OpenIdClient {
    // region map
    val client =
        OpenIdClient.discover("https://id.example.com", "s6BhdRkqt3") {
            mapOrigin("https://id.example.com", "https://keycloak.internal:8443")
        }
    // endregion
    return client
}

/** The same for whoever sends through [transport]. */
fun mapping(transport: HttpTransport): HttpTransport {
    // region transport
    val mapping = transport.mappingOrigin("https://id.example.com", "https://keycloak.internal:8443")
    // endregion
    return mapping
}

// region insecure
@OptIn(InsecureRequests::class)
suspend fun ofTheSidecar(): OpenIdClient =
    OpenIdClient.discover("https://id.example.com", "s6BhdRkqt3") {
        mapOriginInsecure("https://id.example.com", "http://127.0.0.1:8080")
    }
// endregion
