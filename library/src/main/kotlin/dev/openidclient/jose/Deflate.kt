package dev.openidclient.jose

import dev.openidclient.error.DecryptionException
import java.util.zip.DataFormatException
import java.util.zip.Inflater

/** The compression of JWE content ([RFC 7516 §4.1.3](https://www.rfc-editor.org/rfc/rfc7516#section-4.1.3)). */
internal object Deflate {
    const val NAME = "DEF"

    /** A thousandth of the content may be enough to fill the memory: what swells beyond this is refused. */
    private const val MOST = 250_000

    /** Throws [DecryptionException] where [compressed] is not DEFLATE (RFC 1951) as a whole, or too much. */
    fun inflate(compressed: ByteArray): ByteArray {
        val inflater = Inflater(true)
        try {
            inflater.setInput(compressed)
            val content = ByteArray(MOST + 1)
            var size = 0
            while (!inflater.finished() && size <= MOST) {
                val count = inflater.inflate(content, size, content.size - size)
                if (count == 0 && !inflater.finished()) throw DecryptionException("the compressed content is cut short")
                size += count
            }
            if (size > MOST) throw DecryptionException("the compressed content has more than $MOST bytes")
            if (inflater.remaining > 0) throw DecryptionException("bytes follow the compressed content")
            return content.copyOf(size)
        } catch (e: DataFormatException) {
            throw DecryptionException("the content is not compressed as \"zip\" says", e)
        } finally {
            inflater.end()
        }
    }
}
