package dev.openidclient.resourceserver

import dev.openidclient.client.NanoTime
import dev.openidclient.client.OpenIdClient
import dev.openidclient.client.OwnCoroutines
import dev.openidclient.client.SourceTime
import dev.openidclient.http.HttpRequest
import dev.openidclient.http.HttpResponse
import dev.openidclient.testing.CLIENT_ID
import dev.openidclient.testing.ISSUER
import dev.openidclient.testing.RecordingTransport
import dev.openidclient.testing.response
import dev.openidclient.testing.serverMetadata
import dev.openidclient.tokensource.TokenWorld
import io.kotest.assertions.throwables.shouldThrow
import kotlinx.coroutines.delay
import kotlinx.coroutines.test.TestScope
import kotlinx.coroutines.test.currentTime
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import java.time.Duration
import kotlin.coroutines.CoroutineContext

internal const val API = "https://api.example.com"

/** A server that is asked about tokens, in the virtual time of [test]; [members] is what it says beside `active`. */
internal class IntrospectionWorld(
    private val test: TestScope,
    var members: String = "",
    context: CoroutineContext = test.backgroundScope.coroutineContext,
) {
    private val world = TokenWorld(test)

    /** Takes the place of the answer. */
    var fault: suspend () -> HttpResponse? = { null }
    var isActive = true
    var delayMillis = 0L

    private val transport =
        RecordingTransport {
            // what the server says is what it knew when it was asked
            val answer = response("""{"active":$isActive$members}""")
            delay(delayMillis)
            fault() ?: answer
        }

    val questions: List<HttpRequest> get() = transport.requests

    val coroutines = OwnCoroutines(context, "resource server")

    val now: Long get() = world.now.epochSecond

    /** What somebody added to this process's wall clock. */
    fun suspendMachine(duration: Duration) {
        world.wallOffset = duration
    }

    fun tokens(
        cache: Duration = Duration.ofSeconds(30),
        staleOnOutage: Duration = Duration.ZERO,
        isAudienceRequired: Boolean = false,
    ): IntrospectedTokens {
        val client =
            OpenIdClient(serverMetadata("introspection_endpoint" to JsonPrimitive("$ISSUER/introspect")), CLIENT_ID) {
                transport = this@IntrospectionWorld.transport
                clock = world.clock
            }
        val time = SourceTime(world.clock, NanoTime { test.currentTime * NANOS_PER_MILLI })
        val rules = IntrospectionRules(setOf(API, "orders"), isAudienceRequired, cache, staleOnOutage)
        return IntrospectedTokens(client, rules, client.time, time, coroutines)
    }

    private companion object {
        const val NANOS_PER_MILLI = 1_000_000L
    }
}

internal suspend fun IntrospectedTokens.taken(token: String = "opaque"): JsonObject = claims(token)

/** The message of the refusal. */
internal suspend fun IntrospectedTokens.refused(token: String = "opaque"): String =
    shouldThrow<RefusedToken> { claims(token) }.message.orEmpty()
