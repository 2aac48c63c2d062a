package dev.openidclient.http

import dev.openidclient.contract.HttpTransportContract
import io.kotest.core.spec.style.FunSpec

/** The duties of [HttpTransport], through every engine. */
class HttpTransportContractSpec :
    FunSpec({
        // guards against a hang; it holds for each engine's tests together
        timeout = 300_000

        for ((engine, new) in ENGINES) {
            val contract =
                object : HttpTransportContract() {
                    // an OkHttp that is left to itself
                    override val repeatsReading = engine == OKHTTP_ENGINE

                    override fun newTransport() = new()
                }
            // CIO takes the end of the connection for the last chunk
            val checks = contract.checks().filterNot { engine == CIO_ENGINE && "last chunk" in it.name }
            context("through $engine") {
                for (check in checks) test(check.name) { check.run() }
            }
        }
    })
