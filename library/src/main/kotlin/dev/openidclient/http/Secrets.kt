package dev.openidclient.http

import dev.openidclient.error.MASK
import dev.openidclient.jose.Base64Url
import dev.openidclient.json.parseJson
import dev.openidclient.json.text
import kotlinx.serialization.json.JsonObject

/** The values of a request and its answer that no message may repeat, even where the server's answer does. */
internal class Secrets private constructor(
    private val find: () -> List<String>,
) {
    @Volatile private var found: List<String>? = null

    /** Each in every spelling in which it may come; most answers need no message. */
    private val values: List<String> get() = found ?: spelled(find()).also { found = it }

    /** [text] with a mask in place of each secret, whatever its case: some text was made lower case on the way. */
    fun mask(text: String): String =
        values.fold(text) { masked, value -> masked.replace(value, MASK, ignoreCase = true) }

    /** Whether [text] repeats a secret. */
    fun isIn(text: String): Boolean = values.any { text.contains(it, ignoreCase = true) }

    companion object {
        private const val SHORTEST_SECRET = 4

        private val HARMLESS_PARAMETERS =
            setOf("client_id", "grant_type", "redirect_uri", "resource", "response_type", "scope", "token_type_hint")

        /** Any other may be a key: of the caller's own, or of a client authentication of its own. */
        private val HARMLESS_HEADERS =
            setOf(
                "accept",
                "accept-charset",
                "accept-encoding",
                "accept-language",
                "client-request-id",
                "content-language",
                "content-type",
                "traceparent",
                "tracestate",
                "user-agent",
                "x-correlation-id",
                "x-fapi-interaction-id",
                "x-request-id",
            )

        /** Words in the names of headers that hold something of the kind. */
        private val CREDENTIALS =
            listOf(
                "api",
                "assertion",
                "auth",
                "credential",
                "dpop",
                "jwt",
                "key",
                "pass",
                "secret",
                "session",
                "sign",
                "token",
            )

        private const val SHORTEST_OF_ANY_HEADER = 8

        private val CALLBACK_SECRETS = listOf("code", "state", "id_token", "access_token")

        /** Of the answers that issue something. */
        private val ANSWER_SECRETS =
            listOf(
                "access_token",
                "refresh_token",
                "id_token",
                "client_secret",
                "registration_access_token",
                "device_code",
                "auth_req_id",
                "user_code",
            )

        val NONE: Secrets = Secrets(::emptyList)

        /** Of a callback. */
        fun of(callback: Parameters): Secrets = Secrets { CALLBACK_SECRETS.flatMap(callback::all) }

        fun of(request: HttpRequest): Secrets = Secrets { sent(request) }

        fun of(
            request: HttpRequest,
            response: HttpResponse,
        ): Secrets = Secrets { sent(request) + received(response) }

        /** Of an answer that issues something. */
        fun ofAnswer(json: JsonObject): Secrets = Secrets { ANSWER_SECRETS.mapNotNull { text(json[it]) } }

        private fun sent(request: HttpRequest): List<String> {
            val parameters = request.body?.parameters?.toMap().orEmpty()
            return parameters.filterKeys { it !in HARMLESS_PARAMETERS }.values.flatten() + ofJson(request) +
                request.headers.names.filter { it !in HARMLESS_HEADERS }.flatMap { ofHeader(it, request) } +
                ofUrl(request.url)
        }

        /** As of a registration that is changed. */
        private fun ofJson(request: HttpRequest): List<String> {
            val body = request.body?.takeIf { it.contentType == MediaType.JSON } ?: return emptyList()
            val json = parseJson(body.contentUncopied().decodeToString()) as? JsonObject ?: return emptyList()
            return ANSWER_SECRETS.mapNotNull { text(json[it]) }
        }

        private fun ofHeader(
            name: String,
            request: HttpRequest,
        ): List<String> {
            val values = request.headers.all(name)
            return when (name) {
                "authorization" -> values.flatMap(::credentials)
                "cookie" -> values + values.flatMap { it.split(';') }.map { it.substringAfter('=').trim() }
                // of the kind "scheme credentials", as many a header for a key is
                else -> (values + values.map { it.substringAfter(' ') }).filter { isSecret(name, it, request) }
            }
        }

        /**
         * A short word in a header that is not named like a credential is no secret, but may be a part of what an
         * engine says, as of its exceptions' names. What stands in the URL, as a host in `origin`, is shown anyway.
         */
        private fun isSecret(
            name: String,
            value: String,
            request: HttpRequest,
        ): Boolean =
            CREDENTIALS.any { it in name } ||
                (value.length >= SHORTEST_OF_ANY_HEADER && !shownUrl(request.url).contains(value, ignoreCase = true))

        /** The query with its question mark, for it may be short, and its values; user information. */
        private fun ofUrl(url: String): List<String> {
            val query = url.substringBefore('#').substringAfter('?', "")
            val values =
                Parameters
                    .parse(query)
                    .toMap()
                    .filterKeys { it !in HARMLESS_PARAMETERS }
                    .values
                    .flatten()
            val user =
                url
                    .substringAfter("//", "")
                    .substringBefore('/')
                    .substringBefore('?')
                    .substringBeforeLast('@', "")
            return values + listOf("?$query", user, user.substringAfter(':'))
        }

        private fun received(response: HttpResponse): List<String> {
            val json = response.json as? JsonObject ?: return emptyList()
            return ANSWER_SECRETS.mapNotNull { text(json[it]) }
        }

        /**
         * The credentials as they were sent; of the Basic scheme also the secret, escaped (RFC 6749 §2.3.1) and plain.
         */
        private fun credentials(authorization: String): List<String> {
            val sent = authorization.substringAfter(' ')
            if (!authorization.startsWith("Basic ", ignoreCase = true)) return listOf(sent)
            val secret = Base64Url.decode(sent.trimEnd('='))?.decodeToString()?.substringAfter(':').orEmpty()
            return listOf(sent, sent.trimEnd('='), secret, FormEncoding.decode(secret))
        }

        private fun spelled(secrets: List<String>): List<String> =
            secrets
                .filter { it.length >= SHORTEST_SECRET }
                .flatMap(::spellings)
                .distinct()
                .sortedByDescending(String::length)

        private fun spellings(secret: String): List<String> {
            val form = FormEncoding.encode(secret)
            // RFC 3986 §2.3
            val percent = form.replace("+", "%20").replace("*", "%2A").replace("%7E", "~")
            return listOf(secret, form, percent)
        }
    }
}
