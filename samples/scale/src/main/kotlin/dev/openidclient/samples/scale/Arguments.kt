package dev.openidclient.samples.scale

import java.time.Duration

/** What the command line asks for. */
class Arguments(
    val seconds: Int,
    val sessions: Int,
    /** null: what is there on this machine. */
    val engine: EngineKind?,
    /** Whether an instance asks the others, by way of the store, before it sends a refresh token. */
    val hasLease: Boolean,
) {
    /** How long an access token lives: each session is renewed several times in a run. */
    val lifetime: Duration = Duration.ofSeconds(minOf(LONGEST_LIFETIME, seconds / RENEWALS).toLong())

    val killAt: Duration = Duration.ofSeconds(seconds.toLong()).dividedBy(4)
    val cutAt: Duration = Duration.ofSeconds(seconds.toLong()).dividedBy(2)
    val cutFor: Duration = Duration.ofSeconds(minOf(LONGEST_CUT, seconds / RENEWALS).toLong())

    companion object {
        const val USAGE: String = """Runs three instances of a service over one token store, kills one, and cuts the store off.

  --engine redis      or postgresql, h2; otherwise Redis or PostgreSQL where they are installed, and H2 where not
  --seconds 30        how long the instances work, 6 or more
  --sessions 100      how many sessions there are
  --without-lease     what happens where the instances do not ask each other

The status is 0 if no session was lost and no refresh token was used twice, and 1 otherwise."""

        private const val SECONDS = 30
        private const val SESSIONS = 100
        private const val FEWEST_SECONDS = 6
        private const val MOST_SECONDS = 86_400
        private const val MOST_SESSIONS = 2_000
        private const val LONGEST_LIFETIME = 5
        private const val LONGEST_CUT = 4
        private const val RENEWALS = 3

        /** null where [words] are none that [USAGE] says. */
        fun parse(words: List<String>): Arguments? {
            val given = mutableMapOf<String, String>()
            val rest = words.iterator()
            while (rest.hasNext()) {
                val name = rest.next()
                given[name] = if (name == "--without-lease" || !rest.hasNext()) "" else rest.next()
            }
            val seconds = given.remove("--seconds").number(SECONDS, FEWEST_SECONDS..MOST_SECONDS) ?: return null
            val sessions = given.remove("--sessions").number(SESSIONS, 1..MOST_SESSIONS) ?: return null
            val engine = given.remove("--engine")?.let { EngineKind.named(it) ?: return null }
            val hasLease = given.remove("--without-lease") == null
            return if (given.isEmpty()) Arguments(seconds, sessions, engine, hasLease) else null
        }

        private fun String?.number(
            default: Int,
            range: IntRange,
        ): Int? = if (this == null) default else toIntOrNull()?.takeIf { it in range }
    }
}
