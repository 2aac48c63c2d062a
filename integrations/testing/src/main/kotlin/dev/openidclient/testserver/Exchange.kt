package dev.openidclient.testserver

import dev.openidclient.http.HttpRequest
import dev.openidclient.http.Parameters
import java.security.cert.X509Certificate

/** One request at the server, with what its connection shows. */
internal class Exchange(
    val request: HttpRequest,
    val certificate: X509Certificate?,
) {
    /** Without query and fragment. */
    val url: String = request.url.substringBefore('#').substringBefore('?')

    /** The thumbprint of the client certificate (RFC 8705 §3.1). */
    val certificateThumbprint: String? get() = certificate?.let { base64Url(Jca.sha256(it.encoded)) }

    /** The form of a POST; a parameter that comes twice is refused (RFC 6749 §3.1), but for those in [repeatable]. */
    fun form(vararg repeatable: String): Parameters {
        if (request.method != "POST") {
            throw Refusal("invalid_request", "the request must be a POST, but is a ${request.method}", NOT_ALLOWED)
        }
        val form = formOf(request) ?: invalidRequest("the body must be application/x-www-form-urlencoded")
        if (queryOf(request.url).names.any { it in SECRET }) invalidRequest("secrets must not stand in the URL")
        return form.requireSingle(repeatable.toSet())
    }

    private companion object {
        val SECRET = setOf("client_secret", "client_assertion", "code", "refresh_token")
    }
}

/** Without empty parameters, which count as absent (RFC 6749 §3.1). */
internal fun Parameters.requireSingle(repeatable: Set<String>): Parameters {
    val twice = names.filter { it !in repeatable && all(it).size > 1 }
    if (twice.isNotEmpty()) invalidRequest("a parameter must come once, but these came more often: $twice")
    return names.filter { this[it] == "" }.fold(this) { rest, name -> rest.without(name) }
}

internal fun Parameters.required(name: String): String = this[name] ?: invalidRequest("$name is absent")

internal fun scopesIn(text: String?): Set<String> = text.orEmpty().split(' ').filter { it.isNotEmpty() }.toSet()
