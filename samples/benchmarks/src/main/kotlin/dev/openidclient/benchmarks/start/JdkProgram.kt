package dev.openidclient.benchmarks.start

import kotlinx.coroutines.future.await
import kotlinx.coroutines.runBlocking
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.jsonObject
import kotlinx.serialization.json.jsonPrimitive
import java.net.URI
import java.net.URLEncoder
import java.net.http.HttpClient
import java.net.http.HttpRequest
import java.net.http.HttpResponse.BodyHandlers

/** The same program as [LibraryProgram], written by hand on `java.net.http`: the floor of what Ktor itself costs. */
object JdkProgram {
    private val client: HttpClient = HttpClient.newHttpClient()

    @JvmStatic
    fun main(arguments: Array<String>) {
        val issuer = arguments[0]
        runBlocking {
            val metadata = json(request("$issuer$WELL_KNOWN").build())
            val form =
                mapOf(
                    "grant_type" to "client_credentials",
                    "client_id" to CLIENT_ID,
                    "client_secret" to CLIENT_SECRET,
                ).entries.joinToString("&") { (name, value) -> "$name=${URLEncoder.encode(value, Charsets.UTF_8)}" }
            val tokenRequest =
                request(metadata.getValue("token_endpoint").jsonPrimitive.content)
                    .header("content-type", "application/x-www-form-urlencoded")
                    .POST(HttpRequest.BodyPublishers.ofString(form))
                    .build()
            println(json(tokenRequest).getValue("access_token").jsonPrimitive.content)
        }
    }

    // without it the client offers an upgrade to HTTP/2, which the library does not do either
    private fun request(url: String): HttpRequest.Builder =
        HttpRequest.newBuilder(URI(url)).version(HttpClient.Version.HTTP_1_1)

    private suspend fun json(request: HttpRequest): JsonObject =
        Json.parseToJsonElement(client.sendAsync(request, BodyHandlers.ofString()).await().body()).jsonObject
}
