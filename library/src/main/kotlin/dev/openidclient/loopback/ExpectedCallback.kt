package dev.openidclient.loopback

import dev.openidclient.authorization.AuthorizationCallback
import dev.openidclient.authorization.AuthorizationRequest
import dev.openidclient.error.DecryptionException
import dev.openidclient.error.OAuthException
import dev.openidclient.http.MediaType
import dev.openidclient.http.Parameters
import dev.openidclient.jose.Base64Url
import dev.openidclient.jose.Decryption
import dev.openidclient.json.parseJson
import dev.openidclient.json.text
import kotlinx.serialization.json.JsonObject
import java.security.MessageDigest

/** A request that came to the loopback port. */
internal class LoopbackRequest(
    val method: String,
    /** What stands before the path, where something does (RFC 9112 §3.2.2). */
    val authority: String?,
    /** The `Host` headers. */
    val hosts: List<String>,
    /** As it came, with its escapes. */
    val path: String?,
    /** As it came; null where there is none. */
    val query: String?,
    val contentType: String?,
    /** The body; null where it is longer than a callback may be. */
    val body: () -> String?,
)

/** Which `Host` and path a callback has. */
internal class LoopbackAddress(
    host: LoopbackHost,
    port: Int,
    private val path: String,
) {
    private val authorities =
        names(host).flatMap { name ->
            listOf("$name:$port") + if (port == HTTP_PORT) listOf(name) else emptyList()
        }

    /** The redirect URI. */
    val uri: String = "http://${host.text}${if (port == HTTP_PORT) "" else ":$port"}$path"

    /** Why [request] is no callback, whatever is waited for; null where it may be one. */
    fun refusal(request: LoopbackRequest): LoopbackAnswer? =
        when {
            // a page whose own name was made to point here is a stranger (DNS rebinding)
            request.hosts.size != 1 || (request.hosts + listOfNotNull(request.authority)).any { it !in authorities } ->
                LoopbackAnswer.ANOTHER_HOST
            request.path != path -> LoopbackAnswer.NO_SUCH_PAGE
            request.method != GET && request.method != POST -> LoopbackAnswer.NO_SUCH_METHOD
            else -> null
        }

    companion object {
        const val GET: String = "GET"
        const val POST: String = "POST"
        private const val HTTP_PORT = 80

        private fun names(host: LoopbackHost): List<String> =
            when (host) {
                LoopbackHost.IPV4 -> listOf(host.text)
                LoopbackHost.LOCALHOST -> listOf(host.text, "127.0.0.1", "[::1]")
            }
    }
}

/** A request that is the callback, or, where its response is [encrypted], may be: that must be opened first. */
internal class Arrival(
    val callback: AuthorizationCallback,
    val encrypted: String? = null,
)

/** The callback of [authorization]. */
internal class ExpectedCallback(
    authorization: AuthorizationRequest,
) {
    private val state = authorization.pending.state.encodeToByteArray()
    private val openResponse = authorization.openResponse

    /** What [request] to [uri] brings; null where it is the callback of another sign-in, or none at all. */
    fun of(
        request: LoopbackRequest,
        uri: String,
    ): Arrival? {
        val isForm = request.method == LoopbackAddress.POST
        val encoded = if (isForm) formOf(request) else request.query
        val parameters = encoded?.let(Parameters::parse) ?: return null
        val encrypted = if (openResponse == null) null else responseIn(parameters)?.takeIf(Decryption::isJwe)
        if (encrypted == null && !isOwn(parameters)) return null
        val callback =
            if (isForm) AuthorizationCallback.formPost(uri, parameters) else AuthorizationCallback.url("$uri?$encoded")
        return Arrival(callback, encrypted)
    }

    /** Whether the response that is [encrypted] is for this sign-in. Throws [OAuthException] where no key opens it. */
    suspend fun isOwn(encrypted: String): Boolean {
        val opened = openResponse?.invoke(encrypted)
        if (opened == encrypted) {
            throw DecryptionException(
                "the authorization response is encrypted, but the client has no key to open it: give it one with " +
                    "decryption(…) in the settings, or register it without \"authorization_encrypted_response_alg\"",
            )
        }
        return isOwnState(opened?.takeUnless(Decryption::isJwe)?.let(::stateIn))
    }

    private fun formOf(request: LoopbackRequest): String? =
        if (MediaType.of(request.contentType) == MediaType.FORM) request.body() else null

    private fun isOwn(parameters: Parameters): Boolean =
        isOwnState(
            if (openResponse == null) {
                parameters.all("state").singleOrNull()
            } else {
                responseIn(parameters)?.let(::stateIn)
            },
        )

    private fun responseIn(parameters: Parameters): String? = parameters.all("response").singleOrNull()

    /** Of a JWT that is not verified yet: it says only that the response is for this sign-in, if it is one at all. */
    private fun stateIn(response: String): String? {
        val claims = Base64Url.decode(response.substringAfter('.', "").substringBefore('.'))?.let(::parseJson)
        return (claims as? JsonObject)?.get("state")?.let(::text)
    }

    private fun isOwnState(found: String?): Boolean =
        found != null && MessageDigest.isEqual(found.encodeToByteArray(), state)
}
