package dev.openidclient.benchmarks.loop

import io.ktor.client.HttpClient
import io.ktor.client.request.header
import io.ktor.client.request.post
import io.ktor.client.request.setBody
import io.ktor.client.statement.bodyAsText
import io.ktor.http.ContentType
import io.ktor.http.HttpHeaders
import io.ktor.http.HttpStatusCode
import io.ktor.http.content.ByteArrayContent
import kotlinx.coroutines.future.await
import kotlinx.coroutines.withTimeout
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.jsonObject
import kotlinx.serialization.json.jsonPrimitive
import java.net.URI
import java.net.http.HttpRequest
import java.net.http.HttpRequest.BodyPublishers
import java.net.http.HttpResponse.BodyHandlers
import java.time.Duration
import java.util.Base64
import kotlin.time.Duration.Companion.seconds
import java.net.http.HttpClient as JdkClient

/** The floor: a token request as one would write it without a library, on one HTTP engine. */
internal fun interface TokenExchange {
    /** The answer to [form], which must be of status 200. */
    suspend fun post(form: String): JsonObject
}

/** What a token request has at [endpoint], made once. */
internal class TokenRequest(
    val endpoint: URI,
    algorithm: SigningAlgorithm,
    secret: String,
) {
    val authorization: String =
        "Basic " + Base64.getEncoder().encodeToString("${algorithm.clientId}:$secret".encodeToByteArray())

    companion object {
        const val CLIENT_CREDENTIALS: String = "grant_type=client_credentials&scope=orders%3Aread"
        const val CONTENT_TYPE: String = "application/x-www-form-urlencoded;charset=UTF-8"
        const val ACCEPT: String = "application/json"
        const val USER_AGENT: String = "benchmark"

        /** The library's default. */
        const val TIMEOUT_SECONDS: Long = 30
    }
}

internal fun JsonObject.text(name: String): String = getValue(name).jsonPrimitive.content

/** On the JDK's own client. */
internal class JdkTokenExchange(
    private val client: JdkClient,
    private val request: TokenRequest,
) : TokenExchange {
    override suspend fun post(form: String): JsonObject {
        val builder =
            HttpRequest
                .newBuilder(request.endpoint)
                .timeout(Duration.ofSeconds(TokenRequest.TIMEOUT_SECONDS))
                .header("accept", TokenRequest.ACCEPT)
                .header("authorization", request.authorization)
                .header("content-type", TokenRequest.CONTENT_TYPE)
                .header("user-agent", TokenRequest.USER_AGENT)
                .POST(BodyPublishers.ofString(form))
        // as the library: without the offer of HTTP/2
        if (request.endpoint.scheme == "http") builder.version(JdkClient.Version.HTTP_1_1)
        val response = client.sendAsync(builder.build(), BodyHandlers.ofString()).await()
        check(response.statusCode() == HttpStatusCode.OK.value) { "status ${response.statusCode()}" }
        return Json.parseToJsonElement(response.body()).jsonObject
    }
}

/** On a Ktor engine. */
internal class KtorTokenExchange(
    private val client: HttpClient,
    private val request: TokenRequest,
) : TokenExchange {
    private val endpoint = request.endpoint.toString()

    override suspend fun post(form: String): JsonObject =
        withTimeout(TokenRequest.TIMEOUT_SECONDS.seconds) {
            val response =
                client.post(endpoint) {
                    header(HttpHeaders.Accept, TokenRequest.ACCEPT)
                    header(HttpHeaders.Authorization, request.authorization)
                    header(HttpHeaders.UserAgent, TokenRequest.USER_AGENT)
                    setBody(ByteArrayContent(form.encodeToByteArray(), FORM))
                }
            check(response.status == HttpStatusCode.OK) { "status ${response.status}" }
            Json.parseToJsonElement(response.bodyAsText()).jsonObject
        }

    private companion object {
        val FORM: ContentType = ContentType.parse(TokenRequest.CONTENT_TYPE)
    }
}
