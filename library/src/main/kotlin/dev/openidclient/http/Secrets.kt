package dev.openidclient.http

import dev.openidclient.error.MASK
import dev.openidclient.jose.Base64Url

/** The values of a request that no message may repeat, even where the server's answer does. */
internal class Secrets private constructor(
    find: () -> List<String>,
) {
    /** Most answers need no message. */
    private val values: List<String> by lazy(LazyThreadSafetyMode.PUBLICATION, find)

    fun mask(text: String): String = values.fold(text) { masked, value -> masked.replace(value, MASK) }

    companion object {
        private const val SHORTEST_SECRET = 4

        private val HARMLESS_PARAMETERS =
            setOf("client_id", "grant_type", "redirect_uri", "resource", "response_type", "scope", "token_type_hint")

        /** Of a callback. */
        fun of(callback: Parameters): Secrets =
            Secrets { CALLBACK_SECRETS.flatMap(callback::all).filter { it.length >= SHORTEST_SECRET } }

        private val CALLBACK_SECRETS = listOf("code", "state", "id_token", "access_token")

        val NONE: Secrets = Secrets(::emptyList)

        fun of(request: HttpRequest): Secrets = Secrets { find(request) }

        private fun find(request: HttpRequest): List<String> {
            val parameters = request.body?.parameters?.toMap().orEmpty()
            val secrets =
                parameters.filterKeys { it !in HARMLESS_PARAMETERS }.values.flatten() +
                    request.headers["authorization"]?.let(::credentials).orEmpty() +
                    request.headers.all("dpop")
            return secrets.filter { it.length >= SHORTEST_SECRET }.sortedByDescending(String::length)
        }

        /**
         * The credentials as they were sent; of the Basic scheme also the secret, escaped (RFC 6749 §2.3.1) and plain.
         */
        private fun credentials(authorization: String): List<String> {
            val sent = authorization.substringAfter(' ')
            if (!authorization.startsWith("Basic ", ignoreCase = true)) return listOf(sent)
            val secret = Base64Url.decode(sent)?.decodeToString()?.substringAfter(':').orEmpty()
            return listOf(sent, secret, FormEncoding.decode(secret))
        }
    }
}
