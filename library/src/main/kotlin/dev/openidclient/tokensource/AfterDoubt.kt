package dev.openidclient.tokensource

import java.time.Duration

/**
 * Whether a refresh token is sent once more where the outcome of a refresh is not known: the answer was lost, or the
 * server failed on the way, and may have replaced the refresh token.
 *
 * A server that has replaced it takes its second use for theft, and may end the session ([RFC 9700
 * §4.14.2](https://www.rfc-editor.org/rfc/rfc9700#section-4.14.2)); one that has not needs it once more.
 */
public sealed class AfterDoubt private constructor() {
    internal object LastResort : AfterDoubt() {
        override fun toString(): String = "LAST_RESORT"
    }

    internal object Never : AfterDoubt() {
        override fun toString(): String = "NEVER"
    }

    internal class Within(
        val duration: Duration,
    ) : AfterDoubt() {
        override fun toString(): String = "within($duration)"
    }

    public companion object {
        /**
         * Not while the access token is usable; then it is sent once more, with back-off, until an answer decides:
         * there is nothing left to lose. The default, for servers of which nothing is known.
         */
        @JvmField
        public val LAST_RESORT: AfterDoubt = LastResort

        /** Never: where the access token has expired the person must sign in. */
        @JvmField
        public val NEVER: AfterDoubt = Never

        /**
         * At once, with back-off, for [duration] after the first doubt, and then as [LAST_RESORT]: for servers that
         * document how long they take a replaced refresh token.
         */
        @JvmStatic
        public fun within(duration: Duration): AfterDoubt {
            TokenSourceSettings.requirePositive("the duration of within", duration)
            return Within(duration)
        }
    }
}
