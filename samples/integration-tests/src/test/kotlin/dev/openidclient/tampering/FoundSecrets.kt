package dev.openidclient.tampering

import dev.openidclient.http.Parameters
import kotlinx.serialization.SerializationException
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import java.io.PrintWriter
import java.io.StringWriter
import java.net.URLDecoder
import java.util.Base64
import java.util.concurrent.ConcurrentHashMap

/** Every secret that passed the proxy: no failure may show one. */
internal class FoundSecrets(
    known: FoundSecrets? = null,
) {
    private val values: MutableSet<String> =
        ConcurrentHashMap.newKeySet<String>().apply {
            known?.let { addAll(it.values) }
        }

    fun addAll(
        asked: Asked,
        answer: Answer,
    ) {
        if ("form" in asked.headers["content-type"].orEmpty()) addAll(asked.form)
        asked.headers["authorization"]?.let(::addCredentials)
        asked.headers["dpop"]?.let(::add)
        val members = parsed(answer.text) ?: return
        for (name in SECRET) (members[name] as? JsonPrimitive)?.takeIf { it.isString }?.let { add(it.content) }
    }

    fun addAll(parameters: Parameters) {
        for (name in SECRET) parameters.all(name).forEach(::add)
    }

    /** Which secret [failure] shows, or its causes and what it suppresses, or null. */
    fun shownBy(failure: Throwable): String? {
        val shown = StringWriter().also { failure.printStackTrace(PrintWriter(it)) }.toString()
        return values.firstOrNull { it in shown }
    }

    private fun add(value: String) {
        if (value.length >= SHORTEST) values += value
    }

    private fun addCredentials(authorization: String) {
        val sent = authorization.substringAfter(' ')
        add(sent)
        if (!authorization.startsWith("Basic ")) return
        val secret = Base64.getDecoder().decode(sent).decodeToString().substringAfter(':')
        add(secret)
        add(URLDecoder.decode(secret, Charsets.UTF_8))
    }

    private fun parsed(text: String): JsonObject? =
        try {
            Json.parseToJsonElement(text) as? JsonObject
        } catch (_: SerializationException) {
            null
        } catch (_: StackOverflowError) {
            null // lists without end
        }

    private companion object {
        const val SHORTEST = 8
        val SECRET =
            listOf(
                "access_token",
                "auth_req_id",
                "client_assertion",
                "client_secret",
                "code",
                "code_verifier",
                "device_code",
                "id_token",
                "nonce",
                "refresh_token",
                "registration_access_token",
                "request",
                "response",
                "state",
                "token",
                "user_code",
            )
    }
}
