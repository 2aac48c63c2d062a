package dev.openidclient.testing

import dev.openidclient.client.Connection
import dev.openidclient.client.ConnectionSettings
import dev.openidclient.http.HttpRequest
import dev.openidclient.http.HttpResponse
import dev.openidclient.http.HttpTransport

/** Answers each URL of [documents] with its document, and all others with 404. */
class Documents(
    private val documents: Map<String, HttpResponse>,
) {
    constructor(vararg documents: Pair<String, String>) :
        this(documents.toMap().mapValues { (_, body) -> response(body) })

    private val recording =
        RecordingTransport { request -> documents[request.url] ?: response("not found", 404, "text/plain") }

    val transport: HttpTransport get() = recording

    /** What was asked, in this order. */
    val asked: List<String> get() = recording.requests.map { it.url }

    val requests: List<HttpRequest> get() = recording.requests

    fun connection(configure: ConnectionSettings.() -> Unit = {}): Connection =
        Connection.open {
            transport = recording
            clock = FIXED_CLOCK
            configure()
        }
}
