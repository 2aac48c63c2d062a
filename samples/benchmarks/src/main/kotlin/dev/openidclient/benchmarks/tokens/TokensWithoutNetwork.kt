package dev.openidclient.benchmarks.tokens

import dev.openidclient.client.OpenIdClient
import dev.openidclient.http.HttpHeaders
import dev.openidclient.http.HttpRequest
import dev.openidclient.http.HttpResponse
import dev.openidclient.http.HttpTransport
import dev.openidclient.metadata.AuthorizationServerMetadata
import dev.openidclient.token.TokenResponse
import dev.openidclient.token.grant
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import java.time.Instant
import java.util.Base64
import java.util.Random
import java.util.concurrent.atomic.AtomicInteger

/** A token endpoint in this process: other tokens each time, as long as real ones are. */
internal class TokensWithoutNetwork : HttpTransport {
    private val random = Random(1)
    private val subjects = AtomicInteger()

    fun client(): OpenIdClient = OpenIdClient(METADATA, CLIENT_ID) { transport = this@TokensWithoutNetwork }

    /** As after a sign-in. */
    suspend fun tokens(client: OpenIdClient): TokenResponse = client.grant("sign-in")

    override suspend fun send(request: HttpRequest): HttpResponse {
        val json =
            """{"access_token":"${text(ACCESS_TOKEN)}","token_type":"Bearer","expires_in":3600,""" +
                """"refresh_token":"${text(REFRESH_TOKEN)}","scope":"openid profile","id_token":"${idToken()}"}"""
        return HttpResponse(OK, JSON, json.encodeToByteArray())
    }

    private fun idToken(): String {
        val now = Instant.now().epochSecond
        val claims =
            """{"iss":"$ISSUER","sub":"user-${subjects.incrementAndGet()}","aud":"$CLIENT_ID","iat":$now,""" +
                """"exp":${now + HOUR},"auth_time":$now,"name":"Jane Doe","email":"jane@example.com",""" +
                """"sid":"${text(SESSION_ID)}"}"""
        return listOf("""{"alg":"RS256","kid":"1"}""", claims).joinToString("", transform = { encoded(it) + "." }) +
            text(SIGNATURE)
    }

    private fun encoded(text: String) = Base64.getUrlEncoder().withoutPadding().encodeToString(text.encodeToByteArray())

    private fun text(length: Int): String {
        val bytes = ByteArray(length)
        random.nextBytes(bytes)
        return Base64.getUrlEncoder().encodeToString(bytes).take(length)
    }

    private companion object {
        const val OK = 200
        const val HOUR = 3_600
        const val ACCESS_TOKEN = 900
        const val REFRESH_TOKEN = 100
        const val SIGNATURE = 342
        const val SESSION_ID = 22
        const val CLIENT_ID = "s6BhdRkqt3"
        const val ISSUER = "https://as.example.com"
        val JSON = HttpHeaders.of("content-type" to "application/json")
        val METADATA =
            AuthorizationServerMetadata(
                JsonObject(
                    mapOf("issuer" to JsonPrimitive(ISSUER), "token_endpoint" to JsonPrimitive("$ISSUER/token")),
                ),
            )
    }
}
