package dev.openidclient.json

import java.nio.ByteBuffer

/**
 * Looks at a text in UTF-8 eight bytes at a time, as one number: nearly all of an answer is the inside of its tokens, of
 * which there is nothing to say.
 */
internal class ByteWords(
    private val utf8: ByteArray,
) {
    private val words = ByteBuffer.wrap(utf8)

    /**
     * Where the first byte stands, from [start] on, that is a quotation mark, a backslash, a bracket, a brace or a
     * control character; maybe one before it that is none, within eight bytes. The size of the text where there is none.
     */
    fun nearStructure(start: Int): Int {
        var index = start
        while (index + SIZE <= utf8.size && !mayHaveStructure(words.getLong(index))) index += SIZE
        return minOf(index, utf8.size)
    }

    private fun mayHaveStructure(word: Long): Boolean {
        // in which [ \ ] are { | }
        val lower = (word or SPACES) and HIGHEST_BITS.inv()
        val bracketed = (lower + FROM_BRACE) and (lower + BEYOND_BRACES).inv() and word.inv()
        return (bracketed or below(word, SPACES) or below(word xor QUOTES, ONES)) and HIGHEST_BITS != 0L
    }

    companion object {
        private const val SIZE = Long.SIZE_BYTES
        private const val ONES = 0x0101_0101_0101_0101L
        private const val SPACES = 0x20 * ONES
        private const val QUOTES = '"'.code * ONES
        private const val FROM_BRACE = (0x80 - '{'.code) * ONES
        private const val BEYOND_BRACES = (0x80 - '~'.code) * ONES
        private const val HIGHEST_BITS = 0x7F7F_7F7F_7F7F_7F7FL.inv()

        /** Has the highest bit of a byte set if one of [word] is below the one of [bounds] in its place. */
        private fun below(
            word: Long,
            bounds: Long,
        ): Long = (word - bounds) and word.inv()
    }
}
