package dev.openidclient.jose

import java.security.KeyPair
import java.security.ProviderException

/**
 * PKCS#8 private keys ([RFC 5958](https://www.rfc-editor.org/rfc/rfc5958)), and the older forms as such: the JDK reads
 * no others, and does not tell the public key that may stand inside.
 */
internal object PrivateKeyInfo {
    // RFC 8017 §A.1, RFC 5480 §2.1.1, RFC 8410 §3
    private val RSA = der("06092A864886F70D0101010500")
    private val EC = der("06072A8648CE3D0201")
    private val ED448 = der("06032B6571")
    private val CURVE_25519 = mapOf("Ed25519" to der("06032B6570"), "X25519" to der("06032B656E"))
    private const val CURVE_25519_BITS = 255

    /** Of an RSA key in PKCS#1 ([RFC 8017 §A.1.2](https://www.rfc-editor.org/rfc/rfc8017#appendix-A.1.2)). */
    fun ofPkcs1(key: ByteArray): ByteArray = wrapped(RSA, key)

    /** Of an elliptic-curve key in SEC 1 ([RFC 5915 §3](https://www.rfc-editor.org/rfc/rfc5915#section-3)). */
    fun ofSec1(key: ByteArray): ByteArray {
        val curve = Der.parse(key)?.children()?.firstOrNull { it.tag == Der.CONTEXT_0 }?.content
        requireNotNull(curve) { "the block EC PRIVATE KEY of the PEM text does not name its curve" }
        return wrapped(EC + curve, key)
    }

    private fun wrapped(
        algorithm: ByteArray,
        key: ByteArray,
    ): ByteArray {
        val version = Der.encode(Der.INTEGER, byteArrayOf(0))
        return Der.encode(Der.SEQUENCE, version + Der.encode(Der.SEQUENCE, algorithm) + Der.encode(Der.OCTETS, key))
    }

    fun isEd448(encoded: ByteArray): Boolean = algorithm(encoded)?.contentEquals(ED448) == true

    /** SubjectPublicKeyInfo of the public key that stands in [encoded]; null where there is none. */
    fun publicKey(encoded: ByteArray): ByteArray? {
        val members = Der.parse(encoded)?.children().orEmpty()
        val algorithm = members.getOrNull(1) ?: return null
        // RFC 5958 §2: IMPLICIT
        val outer = members.firstOrNull { it.tag == Der.CONTEXT_1_PRIMITIVE }?.let { Der.encode(Der.BITS, it.content) }
        val bits = outer ?: innerPublicKey(encoded, members) ?: return null
        return Der.encode(Der.SEQUENCE, algorithm.encoded() + bits)
    }

    /** RFC 5915 §3: EXPLICIT, of an elliptic-curve key. */
    private fun innerPublicKey(
        encoded: ByteArray,
        members: List<Der>,
    ): ByteArray? {
        if (algorithm(encoded)?.startsWith(EC) != true) return null
        val key = members.getOrNull(2)?.takeIf { it.tag == Der.OCTETS } ?: return null
        return Der.parse(key.content)?.children()?.firstOrNull { it.tag == Der.CONTEXT_1 }?.content
    }

    /**
     * SubjectPublicKeyInfo of the public key that belongs to the Ed25519 or X25519 key in [encoded]; null where it is
     * of another kind, or the JDK does not tell it. Such a key is all the randomness that the generation of a pair
     * uses (RFC 8032 §5.1.5, RFC 7748 §6.1).
     */
    fun computedPublicKey(encoded: ByteArray): ByteArray? {
        val algorithm = algorithm(encoded)
        val name = CURVE_25519.entries.firstOrNull { it.value.contentEquals(algorithm) }?.key ?: return null
        val inner = Der.parse(encoded)?.children()?.getOrNull(2)?.content?.let(Der::parse) ?: return null
        val key = inner.content.takeIf { it.size == CURVE_25519_SIZE } ?: return null
        val pair = generated(name, key)
        return pair?.takeIf { it.private.encoded?.endsWith(key) == true }?.public?.encoded
    }

    private fun generated(
        name: String,
        key: ByteArray,
    ): KeyPair? =
        try {
            Jca.keyPairGenerator(name).apply { initialize(CURVE_25519_BITS, FixedRandom(key)) }.generateKeyPair()
        } catch (_: IllegalArgumentException) {
            // of a provider that takes its randomness otherwise: InvalidParameterException
            null
        } catch (_: ProviderException) {
            null
        }

    private fun algorithm(encoded: ByteArray): ByteArray? = Der.parse(encoded)?.children()?.getOrNull(1)?.content

    private fun ByteArray.startsWith(other: ByteArray) = size >= other.size && copyOf(other.size).contentEquals(other)

    private fun ByteArray.endsWith(other: ByteArray) =
        size >= other.size && copyOfRange(size - other.size, size).contentEquals(other)
}

/** A value in the Distinguished Encoding Rules ([ITU-T X.690 §8](https://www.itu.int/rec/T-REC-X.690)). */
private class Der(
    val tag: Int,
    val content: ByteArray,
) {
    fun encoded(): ByteArray = encode(tag, content)

    /** The values in this one, up to the first that is none. */
    fun children(): List<Der> {
        val children = mutableListOf<Der>()
        var position = 0
        while (true) {
            val (child, end) = read(content, position) ?: break
            children += child
            position = end
        }
        return children
    }

    companion object {
        const val INTEGER = 0x02
        const val BITS = 0x03
        const val OCTETS = 0x04
        const val SEQUENCE = 0x30
        const val CONTEXT_0 = 0xA0
        const val CONTEXT_1 = 0xA1
        const val CONTEXT_1_PRIMITIVE = 0x81

        private const val LONG_FORM = 0x80
        private const val BYTE = 0xFF
        private const val BITS_PER_BYTE = 8

        // keys are shorter than 16 MiB
        private const val LONGEST_LENGTH = 3

        fun parse(bytes: ByteArray): Der? = read(bytes, 0)?.first

        private fun read(
            bytes: ByteArray,
            start: Int,
        ): Pair<Der, Int>? {
            if (start + 2 > bytes.size) return null
            val first = bytes[start + 1].toInt() and BYTE
            val lengthSize = if (first < LONG_FORM) 0 else first - LONG_FORM
            val content = start + 2 + lengthSize
            if (lengthSize > LONGEST_LENGTH || content > bytes.size) return null
            val length =
                if (lengthSize == 0) first else bytes.slice(start + 2 until content).fold(0, ::shifted)
            val end = content + length
            if (first == LONG_FORM || end > bytes.size) return null
            return Der(bytes[start].toInt() and BYTE, bytes.copyOfRange(content, end)) to end
        }

        private fun shifted(
            sum: Int,
            byte: Byte,
        ): Int = (sum shl BITS_PER_BYTE) + (byte.toInt() and BYTE)

        fun encode(
            tag: Int,
            content: ByteArray,
        ): ByteArray = byteArrayOf(tag.toByte()) + length(content.size) + content

        private fun length(size: Int): ByteArray {
            if (size < LONG_FORM) return byteArrayOf(size.toByte())
            val bytes = generateSequence(size) { it ushr BITS_PER_BYTE }.takeWhile { it > 0 }.map(Int::toByte).toList()
            return byteArrayOf((LONG_FORM + bytes.size).toByte()) + bytes.reversed()
        }
    }
}
