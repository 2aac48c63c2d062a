package dev.openidclient.benchmarks.start

import io.ktor.client.HttpClient
import io.ktor.client.engine.cio.CIO
import io.ktor.client.engine.java.Java
import io.ktor.client.request.forms.submitForm
import io.ktor.client.request.get
import io.ktor.client.statement.HttpResponse
import io.ktor.client.statement.bodyAsText
import io.ktor.http.parameters
import kotlinx.coroutines.runBlocking
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.jsonObject
import kotlinx.serialization.json.jsonPrimitive

/** The same program as [LibraryProgram], written by hand on a bare Ktor client: a floor. */
object KtorProgram {
    @JvmStatic
    fun main(arguments: Array<String>) {
        val (issuer, engine) = arguments
        val client = if (engine == "CIO") HttpClient(CIO) else HttpClient(Java)
        runBlocking {
            client.use {
                val metadata = json(it.get("$issuer$WELL_KNOWN"))
                val form =
                    parameters {
                        append("grant_type", "client_credentials")
                        append("client_id", CLIENT_ID)
                        append("client_secret", CLIENT_SECRET)
                    }
                val answer = json(it.submitForm(metadata.getValue("token_endpoint").jsonPrimitive.content, form))
                println(answer.getValue("access_token").jsonPrimitive.content)
            }
        }
    }

    private suspend fun json(response: HttpResponse): JsonObject =
        Json.parseToJsonElement(response.bodyAsText()).jsonObject
}
