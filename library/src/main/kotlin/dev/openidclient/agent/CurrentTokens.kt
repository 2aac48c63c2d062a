package dev.openidclient.agent

/** The tokens that are handed out, and those before them, of which somebody may still be asking. */
internal class CurrentTokens {
    /** The first one is the oldest. */
    private val retired = ArrayDeque<ResourceTokens>()

    @Volatile
    var now: ResourceTokens? = null
        private set

    fun publish(next: ResourceTokens) {
        val tooOld =
            synchronized(retired) {
                val before = now
                now = next
                if (before != null && !before.hasSameTokens(next)) retired.addLast(before)
                if (retired.size > MOST_RETIRED) retired.removeFirst() else null
            }
        tooOld?.close()
    }

    fun forget() {
        now = null
    }

    fun close() = all().forEach(ResourceTokens::close)

    /** Waits, after [close], until what they do has ended. */
    suspend fun closed() = all().forEach { it.closed() }

    private fun all(): List<ResourceTokens> = synchronized(retired) { retired.toList() + listOfNotNull(now) }

    private companion object {
        const val MOST_RETIRED = 10
    }
}
