package dev.openidclient.testing

import dev.openidclient.client.ClientSettings
import dev.openidclient.client.OpenIdClient
import dev.openidclient.http.KtorTransport
import dev.openidclient.http.Parameters
import dev.openidclient.metadata.AuthorizationServerMetadata
import io.ktor.client.HttpClient
import io.ktor.client.engine.mock.MockEngine
import io.ktor.client.engine.mock.MockRequestHandleScope
import io.ktor.client.engine.mock.respond
import io.ktor.client.engine.mock.toByteArray
import io.ktor.client.request.HttpRequestData
import io.ktor.client.request.HttpResponseData
import io.ktor.http.HttpStatusCode
import io.ktor.http.headersOf
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import kotlinx.serialization.json.jsonObject
import java.time.Clock
import java.time.Instant
import java.time.ZoneOffset
import java.util.concurrent.CopyOnWriteArrayList

const val ISSUER: String = "https://as.example.com"
const val CLIENT_ID: String = "s6BhdRkqt3"

/** The time of every test that does not move it: 2026-01-01T00:00:00Z. */
val NOW: Instant = Instant.ofEpochSecond(1_767_225_600)

val FIXED_CLOCK: Clock = Clock.fixed(NOW, ZoneOffset.UTC)

/** A clock that stands until it is moved. */
class MovableClock(
    @Volatile var time: Instant = NOW,
) : Clock() {
    override fun instant(): Instant = time

    override fun getZone() = ZoneOffset.UTC

    override fun withZone(zone: java.time.ZoneId?): Clock = this

    fun advance(seconds: Long) {
        time = time.plusSeconds(seconds)
    }
}

/** What a [StubServer] was sent. */
class ReceivedRequest(
    val method: String,
    val url: String,
    val headers: Map<String, List<String>>,
    val body: String,
    val contentType: String?,
) {
    val path: String get() = url.substringBefore('?').substringAfter("://").substringAfter('/', "").let { "/$it" }
    val form: Parameters get() = Parameters.parse(body)

    fun header(name: String): String? =
        headers.entries.firstOrNull { it.key.equals(name, ignoreCase = true) }?.value?.joinToString(", ")
}

/** Answers by path through Ktor's MockEngine and remembers what it was sent; an unknown path is answered with 404. */
class StubServer {
    private val handlers = HashMap<String, suspend MockRequestHandleScope.(HttpRequestData) -> HttpResponseData>()
    val received: MutableList<ReceivedRequest> = CopyOnWriteArrayList()

    val engine: MockEngine =
        MockEngine { request ->
            received +=
                ReceivedRequest(
                    request.method.value,
                    request.url.toString(),
                    request.headers.entries().associate { it.key to it.value },
                    request.body.toByteArray().decodeToString(),
                    request.body.headers["Content-Type"] ?: request.body.contentType?.toString(),
                )
            handlers[request.url.encodedPath]?.invoke(this, request) ?: respond("not found", HttpStatusCode.NotFound)
        }

    val transport: KtorTransport = KtorTransport(HttpClient(engine))

    /** The last request to [path]. */
    fun lastTo(path: String): ReceivedRequest = received.last { it.path == path }

    fun countOf(path: String): Int = received.count { it.path == path }

    fun on(
        path: String,
        handler: suspend MockRequestHandleScope.(HttpRequestData) -> HttpResponseData,
    ): StubServer {
        handlers[path] = handler
        return this
    }

    /** Answers [path] with [body]; [headers] may override the content type. */
    fun answer(
        path: String,
        body: String,
        status: Int = 200,
        contentType: String? = "application/json",
        headers: Map<String, String> = emptyMap(),
    ): StubServer =
        on(path) {
            val all =
                (
                    contentType
                        ?.let {
                            mapOf(
                                "Content-Type" to it,
                            )
                        }.orEmpty() + headers
                ).mapValues { listOf(it.value) }
            respond(body, HttpStatusCode.fromValue(status), headersOf(*all.toList().toTypedArray()))
        }

    /** A client of this server with the metadata of [serverMetadata], on [FIXED_CLOCK] unless [configure] says otherwise. */
    fun client(
        serverMetadata: AuthorizationServerMetadata = serverMetadata(),
        configure: ClientSettings.() -> Unit = {},
    ): OpenIdClient =
        OpenIdClient(serverMetadata, CLIENT_ID) {
            transport = this@StubServer.transport
            clock = FIXED_CLOCK
            configure()
        }
}

/** Ordinary metadata of [ISSUER], with [changes]: a null value removes the member. */
fun serverMetadata(vararg changes: Pair<String, JsonElement?>): AuthorizationServerMetadata {
    val members =
        listOf(
            "issuer" to ISSUER,
            "authorization_endpoint" to "$ISSUER/authorize",
            "token_endpoint" to "$ISSUER/token",
            "userinfo_endpoint" to "$ISSUER/userinfo",
            "end_session_endpoint" to "$ISSUER/logout",
            "jwks_uri" to "$ISSUER/jwks",
        ).associate { (name, value) -> name to JsonPrimitive(value) as JsonElement }.toMutableMap()
    for ((name, value) in changes) if (value == null) members.remove(name) else members[name] = value
    return AuthorizationServerMetadata(JsonObject(members))
}

fun json(text: String): JsonElement = Json.parseToJsonElement(text)

fun jsonObject(text: String): JsonObject = json(text).jsonObject
