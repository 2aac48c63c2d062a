package dev.openidclient.concurrency

import dev.openidclient.testing.isLong
import io.kotest.core.spec.style.FunSpec
import kotlinx.coroutines.CompletableDeferred
import org.jetbrains.lincheck.datastructures.Operation

class JwksDownloadLincheckSpec :
    FunSpec({
        test("those who wait for a download are all served, whoever of them is cancelled, in every interleaving")
            .config(enabled = isLong) { modelChecked(JwksDownloadOperations::class) }

        test("those who wait for a download are all served, whoever of them is cancelled, under load") {
            stressed(JwksDownloadOperations::class)
        }
    })

/** A server that answers only when [answer] is called, so that askers suspend; Lincheck cancels some of them. */
class JwksDownloadOperations {
    private var waiting = emptyList<CompletableDeferred<Unit>>()
    private val server =
        SharedJwks {
            val gate = CompletableDeferred<Unit>()
            synchronized(this) { waiting = waiting + gate }
            gate.await()
        }

    @Operation
    suspend fun askForKnown(): String = server.ask(SharedJwks.KNOWN)

    @Operation
    suspend fun askForUnknown(): String = server.ask(SharedJwks.UNKNOWN)

    @Operation
    fun answer() {
        synchronized(this) { waiting.also { waiting = emptyList() } }.forEach { it.complete(Unit) }
    }
}
