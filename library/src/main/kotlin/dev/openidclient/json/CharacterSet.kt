package dev.openidclient.json

/**
 * Some characters of US-ASCII, as a rule of ABNF names them ([RFC 5234](https://www.rfc-editor.org/rfc/rfc5234)). Tokens
 * have a thousand and more, each of which is looked at: bytes in a table, which is several times faster than to compare
 * the characters of a text.
 */
internal class CharacterSet(
    characters: Iterable<Char>,
) {
    private val members = BooleanArray(BYTES)

    init {
        for (character in characters) members[character.code] = true
    }

    operator fun contains(character: Char): Boolean = character.code < BYTES && members[character.code]

    operator fun plus(characters: String): CharacterSet =
        CharacterSet(members.indices.filter(members::get).map(Int::toChar) + characters.asIterable())

    /** Whether [text] has no other characters; so has an empty one. Nothing is copied for it. */
    fun hasAllOf(text: String): Boolean {
        val members = members
        for (index in 0 until text.length) {
            val code = text[index].code
            if (code >= BYTES || !members[code]) return false
        }
        return true
    }

    /** The same of the first [end] bytes of a text in UTF-8. */
    fun hasAllOf(
        utf8: ByteArray,
        end: Int = utf8.size,
    ): Boolean {
        val members = members
        for (index in 0 until end) if (!members[utf8[index].toInt() and LOWEST_BITS]) return false
        return true
    }

    companion object {
        private const val BYTES = 256
        private const val LOWEST_BITS = 0xFF

        /** Letters and digits: `ALPHA / DIGIT`. */
        val ALPHANUMERIC: CharacterSet = CharacterSet(('a'..'z') + ('A'..'Z') + ('0'..'9'))
    }
}
