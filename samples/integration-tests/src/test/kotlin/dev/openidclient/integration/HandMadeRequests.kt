package dev.openidclient.integration

import dev.openidclient.samples.server.Callback
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.jsonObject
import java.net.URI
import java.net.URLDecoder
import java.net.URLEncoder
import java.net.http.HttpClient
import java.net.http.HttpRequest
import java.net.http.HttpRequest.BodyPublishers
import java.net.http.HttpResponse.BodyHandlers
import java.security.MessageDigest
import java.util.Base64
import javax.net.ssl.SSLContext

/** Protocol requests written out by hand, which prove the servers without the library. */
internal class HandMadeRequests(
    issuer: String,
    tls: SSLContext = SSLContext.getDefault(),
) {
    private val http: HttpClient = HttpClient.newBuilder().sslContext(tls).build()

    val metadata: JsonObject = get("$issuer/.well-known/openid-configuration")

    fun authorizationUrl(
        clientId: String,
        vararg parameters: Pair<String, String>,
    ): String {
        val challenge = MessageDigest.getInstance("SHA-256").digest(VERIFIER.encodeToByteArray())
        val all =
            mapOf(
                "response_type" to "code",
                "client_id" to clientId,
                "redirect_uri" to Application.CALLBACK,
                "scope" to "openid email",
                "state" to "a-state",
                "nonce" to "a-nonce",
                "code_challenge" to Base64.getUrlEncoder().withoutPadding().encodeToString(challenge),
                "code_challenge_method" to "S256",
            ) + parameters
        return metadata.string("authorization_endpoint") + "?" + form(all)
    }

    /** The token response for the code in [callback]; the client authenticates by `client_secret_post`, or not at all. */
    fun redeem(
        callback: Callback,
        clientId: String,
        secret: String?,
    ): JsonObject =
        token(
            clientId,
            secret,
            "grant_type" to "authorization_code",
            "code" to parameters(callback).getValue("code"),
            "redirect_uri" to Application.CALLBACK,
            "code_verifier" to VERIFIER,
        )

    fun token(
        clientId: String,
        secret: String?,
        vararg parameters: Pair<String, String>,
    ): JsonObject = post(metadata.string("token_endpoint"), clientId, secret, *parameters)

    fun post(
        url: String,
        clientId: String,
        secret: String?,
        vararg parameters: Pair<String, String>,
    ): JsonObject {
        val own = mapOf("client_id" to clientId) + if (secret == null) emptyMap() else mapOf("client_secret" to secret)
        return json(
            HttpRequest
                .newBuilder(URI(url))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(form(own + parameters))),
        )
    }

    fun get(
        url: String,
        accessToken: String? = null,
    ): JsonObject {
        val request = HttpRequest.newBuilder(URI(url)).GET()
        accessToken?.let { request.header("Authorization", "Bearer $it") }
        return json(request)
    }

    /** The parameters of the answer, from wherever the response mode put them. */
    fun parameters(callback: Callback): Map<String, String> =
        (callback.formBody() ?: callback.url().substringAfterLast('#', callback.url().substringAfter('?')))
            .split('&')
            .associate { decode(it.substringBefore('=')) to decode(it.substringAfter('=')) }

    fun endSessionUrl(idToken: String): String =
        metadata.string("end_session_endpoint") + "?" +
            form(mapOf("id_token_hint" to idToken, "post_logout_redirect_uri" to Application.SIGNED_OUT))

    private fun json(request: HttpRequest.Builder): JsonObject =
        Json.parseToJsonElement(http.send(request.build(), BodyHandlers.ofString()).body()).jsonObject

    private fun form(parameters: Map<String, String>): String =
        parameters.entries.joinToString("&") { (name, value) -> "$name=${URLEncoder.encode(value, Charsets.UTF_8)}" }

    private fun decode(value: String): String = URLDecoder.decode(value, Charsets.UTF_8)

    private companion object {
        const val VERIFIER = "a-verifier-that-is-long-enough-for-rfc-7636-section-4.1"
    }
}

internal fun deviceGrant(deviceCode: String): Array<Pair<String, String>> =
    arrayOf("grant_type" to "urn:ietf:params:oauth:grant-type:device_code", "device_code" to deviceCode)
