package dev.openidclient.testserver

import dev.openidclient.http.HttpResponse
import java.time.Duration

/** What goes wrong with one request. */
internal sealed class Fault {
    /** It does not arrive. */
    object Refused : Fault()

    /** It arrives, and this is the answer; nothing is processed. */
    class Answered(
        val response: HttpResponse,
    ) : Fault()

    /** Nothing happens until the other side gives up; nothing is processed. */
    object Hanging : Fault()

    /** It is processed after [before], and answered [after] later. */
    class Slow(
        val before: Duration,
        val after: Duration,
    ) : Fault()

    /** It is processed, and the answer does not come. */
    object Lost : Fault()

    /** It is processed, and half of the answer comes. */
    object Half : Fault()

    /** It is processed, and the answer is changed. */
    class Changed(
        val change: (HttpResponse) -> HttpResponse,
    ) : Fault()
}

/** What comes of a request: the form that the server has says it in its own way. */
internal sealed class Outcome {
    class Answer(
        val response: HttpResponse,
    ) : Outcome()

    /** There is no connection. */
    object Refused : Outcome()

    /** The connection ends without an answer. */
    object Lost : Outcome()

    /** The connection ends within [response]. */
    class Half(
        val response: HttpResponse,
    ) : Outcome()
}
