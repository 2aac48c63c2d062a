package dev.openidclient.concurrency

import dev.openidclient.dpop.NonceStore
import dev.openidclient.testing.isLong
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import org.jetbrains.lincheck.LincheckAssertionError
import org.jetbrains.lincheck.datastructures.Operation
import org.jetbrains.lincheck.datastructures.Param
import org.jetbrains.lincheck.datastructures.StringGen

/** The nonces of DPoP behave as if each were read and written at one moment, whatever the threads do. */
class NonceStoreLincheckSpec :
    FunSpec({
        test("a nonce that is read is the last one of its origin, in every interleaving")
            .config(enabled = isLong) { modelChecked(NonceStoreOperations::class) }

        test("a nonce that is read is the last one of its origin, under load") {
            stressed(NonceStoreOperations::class)
        }

        test("a store that loses a nonce is found")
            .config(enabled = isLong) {
                shouldThrow<LincheckAssertionError> { modelChecked(UnguardedNonceOperations::class) }
            }
    })

@Param(name = "origin", gen = StringGen::class, conf = "1:ab")
@Param(name = "nonce", gen = StringGen::class, conf = "1:123")
class NonceStoreOperations {
    private val nonces = NonceStore()

    @Operation
    fun learn(
        @Param(name = "origin") origin: String,
        @Param(name = "nonce") nonce: String,
    ) {
        nonces[origin] = nonce
    }

    @Operation
    fun known(
        @Param(name = "origin") origin: String,
    ): String? = nonces[origin]
}

/** Copies, changes and publishes without a lock: one of two who do so at once is lost. */
@Param(name = "origin", gen = StringGen::class, conf = "1:ab")
@Param(name = "nonce", gen = StringGen::class, conf = "1:123")
class UnguardedNonceOperations {
    @Volatile private var nonces = emptyMap<String, String>()

    @Operation
    fun learn(
        @Param(name = "origin") origin: String,
        @Param(name = "nonce") nonce: String,
    ) {
        nonces = nonces + (origin to nonce)
    }

    @Operation
    fun known(
        @Param(name = "origin") origin: String,
    ): String? = nonces[origin]
}
