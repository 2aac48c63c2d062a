package dev.openidclient.okhttp

import dev.openidclient.contract.HttpTransportContract
import dev.openidclient.http.CloseableHttpTransport
import dev.openidclient.http.HttpTransport
import io.kotest.core.spec.style.FunSpec
import okhttp3.OkHttpClient

/** The duties of every transport: with an OkHttp as it is, and with one of the transport's own. */
class OkHttpContractSpec :
    FunSpec({
        // guards against a hang
        timeout = 120_000

        val ways =
            mapOf<String, () -> HttpTransport>(
                "a client that was handed in" to { HandedIn(OkHttpClient()) },
                "a client of its own" to { OkHttpTransport.open() },
            )
        for ((way, new) in ways) {
            val contract =
                object : HttpTransportContract() {
                    override fun newTransport() = new()
                }
            context("with $way") {
                for (check in contract.checks()) test(check.name) { check.run() }
            }
        }
    })

/** Shuts down at the end what its caller made. */
internal class HandedIn(
    private val client: OkHttpClient,
) : CloseableHttpTransport,
    HttpTransport by OkHttpTransport(client) {
    override fun close() {
        client.dispatcher.executorService.shutdown()
        client.dispatcher.cancelAll()
        client.connectionPool.evictAll()
    }
}
