package dev.openidclient.samples.docs

import dev.openidclient.client.Connection
import dev.openidclient.client.OpenIdClient
import dev.openidclient.clientauth.TlsClientAuth
import dev.openidclient.http.HttpEngine
import dev.openidclient.http.HttpRequest
import dev.openidclient.http.HttpResponse
import dev.openidclient.http.HttpTransport
import dev.openidclient.http.KtorTransport
import dev.openidclient.okhttp.OkHttpTransport
import io.ktor.client.HttpClient
import okhttp3.OkHttpClient
import org.slf4j.Logger
import java.time.Duration

/** The same client on three engines. */
suspend fun onOtherEngines(
    okHttpClient: OkHttpClient,
    httpClient: HttpClient,
): List<OpenIdClient> {
    // region choose
    val cio = OpenIdClient.discover("https://as.example.com", "s6BhdRkqt3") { engine = HttpEngine.CIO }
    val okHttp =
        OpenIdClient.discover("https://as.example.com", "s6BhdRkqt3") { transport = OkHttpTransport(okHttpClient) }
    val ktor = OpenIdClient.discover("https://as.example.com", "s6BhdRkqt3") { transport = KtorTransport(httpClient) }
    // endregion
    return listOf(cio, okHttp, ktor)
}

/** Who has a client at a server of its own. */
class Tenant(
    val issuer: String,
    val clientId: String,
)

/** Runs [serve] with a client for each of [tenants], on one connection. */
suspend fun serveAll(
    tenants: List<Tenant>,
    serve: suspend (List<OpenIdClient>) -> Unit,
) {
    // region share
    Connection.open { timeout = Duration.ofSeconds(10) }.use { shared ->
        val clients =
            tenants.map { tenant -> OpenIdClient.discover(tenant.issuer, tenant.clientId) { connection = shared } }
        serve(clients)
    }
    // endregion
}

/** A client behind a proxy. */
suspend fun behindProxy(
    username: String,
    password: String,
): OpenIdClient {
    // region proxy
    val client =
        OpenIdClient.discover("https://as.example.com", "s6BhdRkqt3") {
            proxy {
                url = "http://proxy.example.com:3128"
                credentials(username, password) // where it wants them
            }
        }
    // endregion
    return client
}

/** A client of a server of a private authority, which wants a certificate. */
suspend fun withCertificate(
    authorityPem: String,
    certificateAndKeyPem: String,
): OpenIdClient {
    // region tls
    val client =
        OpenIdClient.discover("https://as.internal.example", "s6BhdRkqt3") {
            authentication = TlsClientAuth
            tls {
                trustPem(authorityPem) // or trustStore(keyStore)
                pem(certificateAndKeyPem) // a client certificate, for mutual TLS; or keyStore(keyStore, password)
            }
        }
    // endregion
    return client
}

// region own
class MeasuredTransport(
    private val inner: HttpTransport,
    private val log: Logger,
) : HttpTransport {
    override suspend fun send(request: HttpRequest): HttpResponse {
        val start = System.nanoTime()
        val response = inner.send(request.withHeader("x-tenant", "a"))
        log.info("{}: {} after {} ms", request, response.status, (System.nanoTime() - start) / 1_000_000)
        return response
    }
}
// endregion
