package dev.openidclient.testserver

import dev.openidclient.http.HttpBody
import dev.openidclient.http.HttpHeaders
import dev.openidclient.http.HttpRequest
import dev.openidclient.http.HttpResponse
import dev.openidclient.http.HttpTransport
import dev.openidclient.http.Parameters
import dev.openidclient.jose.JwsAlgorithm
import dev.openidclient.jose.SigningKey
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import kotlinx.serialization.json.JsonObject
import java.time.Clock
import java.time.Instant
import java.time.ZoneId
import java.time.ZoneOffset

/** Requests made by hand, right or wrong: the checks of the server are not tried with the library alone. */
internal class RawClient(
    private val server: TestAuthorizationServer,
    private val transport: HttpTransport = server,
) {
    suspend fun post(
        path: String,
        vararg form: Pair<String, String>,
        headers: HttpHeaders = HttpHeaders.EMPTY,
    ): HttpResponse {
        val body = HttpBody.form(Parameters.of(*form))
        return transport.send(HttpRequest("POST", "${server.issuer}/$path", headers, body))
    }

    suspend fun token(
        vararg form: Pair<String, String>,
        headers: HttpHeaders = HttpHeaders.EMPTY,
    ): HttpResponse = post(TOKEN, *form, headers = headers)

    suspend fun get(
        path: String,
        headers: HttpHeaders = HttpHeaders.EMPTY,
    ): HttpResponse = transport.send(HttpRequest("GET", "${server.issuer}/$path", headers))

    /** The code that [subject] brings back from a request with [parameters] beside the ordinary ones. */
    fun code(
        vararg parameters: Pair<String, String>,
        subject: String = "alice",
    ): String = callback(*parameters, subject = subject)["code"].shouldNotBeNull()

    fun callback(
        vararg parameters: Pair<String, String>,
        subject: String = "alice",
    ): Parameters = queryOf(server.signIn(url(*parameters), subject).replace('#', '?'))

    /** The URL of an ordinary request, with [changes]: an empty value removes the parameter. */
    fun url(vararg changes: Pair<String, String>): String {
        val ordinary =
            Parameters.of(
                "client_id" to "app",
                "response_type" to "code",
                "redirect_uri" to REDIRECT_URI,
                "scope" to "openid",
                "state" to "s",
                "code_challenge" to CHALLENGE,
                "code_challenge_method" to "S256",
            )
        val changed = changes.fold(ordinary) { all, (name, value) -> all.with(name, value) }
        val present = changed.names.filter { changed[it] == "" }.fold(changed) { all, name -> all.without(name) }
        return "${server.issuer}/authorize?${present.encode()}"
    }

    companion object {
        const val REDIRECT_URI = "https://app.example.com/callback"

        // RFC 7636, Appendix B
        const val VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
        const val CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
    }
}

internal fun HttpResponse.json(): JsonObject = parseObject(bodyText()).shouldNotBeNull()

/** That the answer is a refusal with [error] whose description says [part]. */
internal fun HttpResponse.shouldRefuse(
    error: String,
    part: String,
    status: Int = BAD_REQUEST,
) {
    val description = json().text("error_description").orEmpty()
    check(part in description) { "the description says \"$description\", not \"$part\"" }
    json().text("error") shouldBe error
    this.status shouldBe status
}

/** A clock that stands until it is moved. */
internal class StandingClock(
    var time: Instant = Instant.parse("2026-01-01T00:00:00Z"),
) : Clock() {
    override fun instant(): Instant = time

    override fun getZone(): ZoneId = ZoneOffset.UTC

    override fun withZone(zone: ZoneId?): Clock = this

    fun advance(seconds: Long) {
        time = time.plusSeconds(seconds)
    }
}

internal val KEY: SigningKey by lazy { SigningKey.generate(JwsAlgorithm.ES256) }

/** A compact JWS of [claims]; [header] may replace what it has by itself. */
internal suspend fun signed(
    key: SigningKey,
    claims: JsonObject,
    vararg header: Pair<String, Any?>,
): String {
    val whole = jsonOf("alg" to key.algorithm.identifier).with(*header)
    val input = "${base64Url(whole.toString())}.${base64Url(claims.toString())}"
    return "$input.${base64Url(key.sign(input.encodeToByteArray()))}"
}
