package dev.openidclient.samples.recipes

import dev.openidclient.client.OpenIdClient
import dev.openidclient.http.HttpEngine
import dev.openidclient.http.HttpTransport
import dev.openidclient.http.KtorTransport
import dev.openidclient.okhttp.OkHttpTransport
import io.ktor.client.HttpClient
import okhttp3.OkHttpClient

/** An engine that comes with the library, but is not the default here: the JDK's is. */
suspend fun clientOnCio(
    issuer: String,
    clientId: String,
): OpenIdClient = OpenIdClient.discover(issuer, clientId) { engine = HttpEngine.CIO }

/** The application's own OkHttp, with its proxy, TLS and interceptors: the artifact `openid-client-okhttp`. */
suspend fun clientOnOkHttp(
    issuer: String,
    clientId: String,
    http: OkHttpClient,
): OpenIdClient = OpenIdClient.discover(issuer, clientId) { transport = OkHttpTransport(http) }

/** The application's own Ktor client, with its proxy, TLS and plugins. It is not closed with the OpenIdClient. */
suspend fun clientOnKtor(
    issuer: String,
    clientId: String,
    http: HttpClient,
): OpenIdClient = OpenIdClient.discover(issuer, clientId) { transport = KtorTransport(http) }

/**
 * Another transport wrapped, to add a header to each request. Do not send one again: an authorization code is taken
 * once, and so is a refresh token.
 */
suspend fun clientWithHeader(
    issuer: String,
    clientId: String,
    http: HttpClient,
    tenant: String,
): OpenIdClient {
    val inner = KtorTransport(http)
    return OpenIdClient.discover(issuer, clientId) {
        transport = HttpTransport { request -> inner.send(request.withHeader("x-tenant", tenant)) }
    }
}
