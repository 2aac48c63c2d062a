package dev.openidclient.token

import dev.openidclient.client.Answer
import dev.openidclient.client.end
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.OAuthException
import dev.openidclient.error.ResponseBodyException
import dev.openidclient.error.TransportException
import dev.openidclient.http.RetryAfter
import dev.openidclient.json.parseErrorJson
import dev.openidclient.json.text
import kotlinx.coroutines.Job
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.delay
import kotlinx.coroutines.ensureActive
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.launch
import kotlinx.coroutines.selects.select
import kotlinx.coroutines.withTimeoutOrNull
import kotlinx.serialization.json.JsonObject
import java.time.Clock
import java.time.Duration
import kotlin.time.toKotlinDuration

/** What one poll of the token endpoint brought. */
public sealed class Poll {
    /** The person has not decided yet; the next poll comes after [nextIn]. */
    public class Pending internal constructor(
        public val nextIn: Duration,
    ) : Poll() {
        override fun toString(): String = "Pending(nextIn=$nextIn)"
    }

    /** The server could not be asked, or could not answer, because of [failure]; the next poll comes after [nextIn]. */
    public class Failed internal constructor(
        public val failure: OAuthException,
        public val nextIn: Duration,
    ) : Poll() {
        override fun toString(): String = "Failed(${failure.code}, nextIn=$nextIn)"
    }

    /** The person has agreed: the last event. */
    public class Granted internal constructor(
        public val tokens: TokenResponse,
    ) : Poll() {
        override fun toString(): String = "Granted($tokens)"
    }
}

/**
 * The polling of the device flow ([RFC 8628 §3.5](https://www.rfc-editor.org/rfc/rfc8628#section-3.5)) and of CIBA
 * ([CIBA
 * §11](https://openid.net/specs/openid-client-initiated-backchannel-authentication-core-1_0.html#token_request)).
 *
 * [interval], 1 second at least, is waited before every request, the first too. [lifetime] starts with the polling;
 * then it ends with a [TransportException] of the code TIMEOUT, unless the tokens are there and only their validation
 * still takes time. A request that goes out once more with the DPoP nonce that the server asks
 * for ([RFC 9449 §8](https://www.rfc-editor.org/rfc/rfc9449#section-8)) is the same poll, not another one: it is not
 * waited for, since the server has not looked at the grant yet.
 */
