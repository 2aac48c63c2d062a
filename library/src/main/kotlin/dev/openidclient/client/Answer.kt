package dev.openidclient.client

import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.OAuthException
import dev.openidclient.error.Reached
import dev.openidclient.http.HttpRequest
import dev.openidclient.http.HttpResponse
import dev.openidclient.http.Secrets

/** An answer with the request that it answers: whatever [read] finds wrong says both. */
internal class Answer(
    private val request: HttpRequest,
    val response: HttpResponse,
) {
    /** What no message may repeat: of the request, and of the answer. */
    val secrets: Secrets = Secrets.of(request, response)

    /** What [read] makes of the answer; where that fails, the failure says whose answer it is, and then [hint]. */
    inline fun <T> read(
        hint: (OAuthException) -> String = { "" },
        read: HttpResponse.(Secrets) -> T,
    ): T =
        try {
            response.read(secrets)
        } catch (e: OAuthException) {
            throw failure(e, hint(e))
        }

    fun failure(
        e: OAuthException,
        hint: String,
    ): OAuthException {
        // of another request on the way, as for the server's keys: but this one was answered
        if (e.request != null) return e.retold(reached = Reached.ANSWERED)
        val whole =
            if (e is InvalidResponseException && e.status == null) e.of(response.status, response.content()) else e
        val shown = request.shown
        return whole.retold("$shown: ${e.text}$hint", Reached.ANSWERED, shown)
    }
}

/** Whatever [prepare] throws was before the request of the operation: what may be sent only once is not used up. */
internal inline fun <T> beforeSending(prepare: () -> T): T =
    try {
        prepare()
    } catch (e: OAuthException) {
        throw e.retold(reached = Reached.NO)
    }

/** An [operation] that sends; what fails without a word about how far its request came, failed before that. */
internal inline fun <T> sending(operation: () -> T): T =
    try {
        operation()
    } catch (e: OAuthException) {
        throw if (e.reached == null) e.retold(reached = Reached.NO) else e
    }
