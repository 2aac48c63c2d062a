package dev.openidclient.samples.docs.providers

import dev.openidclient.authorization.AuthorizationRequest
import dev.openidclient.http.HttpHeaders
import dev.openidclient.http.HttpRequest
import dev.openidclient.http.HttpResponse
import dev.openidclient.http.HttpTransport
import dev.openidclient.http.Parameters
import dev.openidclient.jose.JwkSet
import dev.openidclient.jose.JwsAlgorithm
import dev.openidclient.jose.SigningKey
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonNull
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import java.time.Instant
import java.util.Base64
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.CopyOnWriteArrayList
import javax.crypto.Mac
import javax.crypto.spec.SecretKeySpec

/**
 * A provider that gives the answers of its documentation: for each URL those of the script in turn, the last one again
 * and again. What is not in the script fails the test.
 */
internal class ScriptedProvider(
    private val issuer: String,
    private val clientId: String,
) : HttpTransport {
    private class Script {
        private val answers = ArrayDeque<HttpResponse>()
        private var isFirstGiven = false

        @Synchronized
        fun add(answer: HttpResponse) {
            answers += answer
        }

        @Synchronized
        fun next(): HttpResponse {
            if (isFirstGiven && answers.size > 1) answers.removeFirst()
            isFirstGiven = true
            return answers.first()
        }
    }

    private val scripts = ConcurrentHashMap<String, Script>()
    val requests = CopyOnWriteArrayList<HttpRequest>()

    /** `RS256`, as nearly all of them sign. */
    val key: SigningKey = keyPair("key-1")

    /** The metadata, under the issuer, which is added. */
    fun discovery(
        vararg members: Pair<String, Any?>,
        url: String = "$issuer/.well-known/openid-configuration",
    ): ScriptedProvider = answer(url, json("issuer" to issuer, *members))

    fun keys(
        url: String,
        vararg keys: SigningKey = arrayOf(key),
    ): ScriptedProvider = answer(url, JwkSet.of(keys.map { it.publicJwk }).json)

    fun answer(
        url: String,
        body: JsonObject,
        status: Int = 200,
    ): ScriptedProvider = answer(url, body.toString(), status)

    fun answer(
        url: String,
        body: String,
        status: Int = 200,
        contentType: String = "application/json; charset=utf-8",
        vararg headers: Pair<String, String>,
    ): ScriptedProvider =
        apply {
            val all = HttpHeaders.of("content-type" to contentType, *headers)
            scripts.computeIfAbsent(url) { Script() }.add(HttpResponse(status, all, body.encodeToByteArray()))
        }

    override suspend fun send(request: HttpRequest): HttpResponse {
        requests += request
        val url = request.url.substringBefore('?')
        return checkNotNull(scripts[url]) { "not in the script: ${request.method} $url" }.next()
    }

    fun lastTo(url: String): HttpRequest = requests.last { it.url.substringBefore('?') == url }

    fun formTo(url: String): Parameters = checkNotNull(lastTo(url).body?.parameters) { "no form to $url" }

    /** An ID Token for [request] with the claims that each must have, and [claims]; null takes one away. */
    suspend fun idToken(
        request: AuthorizationRequest,
        vararg claims: Pair<String, Any?>,
        signedBy: SigningKey = key,
    ): String = idToken("nonce" to request.parameters["nonce"], *claims, signedBy = signedBy)

    suspend fun idToken(
        vararg claims: Pair<String, Any?>,
        signedBy: SigningKey = key,
    ): String = signedBy.jwt(claims(*claims))

    /** One whose signature is made with the client secret (`HS256`). */
    fun idTokenWithSecret(
        secret: String,
        vararg claims: Pair<String, Any?>,
    ): String {
        val input = "${encode(json("alg" to "HS256", "typ" to "JWT"))}.${encode(claims(*claims))}"
        val mac = Mac.getInstance("HmacSHA256").apply { init(SecretKeySpec(secret.encodeToByteArray(), "HmacSHA256")) }
        return "$input.${encode(mac.doFinal(input.encodeToByteArray()))}"
    }

    private fun claims(vararg claims: Pair<String, Any?>): JsonObject {
        val now = Instant.now().epochSecond
        val usual = arrayOf("iss" to issuer, "aud" to clientId, "iat" to now, "exp" to now + LIFETIME_SECONDS)
        return JsonObject(json(*usual, *claims).filterValues { it !is JsonNull })
    }

    companion object {
        private const val LIFETIME_SECONDS = 600

        fun keyPair(keyId: String): SigningKey = SigningKey.generate(JwsAlgorithm.RS256, keyId)
    }
}

/** The URL that the browser comes back to after [AuthorizationRequest.url], with [parameters] beside code and state. */
internal fun AuthorizationRequest.callback(vararg parameters: Pair<String, String>): String {
    val all = Parameters.of("code" to "the-code", "state" to parameters().getValue("state"), *parameters)
    return "${parameters().getValue("redirect_uri")}?${all.encode()}"
}

/** All parameters, each of which comes once. */
internal fun AuthorizationRequest.parameters(): Map<String, String> = parameters.toMap().mapValues { it.value.single() }

internal val String.query: Parameters get() = Parameters.parse(substringAfter('?', ""))

internal fun json(vararg members: Pair<String, Any?>): JsonObject =
    JsonObject(members.associate { it.first to of(it.second) })

private fun of(value: Any?): JsonElement =
    when (value) {
        null -> JsonNull
        is JsonElement -> value
        is Number -> JsonPrimitive(value)
        is Boolean -> JsonPrimitive(value)
        is List<*> -> JsonArray(value.map(::of))
        else -> JsonPrimitive(value.toString())
    }

internal suspend fun SigningKey.jwt(claims: JsonObject): String {
    val input = "${encode(json("alg" to algorithm.identifier, "kid" to keyId))}.${encode(claims)}"
    return "$input.${encode(sign(input.encodeToByteArray()))}"
}

/** The claims of a JWT, unchecked. */
internal fun payloadOf(jwt: String): JsonObject = part(jwt, 1)

internal fun headerOf(jwt: String): JsonObject = part(jwt, 0)

private fun part(
    jwt: String,
    index: Int,
): JsonObject {
    val text = Base64.getUrlDecoder().decode(jwt.split('.')[index]).decodeToString()
    return Json.parseToJsonElement(text) as JsonObject
}

private fun encode(json: JsonObject): String = encode(json.toString().encodeToByteArray())

private fun encode(bytes: ByteArray): String = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes)
