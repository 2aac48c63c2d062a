package dev.openidclient.jose

import com.nimbusds.jose.JOSEException
import com.nimbusds.jose.crypto.impl.ECDSA
import com.nimbusds.jose.jwk.Curve
import java.math.BigInteger

/**
 * ECDSA signatures in their two forms: the numbers r and s side by side
 * ([RFC 7518 §3.4](https://www.rfc-editor.org/rfc/rfc7518#section-3.4)), and DER, which every provider of the JCA takes.
 */
internal class EcdsaSignature private constructor(
    private val order: BigInteger,
) {
    // all three orders are as long as the coordinates
    private val numberSize = (order.bitLength() + BITS_PER_BYTE - 1) / BITS_PER_BYTE

    /** Null where [signature] is not two numbers of 1 to n - 1: there were JDKs that took 0 (CVE-2022-21449). */
    fun toDer(signature: ByteArray): ByteArray? {
        if (signature.size != 2 * numberSize) return null
        val isInRange = isInRange(signature, 0) && isInRange(signature, numberSize)
        return if (isInRange) ECDSA.transcodeSignatureToDER(signature) else null
    }

    private fun isInRange(
        signature: ByteArray,
        start: Int,
    ): Boolean {
        val number = BigInteger(1, signature.copyOfRange(start, start + numberSize))
        return number.signum() > 0 && number < order
    }

    /** Throws [IllegalArgumentException] where [der] is none. */
    @Suppress("TooGenericExceptionCaught") // what Nimbus lets through is nothing more special
    fun fromDer(der: ByteArray): ByteArray =
        try {
            ECDSA.transcodeSignatureToConcat(der, 2 * numberSize)
        } catch (e: JOSEException) {
            throw IllegalArgumentException("the signature is not ECDSA in DER", e)
        } catch (e: ArrayIndexOutOfBoundsException) {
            // a signature cut short
            throw IllegalArgumentException("the signature is not ECDSA in DER", e)
        }

    companion object {
        private const val BITS_PER_BYTE = 8
        private val FORMS =
            JwsAlgorithm
                .values()
                .filter { it.keyType == "EC" }
                .associateWith { EcdsaSignature(Curve.parse(it.curve).toECParameterSpec().order) }

        fun of(algorithm: JwsAlgorithm): EcdsaSignature =
            requireNotNull(FORMS[algorithm]) { "${algorithm.identifier} is no ECDSA algorithm" }
    }
}
