package dev.openidclient.benchmarks.loop

import dev.openidclient.async.AsyncOpenIdClient
import dev.openidclient.client.ClientSettings
import dev.openidclient.client.InsecureRequests
import dev.openidclient.client.OpenIdClient
import dev.openidclient.clientauth.ClientSecretBasic
import dev.openidclient.http.HttpEngine
import dev.openidclient.http.HttpTransport
import kotlinx.coroutines.runBlocking

/** The library's client of [stub] at [scheme], on an engine that it makes for itself. */
internal fun libraryClient(
    stub: StubProcess,
    scheme: String,
    algorithm: SigningAlgorithm = SigningAlgorithm.RS256,
    configure: ClientSettings.() -> Unit,
): OpenIdClient =
    runBlocking {
        OpenIdClient.discover(stub.issuer(scheme), algorithm.clientId) {
            configureFor(stub, scheme, algorithm)
            configure()
        }
    }

internal fun onOwnEngine(
    stub: StubProcess,
    scheme: String,
    engine: HttpEngine,
): OpenIdClient =
    libraryClient(stub, scheme) {
        this.engine = engine
        if (scheme == "https") tls { trustPem(stub.address.certificate) }
    }

internal fun onHandedIn(
    stub: StubProcess,
    scheme: String,
    transport: HttpTransport,
): OpenIdClient = libraryClient(stub, scheme) { this.transport = transport }

internal fun facadeClient(stub: StubProcess): AsyncOpenIdClient =
    AsyncOpenIdClient
        .discover(stub.issuer("http"), SigningAlgorithm.RS256.clientId) {
            it.configureFor(stub, "http", SigningAlgorithm.RS256)
        }.join()

@OptIn(InsecureRequests::class)
private fun ClientSettings.configureFor(
    stub: StubProcess,
    scheme: String,
    algorithm: SigningAlgorithm,
) {
    authentication = ClientSecretBasic(stub.address.clientSecret)
    metadata { idTokenSignedResponseAlg(algorithm.identifier) }
    if (scheme == "http") allowInsecureRequests()
}