internal class Polling(
    private val interval: Duration,
    private val lifetime: Duration,
    private val clock: Clock,
    private val request: suspend () -> Answer,
    /** What becomes of the answer; no failure of it makes the request go out again, for its code is used up. */
    private val accept: suspend (Answer) -> TokenResponse,
    /** Completes when the server has told the client that it is worth asking: the next request comes at once then. */
    private val ping: Job? = null,
) {
    suspend fun tokens(): TokenResponse = (polls().first { it is Poll.Granted } as Poll.Granted).tokens

    /** A cold flow: each collection polls by itself, and the cancellation of the collector ends it. */
    fun polls(): Flow<Poll> =
        flow {
            coroutineScope {
                val deadline = launch { delay(lifetime.toKotlinDuration()) }
                val rounds = Rounds()
                do {
                    val poll = rounds.next(deadline)
                    if (poll == null) {
                        // the deadline ends with its parent too, and may be the first to see that
                        ensureActive()
                        throw expired()
                    }
                    emit(poll)
                } while (poll !is Poll.Granted)
                deadline.end()
            }
        }

    private fun expired() =
        TransportException(
            ErrorCode.TIMEOUT,
            "nobody decided within the ${lifetime.seconds} seconds that the server gave: start anew",
        )

    private sealed class Asked {
        class Answered(
            val answer: Answer,
        ) : Asked()

        class Refused(
            val poll: Poll,
        ) : Asked()
    }

    private inner class Rounds {
        private var pause = interval.coerceIn(SHORTEST_INTERVAL, LONGEST_INTERVAL)
        private var failures = 0

        /** Until it has come, or for good where it never does. */
        private var signal = ping
        private var wait = pause

        /** Null where [deadline] is over first. */
        suspend fun next(deadline: Job): Poll? {
            var asked: Asked? = null
            coroutineScope {
                // awaited, not joined: what cancels the asking, and is not the caller, must not end it in silence
                val round =
                    async {
                        awaitTurn()
                        asked = ask()
                    }
                select {
                    round.onAwait {}
                    deadline.onJoin { round.end() }
                }
            }
            // tokens that were issued are not thrown away because their signature takes a while to check
            return when (val outcome = asked) {
                null -> null
                is Asked.Answered -> Poll.Granted(accept(outcome.answer))
                is Asked.Refused -> outcome.poll
            }
        }

        /** Waits until [wait] is over, or, once, until the signal comes; one that is cancelled does not. */
        private suspend fun awaitTurn() {
            val signal = signal ?: return delay(wait.toKotlinDuration())
            withTimeoutOrNull(wait.toKotlinDuration()) {
                signal.join()
                if (signal.isCancelled) awaitCancellation()
                this@Rounds.signal = null
            }
        }

        private suspend fun ask(): Asked =
            try {
                Asked.Answered(request())
            } catch (e: OAuthException) {
                Asked.Refused(afterFailure(e))
            }

        /** Throws [e] where it ends the polling. */
        private fun afterFailure(e: OAuthException): Poll =
            when (e) {
                is ResponseBodyException -> afterRefusal(e, e.error, e.status, e.retryAfter)
                is InvalidResponseException -> afterRefusal(e, messageOf(e), e.status, e.retryAfter)
                is TransportException -> failed(e, null)
                else -> throw e
            }

        private fun afterRefusal(
            e: OAuthException,
            error: String?,
            status: Int?,
            retryAfter: String?,
        ): Poll =
            when {
                error == "authorization_pending" -> pending(retryAfter)
                error == "slow_down" -> {
                    // RFC 8628 §3.5: 5 seconds more, for this and all later requests
                    pause += SLOW_DOWN
                    pending(retryAfter)
                }
                isPassing(status) -> failed(e, retryAfter)
                else -> throw e
            }

        /** Some servers, as Twitch, say in `message` what belongs in `error`. */
        private fun messageOf(e: InvalidResponseException): String? =
            if (e.status == BAD_REQUEST) text((parseErrorJson(e.body) as? JsonObject)?.get("message")) else null

        private fun isPassing(status: Int?): Boolean = status == TOO_MANY_REQUESTS || status in SERVER_ERRORS

        private fun pending(retryAfter: String?): Poll {
            failures = 0
            wait = atLeast(pause, retryAfter)
            return Poll.Pending(wait)
        }

        /** RFC 8628 §3.5: where the server does not answer the client must slow down, exponentially. */
        private fun failed(
            e: OAuthException,
            retryAfter: String?,
        ): Poll {
            failures = minOf(failures + 1, MOST_DOUBLINGS)
            wait = atLeast(pause.multipliedBy(1L shl failures), retryAfter)
            return Poll.Failed(e, wait)
        }

        private fun atLeast(
            wait: Duration,
            retryAfter: String?,
        ): Duration = maxOf(wait, retryAfter?.let { RetryAfter.parse(it, clock.instant()) } ?: Duration.ZERO)
    }

    companion object {
        /** RFC 8628 §3.2: where the server names no interval. */
        val DEFAULT_INTERVAL: Duration = Duration.ofSeconds(5)

        private val SLOW_DOWN: Duration = Duration.ofSeconds(5)
        private const val BAD_REQUEST = 400
        private const val TOO_MANY_REQUESTS = 429
        private val SERVER_ERRORS = 500..599
        private const val MOST_DOUBLINGS = 10

        private val SHORTEST_INTERVAL: Duration = Duration.ofSeconds(1)

        /** Far beyond every lifetime; a server's larger number would overflow. */
        private val LONGEST_INTERVAL: Duration = Duration.ofDays(365)
    }
}
