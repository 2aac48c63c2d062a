package dev.openidclient.ktor

import dev.openidclient.client.OpenIdClient
import dev.openidclient.dpop.Dpop
import dev.openidclient.jose.SigningKey
import dev.openidclient.testserver.TestAuthorizationServer
import dev.openidclient.testserver.TestServerSettings
import dev.openidclient.tokensource.ClientCredentialsTokens
import io.ktor.client.HttpClient
import io.ktor.client.HttpClientConfig
import io.ktor.client.engine.mock.MockEngine
import io.ktor.client.engine.mock.respond
import io.ktor.client.engine.mock.toByteArray
import io.ktor.http.HttpStatusCode
import io.ktor.http.headersOf
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.jsonObject
import kotlinx.serialization.json.jsonPrimitive
import java.util.Base64
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.ConcurrentLinkedQueue
import java.util.concurrent.CopyOnWriteArrayList

internal const val API = "https://api.example.com"
internal const val ELSEWHERE = "https://elsewhere.example.net"

/** What came on the wire. */
internal class Sent(
    val method: String,
    val url: String,
    val authorization: String?,
    val dpop: String?,
    val body: String,
) {
    val token: String? get() = authorization?.substringAfter(' ')

    /** A member of the proof. */
    fun proven(name: String): String? {
        val payload = Base64.getUrlDecoder().decode(dpop.orEmpty().split('.')[1]).decodeToString()
        return Json
            .parseToJsonElement(payload)
            .jsonObject[name]
            ?.jsonPrimitive
            ?.content
    }

    override fun toString(): String = "$method $url ${authorization?.substringBefore(' ')}"
}

/** What a resource server answers. */
internal class Answer(
    val status: Int,
    vararg val headers: Pair<String, String>,
    val body: String = "",
)

internal val REFUSED = Answer(401, "WWW-Authenticate" to "Bearer error=\"invalid_token\"")
internal val REFUSED_DPOP = Answer(401, "WWW-Authenticate" to "DPoP error=\"invalid_token\"")
internal val BUSY = Answer(503)

internal fun wantsNonce(nonce: String) =
    Answer(401, "WWW-Authenticate" to "DPoP error=\"use_dpop_nonce\"", "DPoP-Nonce" to nonce)

internal fun movedTo(
    url: String,
    status: Int = 302,
) = Answer(status, "Location" to url)

/** An authorization server, a client of it with tokens, and resource servers that remember what comes. */
internal class OAuthWorld(
    isBound: Boolean = false,
    configure: TestServerSettings.() -> Unit = {},
) : AutoCloseable {
    val server =
        TestAuthorizationServer {
            client("app", "secret-of-the-app")
            configure()
        }

    val client =
        OpenIdClient(server.metadata, "app") {
            clientSecret("secret-of-the-app")
            transport = server
        }.let { if (isBound) it.withDpop(Dpop(KEY)) else it }

    private val service = ClientCredentialsTokens(client)
    val source = service.source()

    val sent = CopyOnWriteArrayList<Sent>()
    private val answers = ConcurrentHashMap<String, ConcurrentLinkedQueue<Answer>>()

    /** Whose answers to requests for [url] these are, one after the other; then each is 200. */
    fun answer(
        url: String,
        vararg answers: Answer,
    ) {
        this.answers.computeIfAbsent(url) { ConcurrentLinkedQueue() } += answers
    }

    /** Comes before all that; null: it has nothing to say. */
    var answering: suspend (Sent) -> Answer? = { null }

    val engine =
        MockEngine { request ->
            val url = request.url.toString()
            val received =
                Sent(
                    request.method.value,
                    url,
                    request.headers["Authorization"],
                    request.headers["DPoP"],
                    request.body.toByteArray().decodeToString(),
                )
            sent += received
            val answer = answering(received) ?: answers[url]?.poll() ?: Answer(200, body = "fine")
            val headers = answer.headers.map { (name, value) -> name to listOf(value) }
            respond(answer.body, HttpStatusCode.fromValue(answer.status), headersOf(*headers.toTypedArray()))
        }

    /** With the plugin for [API], and whatever else [configure] says. */
    fun http(configure: HttpClientConfig<*>.() -> Unit = {}): HttpClient =
        HttpClient(engine) {
            install(OAuth) {
                client = this@OAuthWorld.client
                tokens = source
                allow(API)
            }
            configure()
        }

    val tokens: List<String?> get() = sent.map { it.token }

    override fun close() {
        service.close()
        client.close()
    }

    companion object {
        val KEY: SigningKey by lazy { SigningKey.generate("ES256") }
    }
}

/** In a world of its own. */
internal suspend fun inWorld(
    isBound: Boolean = false,
    test: suspend OAuthWorld.() -> Unit,
) {
    OAuthWorld(isBound).use { it.test() }
}
