package dev.openidclient.http

import java.util.Locale

/**
 * Media types, compared as [RFC 9110 §8.3.1](https://www.rfc-editor.org/rfc/rfc9110#section-8.3.1) says: without case
 * and parameters.
 */
internal object MediaType {
    const val JSON: String = "application/json"
    const val JWK_SET: String = "application/jwk-set+json"
    const val JWT: String = "application/jwt"
    const val INTROSPECTION_JWT: String = "application/token-introspection+jwt"
    const val FORM: String = "application/x-www-form-urlencoded"

    /** Whether [contentType] may stand in a `Content-Type` header. */
    fun isValid(contentType: String): Boolean {
        val type = contentType.substringBefore(';')
        val (name, subtype) = type.trimEnd().let { it.substringBefore('/') to it.substringAfter('/', "") }
        val isTyped = isToken(name) && isToken(subtype) && isFieldValue(type)
        return isTyped && PARAMETERS.matches(contentType.substring(type.length))
    }

    /** `type/subtype` of a `Content-Type` header, or null where there is none. */
    fun of(contentType: String?): String? = contentType?.substringBefore(';')?.trim()?.lowercase(Locale.ROOT)

    /** RFC 9110 §5.6.6, where a parameter may be missing; nothing of a long text is looked at twice. */
    private val PARAMETERS =
        Regex(
            """(?:;[ \t]*+(?:[!#-'*+.0-9A-Z^-z|~\-]++=(?:[!#-'*+.0-9A-Z^-z|~\-]++|""" +
                """"(?:[\t !#-\[\]-~\x80-\x{10FFFF}]|\\[\t -~\x80-\x{10FFFF}])*+"))?+[ \t]*+)*+""",
        )
}

internal val HttpResponse.mediaType: String? get() = MediaType.of(headers["content-type"])
