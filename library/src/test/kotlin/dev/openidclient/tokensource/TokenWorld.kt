package dev.openidclient.tokensource

import dev.openidclient.client.ClientSettings
import dev.openidclient.client.NanoTime
import dev.openidclient.client.OpenIdClient
import dev.openidclient.event.ClientListener
import dev.openidclient.event.Observation
import dev.openidclient.event.Operation
import dev.openidclient.event.TokenEvent
import dev.openidclient.http.HttpHeaders
import dev.openidclient.http.HttpResponse
import dev.openidclient.testserver.TestAuthorizationServer
import dev.openidclient.testserver.TestServerSettings
import dev.openidclient.token.TokenResponse
import kotlinx.coroutines.test.TestScope
import kotlinx.coroutines.test.currentTime
import java.time.Clock
import java.time.Duration
import java.time.Instant
import java.time.ZoneId
import java.time.ZoneOffset

/** A server, a client and token sources in the virtual time of [test]; the clocks of this process can be moved. */
class TokenWorld(
    private val test: TestScope,
    configure: TestServerSettings.() -> Unit = {},
) {
    // long ago: who takes the system's clock by mistake finds every token of this world expired, on any day
    private val start = Instant.parse("2001-01-01T08:00:00Z")

    /** What somebody added to this process's wall clock; the server's does not know. */
    var wallOffset: Duration = Duration.ZERO

    /** For how long the monotonic clock stood still, as of a suspended machine. */
    var suspended: Duration = Duration.ZERO

    /** What chance says: in the middle, so that no wait is longer or shorter. */
    var random: Double = 0.5

    val clock: Clock = clock { wallOffset }

    val now: Instant get() = clock.instant()

    val server =
        TestAuthorizationServer {
            clock = clock { Duration.ZERO }
            client("app", "secret-of-the-app")
            configure()
        }

    /** When the token endpoint was asked, in seconds of virtual time. */
    val askedAt = mutableListOf<Double>()

    /** What happens before each token request. */
    var beforeTokenRequest: () -> Unit = {}

    val events = mutableListOf<TokenEvent>()

    val listener =
        object : ClientListener {
            override fun started(operation: Operation): Observation {
                if (operation.name.startsWith("token.")) {
                    askedAt += test.currentTime / MILLIS
                    beforeTokenRequest()
                }
                return Observation.NONE
            }

            override fun happened(event: TokenEvent) {
                events += event
            }
        }

    val client = client()

    fun client(configure: ClientSettings.() -> Unit = {}) =
        OpenIdClient(server.metadata, "app") {
            clientSecret("secret-of-the-app")
            transport = server
            clock = this@TokenWorld.clock
            listener(listener)
            configure()
        }

    /** In the virtual time, with no chance; the coroutines end with the test. */
    fun TokenSourceSettings<*>.inThisWorld() {
        coroutineContext = test.backgroundScope.coroutineContext
        nanoTime = NanoTime { (test.currentTime - suspended.toMillis()) * NANOS }
        random = { this@TokenWorld.random }
    }

    /** The program's own source of what [obtain] brings. */
    fun own(
        configure: CustomTokensSettings.() -> Unit = {},
        obtain: suspend () -> TokenResponse,
    ) = TokenSource.of({
        inThisWorld()
        clock = this@TokenWorld.clock
        configure()
    }, obtain)

    fun service(configure: ClientCredentialsSettings.() -> Unit = {}) =
        ClientCredentialsTokens(client) {
            inThisWorld()
            configure()
        }

    fun users(
        client: OpenIdClient = this.client,
        configure: UserTokensSettings.() -> Unit = {},
    ) = UserTokens(client) {
        inThisWorld()
        configure()
    }

    /** The answer of success [json] to the next token request, whatever that is. */
    fun answerNext(json: String) {
        val headers = HttpHeaders.of("content-type" to "application/json")
        server.tokenEndpoint.answerNext(HttpResponse(200, headers, json.encodeToByteArray()))
    }

    val requests: Int get() = server.tokenEndpoint.requestCount

    fun count(kind: Class<out TokenEvent>): Int = events.count(kind::isInstance)

    private fun clock(offset: () -> Duration) =
        object : Clock() {
            override fun instant(): Instant = start.plusMillis(test.currentTime).plus(offset())

            override fun getZone(): ZoneId = ZoneOffset.UTC

            override fun withZone(zone: ZoneId): Clock = this
        }

    private companion object {
        const val MILLIS = 1_000.0
        const val NANOS = 1_000_000L
    }
}
