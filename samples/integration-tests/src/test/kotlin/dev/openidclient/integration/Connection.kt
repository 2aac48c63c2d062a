@file:JvmName("Connection")

package dev.openidclient.integration

import dev.openidclient.client.ClientSettings
import dev.openidclient.client.InsecureRequests
import dev.openidclient.client.OpenIdClient
import dev.openidclient.http.HttpEngine
import dev.openidclient.http.KtorTransport
import dev.openidclient.metadata.ClientMetadata
import io.ktor.client.HttpClient
import io.ktor.client.engine.java.Java

/** What the tests share, so that no client of theirs has to be closed. */
private object Transports {
    val plain: KtorTransport by lazy { KtorTransport(HttpEngine.AUTOMATIC) }

    val trusting: KtorTransport by lazy {
        KtorTransport(HttpClient(Java) { engine { config { sslContext(OidcProvider.trust()) } } })
    }
}

/** The settings of a client that [issuer] registered as [client], in both languages. */
@OptIn(InsecureRequests::class)
fun ClientSettings.registeredAs(
    client: InteropClient,
    issuer: String,
) {
    if (issuer.startsWith("http:")) {
        allowInsecureRequests()
        transport = Transports.plain
    } else {
        transport = Transports.trusting
    }
    metadata { members(ClientMetadata(client.metadata)) }
}

internal suspend fun connect(
    issuer: String,
    client: InteropClient,
    configure: ClientSettings.() -> Unit = {},
): OpenIdClient =
    OpenIdClient.discover(issuer, client.id) {
        registeredAs(client, issuer)
        configure()
    }

/** A client of the server for the one that it registered as [id]. */
internal suspend fun InteropIssuer.connect(
    id: String,
    configure: ClientSettings.() -> Unit = {},
): OpenIdClient = connect(url, client(id), configure)

internal suspend fun SignInServer.connect(
    client: InteropClient = confidentialClient,
    configure: ClientSettings.() -> Unit = {},
): OpenIdClient = connect(issuer, client, configure)
