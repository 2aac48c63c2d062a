package dev.openidclient.testserver

import dev.openidclient.http.HttpRequest
import dev.openidclient.http.Parameters

/** A request that came to the server. `toString` shows names only, no value that may be a secret. */
public class RecordedRequest internal constructor(
    /** [TestEndpoint.name] of the endpoint that it went to; null where there is none at that URL. */
    public val endpoint: String?,
    /** As it was sent; its `toString` shows no secret. */
    public val request: HttpRequest,
) {
    public val method: String get() = request.method

    /** With its query. */
    public val url: String get() = request.url

    /** The parameters of the form in its body, or else those of its query. */
    public val parameters: Parameters = formOf(request) ?: queryOf(request.url)

    /** The status of the answer; null while there is none, or where none was given. */
    @Volatile
    public var status: Int? = null
        internal set

    /** The parameter [name]; null where it is absent. */
    public fun parameter(name: String): String? = parameters[name]

    /** The header [name]; null where it is absent. */
    public fun header(name: String): String? = request.headers[name]

    override fun toString(): String =
        "RecordedRequest($method ${url.substringBefore('?')}, $parameters, ${status ?: "no answer"})"
}

private const val FORM_TYPE = "application/x-www-form-urlencoded"

/** The form in the body; null where there is none. */
internal fun formOf(request: HttpRequest): Parameters? {
    val body = request.body ?: return null
    return body.parameters
        ?: Parameters.parse(body.bytes().decodeToString()).takeIf { body.contentType.startsWith(FORM_TYPE) }
}

internal fun queryOf(url: String): Parameters =
    Parameters.parse(url.substringBefore('#').substringAfter('?', missingDelimiterValue = ""))
