package dev.openidclient.http

/**
 * Collects the body of an answer, and counts its bytes as they come, for a server may announce no length, or another
 * one than comes: what is stored grows with what is there. [announced] is what it said, 0 for nothing.
 */
internal class ReceivedBody(
    private val announced: Long,
    maximumSize: Int,
) {
    private val limit = minOf(maximumSize, LARGEST_ARRAY - 1)

    // one byte more than is announced, so that the end is seen without another array
    private var content = ByteArray(if (announced in 1..limit) capacity(minOf(announced + 1, LARGEST_AT_ONCE)) else 0)

    var size: Int = 0
        private set

    /** Whether there are more bytes than allowed, or will be, by what the server says. */
    val isTooLarge: Boolean get() = size > limit || announced > limit

    /** Has [read] put bytes into an array, from an offset, up to a length; returns what that returns: how many. */
    inline fun add(read: (ByteArray, Int, Int) -> Int): Int {
        val free = room()
        val count = read(free, size, free.size - size)
        if (count > 0) size += count
        return count
    }

    fun bytes(): ByteArray = content.copyOf(size)

    private fun room(): ByteArray {
        if (size == content.size) content = content.copyOf(capacity(next()))
        return content
    }

    private fun next(): Long {
        val doubled = maxOf(size * 2L, SMALLEST)
        return if (announced >= size) minOf(doubled, announced + 1) else doubled
    }

    /** Not more than one byte beyond what is allowed: that suffices to see that it is too much. */
    private fun capacity(wanted: Long): Int = wanted.coerceAtMost(limit + 1L).toInt()

    private companion object {
        const val SMALLEST = 4096L

        /** Most bodies are smaller: they need one array. */
        const val LARGEST_AT_ONCE = 65_536L

        // in common JVMs
        const val LARGEST_ARRAY = Int.MAX_VALUE - 8
    }
}
