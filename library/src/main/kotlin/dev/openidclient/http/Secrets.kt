package dev.openidclient.http

import dev.openidclient.error.MASK

/** The values of a request that no message may repeat, even where the server's answer does. */
internal class Secrets private constructor(
    private val values: List<String>,
) {
    fun mask(text: String): String = values.fold(text) { masked, value -> masked.replace(value, MASK) }

    companion object {
        private const val SHORTEST_SECRET = 4

        private val HARMLESS_PARAMETERS =
            setOf("client_id", "grant_type", "redirect_uri", "resource", "response_type", "scope", "token_type_hint")

        val NONE: Secrets = Secrets(emptyList())

        fun of(request: HttpRequest): Secrets {
            val parameters = request.body?.parameters?.toMap().orEmpty()
            val credentials = request.headers["authorization"]?.substringAfter(' ')
            val secrets = parameters.filterKeys { it !in HARMLESS_PARAMETERS }.values.flatten() + listOfNotNull(credentials)
            return Secrets(secrets.filter { it.length >= SHORTEST_SECRET }.sortedByDescending(String::length))
        }
    }
}
