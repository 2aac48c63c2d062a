@file:JvmName("Connection")

package dev.openidclient.integration

import dev.openidclient.client.ClientSettings
import dev.openidclient.client.InsecureRequests
import dev.openidclient.client.OpenIdClient
import dev.openidclient.http.HttpTransport
import dev.openidclient.http.KtorTransport
import dev.openidclient.metadata.ClientMetadata
import io.ktor.client.HttpClient
import io.ktor.client.engine.cio.CIO
import java.util.Queue

private val shared: KtorTransport by lazy { KtorTransport(HttpClient(CIO)) }

/**
 * The settings of a client that [issuer] registered as [client], in both languages. Over plain HTTP all clients share one
 * transport and none has to be closed; over TLS each has an engine of its own, which trusts the authority of the run.
 */
fun ClientSettings.registeredAs(
    client: InteropClient,
    issuer: String,
) {
    reaching(issuer)
    metadata { members(ClientMetadata(client.metadata)) }
}

/** The settings to send to [issuer]. */
@OptIn(InsecureRequests::class)
fun ClientSettings.reaching(issuer: String) {
    if (issuer.startsWith("http:")) {
        allowInsecureRequests()
        transport = shared
    } else {
        tls { trustPem(OidcProvider.authorityCertificate()) }
    }
}

/** Writes each request into [record], as `GET https://a/b`; to be called when the transport is set. */
fun ClientSettings.recordTo(record: Queue<String>) {
    val inner = checkNotNull(transport) { "there is no transport to record" }
    transport =
        HttpTransport { request ->
            record.add("${request.method} ${request.url}")
            inner.send(request)
        }
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
