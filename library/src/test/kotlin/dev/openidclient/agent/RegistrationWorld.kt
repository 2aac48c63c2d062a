package dev.openidclient.agent

import dev.openidclient.client.Connection
import dev.openidclient.http.HttpHeaders
import dev.openidclient.http.HttpRequest
import dev.openidclient.http.HttpResponse
import dev.openidclient.http.HttpTransport
import dev.openidclient.metadata.AuthorizationServerMetadata
import dev.openidclient.testing.ISSUER
import dev.openidclient.testing.NOW
import dev.openidclient.testing.jsonObject
import dev.openidclient.testing.serverMetadata
import dev.openidclient.tokensource.ObservedStore
import dev.openidclient.tokenstore.InMemoryTokenStore
import dev.openidclient.tokenstore.StoreKey
import dev.openidclient.tokenstore.TokenCipher
import kotlinx.coroutines.delay
import kotlinx.coroutines.test.TestScope
import kotlinx.coroutines.test.currentTime
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import java.time.Clock
import java.time.Duration
import java.time.Instant
import java.time.ZoneId
import java.time.ZoneOffset

internal const val LOOPBACK = "http://127.0.0.1:49152/callback"
internal const val OTHER_ISSUER = "https://other.example.com"

/** A cipher with one key, for tests that are about something else. */
internal val CIPHER: TokenCipher = TokenCipher.of(StoreKey("k1", ByteArray(32) { it.toByte() }))

/** Servers that register whoever comes, and a store, in the virtual time of [test]. */
internal class RegistrationWorld(
    private val test: TestScope,
) {
    val clock: Clock =
        object : Clock() {
            override fun instant(): Instant = NOW.plusMillis(test.currentTime)

            override fun getZone(): ZoneId = ZoneOffset.UTC

            override fun withZone(zone: ZoneId?): Clock = this
        }

    val memory = InMemoryTokenStore(clock = clock)
    val store = ObservedStore(memory)

    /** What was asked for, the first one first. */
    val asked = mutableListOf<JsonObject>()

    /** How long a registration takes. */
    var latency: Duration = Duration.ZERO

    /** What is answered, with its status, to the registration of the given number, which begins with 1. */
    var answer: (number: Int, asked: JsonObject) -> Pair<Int, JsonObject> =
        { number, asked -> 201 to registered(number, asked) }

    private val transport =
        HttpTransport { request: HttpRequest ->
            val document = jsonObject(request.body?.bytes()?.decodeToString().orEmpty())
            asked += document
            val number = asked.size
            delay(latency.toMillis())
            val (status, json) = answer(number, document)
            val headers = HttpHeaders.of("content-type" to "application/json")
            HttpResponse(status, headers, json.toString().encodeToByteArray())
        }

    val connection =
        Connection.open {
            this.transport = this@RegistrationWorld.transport
            clock = this@RegistrationWorld.clock
        }

    /** One instance of a program, with [store]. */
    fun program(configure: ClientIdentitiesSettings.() -> Unit = { register() }) =
        ClientIdentities {
            store(this@RegistrationWorld.store, CIPHER)
            configure()
        }

    suspend fun ClientIdentities.client(
        redirectUri: String = LOOPBACK,
        server: AuthorizationServerMetadata = server(),
    ): IdentifiedClient = clientAt(server, redirectUri, connection)

    companion object {
        fun registered(
            number: Int,
            asked: JsonObject,
            vararg members: Pair<String, JsonElement>,
        ): JsonObject {
            val needsSecret = "${asked["token_endpoint_auth_method"]}".trim('"').startsWith("client_secret_")
            val secret = if (needsSecret) mapOf("client_secret" to JsonPrimitive("secret-of-$number")) else emptyMap()
            return JsonObject(asked + secret + ("client_id" to JsonPrimitive("client-$number")) + members)
        }

        fun server(
            issuer: String = ISSUER,
            vararg members: Pair<String, JsonElement>,
        ): AuthorizationServerMetadata =
            serverMetadata(
                "issuer" to JsonPrimitive(issuer),
                "registration_endpoint" to JsonPrimitive("$issuer/register"),
                *members,
            )
    }
}
