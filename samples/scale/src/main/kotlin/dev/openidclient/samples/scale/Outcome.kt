package dev.openidclient.samples.scale

import dev.openidclient.error.ErrorCode
import java.util.Locale.ROOT

/** What came of a run. */
class Outcome(
    /** How many refreshes the server answered with new tokens. */
    val grants: Int,
    /** How many refresh tokens came to the server once more after their use. */
    val reuses: Int,
    /** How many calls brought [Instance.OK], or which failure. */
    val calls: Map<String, Long>,
    /** By session, what came of the last call at each instance. */
    answers: Map<Int, Set<String>>,
    /** The sessions whose refresh may have been under way in the instance that was killed, or when the store was cut. */
    doubtful: Set<Int>,
) {
    private val unserved = answers.filterValues { it != setOf(Instance.OK) }

    /**
     * Whether the server has replaced their refresh tokens nobody can be sure, so they are not sent again: the rules have
     * it so, and their users sign in once more.
     */
    val inDoubt: Set<Int> =
        unserved.filter { (session, codes) -> session in doubtful && OF_A_DOUBT.containsAll(codes) }.keys

    /** All others that no longer bring a token everywhere. */
    val lost: Map<Int, Set<String>> = unserved - inDoubt

    private val served = answers.size - unserved.size

    val isGood: Boolean = lost.isEmpty() && reuses == 0 && grants > 0 && served > 0

    override fun toString(): String {
        val failures = calls - Instance.OK
        val failed = failures.entries.sortedByDescending { it.value }.joinToString { (code, n) -> "$code ${shown(n)}" }
        return """
            |
            |grants         ${shown(grants.toLong())}
            |reuses         ${shown(reuses.toLong())}
            |calls          ${shown(calls.values.sum())}
            |failed calls   ${shown(failures.values.sum())}   $failed
            |sessions       $served served, ${inDoubt.size} in doubt, ${lost.size} lost   ${lostBy()}
            |
            |${verdict()}
            """.trimMargin()
    }

    private fun lostBy(): String = lost.values.flatten().toSortedSet().joinToString()

    private fun verdict(): String =
        when {
            !isGood -> "Not good: a session was lost or a refresh token came twice, or nothing was refreshed."
            inDoubt.isEmpty() -> "Good: no session was lost, and no refresh token came twice."
            else -> "Good: no session was lost, and no refresh token came twice.$IN_DOUBT"
        }

    companion object {
        private val OF_A_DOUBT = setOf(Instance.OK, ErrorCode.REFRESH_IN_DOUBT, ErrorCode.TIMEOUT)
        private const val IN_DOUBT =
            "\nIn doubt: being refreshed when the instance was killed or the store cut off. Nobody can be\n" +
                "sure whether the server has replaced their refresh tokens, so these are not sent again."

        /** With spaces between thousands. */
        fun shown(count: Long): String = "%,d".format(ROOT, count).replace(',', ' ')
    }
}
