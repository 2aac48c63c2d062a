package dev.openidclient.concurrency

import dev.openidclient.testing.isLong
import io.kotest.core.spec.style.FunSpec
import org.jetbrains.lincheck.datastructures.Operation

class JwksCacheLincheckSpec :
    FunSpec({
        test("asking for keys and exporting them behave as one after the other, in interleavings of short scenarios")
            .config(enabled = isLong) { modelChecked(JwksCacheOperations::class, Scenarios.FEW) }

        test("asking for keys and exporting them behave as one after the other, under load") {
            stressed(JwksCacheOperations::class)
        }

        test("keys are imported only where none are known, in every interleaving")
            .config(enabled = isLong) { modelChecked(JwksImportOperations::class) }

        test("keys are imported only where none are known, under load") {
            stressed(JwksImportOperations::class)
        }
    })

/**
 * Keys are known, so long that an unknown one is looked for anew. Downloads are not counted here: one that is under way
 * has been counted, but has no result yet.
 */
class JwksCacheOperations {
    private val server =
        SharedJwks().apply {
            client.importJwks(SharedJwks.EXPORTED)
            clock.advance(60)
        }

    @Operation
    suspend fun askForKnown(): String = server.ask(SharedJwks.KNOWN)

    @Operation
    suspend fun askForUnknown(): String = server.ask(SharedJwks.UNKNOWN)

    @Operation
    fun export(): String? = server.client.exportJwks()
}

/** An import that overtakes a download is taken, and then replaced by it. */
class JwksImportOperations {
    private val server = SharedJwks()

    @Operation
    suspend fun askForKnown(): String = server.ask(SharedJwks.KNOWN)

    @Operation
    fun import(): Boolean = server.client.importJwks(SharedJwks.EXPORTED)

    @Operation
    fun export(): String? = server.client.exportJwks()
}
