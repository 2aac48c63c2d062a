package dev.openidclient.samples.docs

import dev.openidclient.authorization.PendingAuthorization
import dev.openidclient.client.ClientSettings
import dev.openidclient.client.OpenIdClient
import dev.openidclient.http.HttpHeaders
import dev.openidclient.http.HttpRequest
import dev.openidclient.http.HttpResponse
import dev.openidclient.http.HttpTransport
import dev.openidclient.metadata.AuthorizationServerMetadata
import java.time.Clock
import java.time.Instant
import java.time.ZoneOffset
import java.util.Base64

/** Gives the answers that a test puts in, in their order, and keeps what was asked. */
class FakeServer : HttpTransport {
    val requests = mutableListOf<HttpRequest>()
    private val answers = ArrayDeque<() -> HttpResponse>()

    fun answer(
        status: Int,
        json: String,
        vararg headers: Pair<String, String>,
    ) {
        val fields = HttpHeaders.of("content-type" to "application/json", *headers)
        answers += { HttpResponse(status, fields, json.encodeToByteArray()) }
    }

    fun fail(failure: Exception) {
        answers += { throw failure }
    }

    override suspend fun send(request: HttpRequest): HttpResponse {
        requests += request
        return checkNotNull(answers.removeFirstOrNull()) { "no answer is left for $request" }()
    }

    /** A client of this server; nothing is sent for it. */
    fun client(configure: ClientSettings.() -> Unit = {}): OpenIdClient =
        OpenIdClient(AuthorizationServerMetadata.parse(METADATA), "s6BhdRkqt3") {
            transport = this@FakeServer
            clock = Clock.fixed(NOW, ZoneOffset.UTC)
            configure()
        }

    /** An ID Token. From the token endpoint its signature is not verified, so it has none. */
    fun idToken(
        pending: PendingAuthorization,
        subject: String,
        more: String = "",
    ): String = idTokenWith(checkNotNull(pending.nonce), subject, more)

    fun idTokenWith(
        nonce: String,
        subject: String,
        more: String = "",
    ): String {
        val now = NOW.epochSecond
        val claims =
            """{"iss": "https://as.example.com", "aud": "s6BhdRkqt3", "sub": "$subject", "iat": $now,
                "exp": ${now + 300}, "nonce": "$nonce"$more}"""
        return listOf("""{"alg":"RS256"}""", claims, "no signature").joinToString(".") {
            Base64.getUrlEncoder().withoutPadding().encodeToString(it.encodeToByteArray())
        }
    }

    companion object {
        val NOW: Instant = Instant.parse("2027-01-15T12:00:00Z")
        const val METADATA = """{"issuer": "https://as.example.com",
            "authorization_endpoint": "https://as.example.com/authorize",
            "token_endpoint": "https://as.example.com/token",
            "userinfo_endpoint": "https://as.example.com/userinfo",
            "introspection_endpoint": "https://as.example.com/introspect",
            "revocation_endpoint": "https://as.example.com/revoke",
            "device_authorization_endpoint": "https://as.example.com/device",
            "backchannel_authentication_endpoint": "https://as.example.com/ciba",
            "end_session_endpoint": "https://as.example.com/logout",
            "registration_endpoint": "https://as.example.com/register"}"""
    }
}
