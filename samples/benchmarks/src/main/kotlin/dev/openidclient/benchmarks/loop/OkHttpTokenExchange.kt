package dev.openidclient.benchmarks.loop

import io.ktor.http.HttpStatusCode
import kotlinx.coroutines.suspendCancellableCoroutine
import kotlinx.coroutines.withTimeout
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.jsonObject
import okhttp3.Call
import okhttp3.Callback
import okhttp3.MediaType.Companion.toMediaType
import okhttp3.OkHttpClient
import okhttp3.Request
import okhttp3.RequestBody.Companion.toRequestBody
import okhttp3.Response
import java.io.IOException
import kotlin.coroutines.resume
import kotlin.coroutines.resumeWithException
import kotlin.time.Duration.Companion.seconds

/** On OkHttp. */
internal class OkHttpTokenExchange(
    private val client: OkHttpClient,
    private val request: TokenRequest,
) : TokenExchange {
    private val endpoint = request.endpoint.toString()

    override suspend fun post(form: String): JsonObject =
        withTimeout(TokenRequest.TIMEOUT_SECONDS.seconds) {
            val call =
                client.newCall(
                    Request
                        .Builder()
                        .url(endpoint)
                        .header("accept", TokenRequest.ACCEPT)
                        .header("authorization", request.authorization)
                        .header("user-agent", TokenRequest.USER_AGENT)
                        .post(form.toByteArray().toRequestBody(FORM))
                        .build(),
                )
            Json.parseToJsonElement(call.body()).jsonObject
        }

    private companion object {
        val FORM = TokenRequest.CONTENT_TYPE.toMediaType()
    }
}

private suspend fun Call.body(): String =
    suspendCancellableCoroutine { continuation ->
        continuation.invokeOnCancellation { cancel() }
        enqueue(
            object : Callback {
                override fun onFailure(
                    call: Call,
                    e: IOException,
                ) = continuation.resumeWithException(e)

                override fun onResponse(
                    call: Call,
                    response: Response,
                ) {
                    val body = response.use { it.body.string() }
                    if (response.code == HttpStatusCode.OK.value) {
                        continuation.resume(body)
                    } else {
                        continuation.resumeWithException(IllegalStateException("status ${response.code}"))
                    }
                }
            },
        )
    }

/** What ends its threads and connections. */
internal fun OkHttpClient.shutDown(): AutoCloseable =
    AutoCloseable {
        dispatcher.executorService.shutdown()
        connectionPool.evictAll()
    }
