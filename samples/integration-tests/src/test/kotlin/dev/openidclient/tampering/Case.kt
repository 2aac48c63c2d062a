package dev.openidclient.tampering

import dev.openidclient.error.OAuthException
import dev.openidclient.http.HttpTransport
import kotlinx.coroutines.TimeoutCancellationException
import kotlinx.coroutines.withTimeout

/** One thing that the server does, and how the client must take it: [refusal] null is that it goes on. */
internal class Case(
    val subject: String,
    val name: String,
    val flow: Flow,
    val tampering: Tampering,
    val refusal: Refusal?,
) {
    override fun toString(): String = "$subject: $name"

    /** What was not as it must be, [through] that transport or the usual one; or null. */
    suspend fun problem(through: HttpTransport? = null): String? {
        val played =
            try {
                flow.played(tampering, through)
            } catch (e: OAuthException) {
                return "the flow does not work with the genuine server: ${describe(e)}"
            } catch (e: IllegalArgumentException) {
                return "the flow does not work with the genuine server: ${describe(e)}"
            }
        return played.use { judge(failureOf(it), it.replay) }
    }

    /** The same for a run that ended with [failure], or with none. */
    fun judge(
        failure: Throwable?,
        replay: Replay,
    ): String? =
        when {
            replay.strays.isNotEmpty() -> "the client asked for ${replay.strays}"
            tampering !== Tampering.NONE && !replay.isTampered -> "the tampering did not fire: ${describe(failure)}"
            refusal == null -> failure?.let { "expected no failure, but ${describe(it)}" }
            failure == null -> "expected $refusal, but nothing was refused"
            failure !is OAuthException || failure.javaClass != refusal.type || failure.code != refusal.code ->
                "expected $refusal, but ${describe(failure)}"
            tampering.endpoint == null && replay.asks(Endpoint.TOKEN) > 0 ->
                "the code was sent although the callback was refused"
            else -> unfit(failure, replay)
        }

    private fun unfit(
        failure: OAuthException,
        replay: Replay,
    ): String? =
        when {
            replay.secrets.shownBy(failure) != null -> "the failure shows a secret: ${describe(failure)}"
            failure.message.orEmpty().any(Char::isISOControl) -> "the message has control characters"
            failure.message.orEmpty().length > LONGEST_MESSAGE -> "the message is ${failure.message?.length} long"
            else -> null
        }

    @Suppress("TooGenericExceptionCaught") // whatever is thrown is what the case is about
    private suspend fun failureOf(played: Played): Throwable? =
        try {
            withTimeout(PATIENCE_MILLIS) { played.act() }
            null
        } catch (e: TimeoutCancellationException) {
            AssertionError("the client did not come to an end", e)
        } catch (e: Throwable) {
            e
        }

    private fun describe(failure: Throwable?): String =
        when (failure) {
            null -> "nothing failed"
            is OAuthException -> "${failure.javaClass.simpleName} ${failure.code}: ${failure.message}"
            else -> failure.stackTraceToString().take(SHOWN)
        }

    private companion object {
        const val PATIENCE_MILLIS = 20_000L
        const val LONGEST_MESSAGE = 2_000
        const val SHOWN = 900
    }
}

/** A table of cases about [subject]; a case is one line. */
internal class CaseTable(
    private val subject: String,
    private val flow: Flow,
) {
    val cases = mutableListOf<Case>()

    fun refused(
        name: String,
        refusal: Refusal,
        tampering: Tampering,
        flow: Flow = this.flow,
    ) {
        cases += Case(subject, name, flow, tampering, refusal)
    }

    fun accepted(
        name: String,
        tampering: Tampering,
        flow: Flow = this.flow,
    ) {
        cases += Case(subject, name, flow, tampering, null)
    }
}

internal fun table(
    subject: String,
    flow: Flow,
    fill: CaseTable.() -> Unit,
): List<Case> = CaseTable(subject, flow).apply(fill).cases
