package dev.openidclient.messages

import dev.openidclient.client.ClientSettings
import dev.openidclient.client.OpenIdClient
import dev.openidclient.dpop.Dpop
import dev.openidclient.jose.SigningKey
import dev.openidclient.testing.jsonObject
import dev.openidclient.testserver.TestAuthorizationServer
import dev.openidclient.token.TokenResponse
import dev.openidclient.tokensource.AfterDoubt
import dev.openidclient.tokensource.ClientCredentialsTokens
import dev.openidclient.tokensource.ExchangedTokens
import dev.openidclient.tokensource.TokenSource
import dev.openidclient.tokensource.UserTokens
import dev.openidclient.tokensource.UserTokensSettings
import dev.openidclient.tokenstore.InMemoryReplayCache
import dev.openidclient.tokenstore.InMemoryTokenStore
import dev.openidclient.tokenstore.Lease
import dev.openidclient.tokenstore.StoredEntry
import dev.openidclient.tokenstore.TokenStore
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.Job
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.delay
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonObject
import java.io.IOException
import java.time.Duration
import java.time.Instant
import java.util.Base64
import java.util.concurrent.RejectedExecutionException

private const val SESSION = "a-session"

private fun TestAuthorizationServer.clientOf(
    id: String = "app",
    configure: ClientSettings.() -> Unit = {},
) = OpenIdClient(metadata, id) {
    transport = this@clientOf
    configure()
}

/** The stored form of these tokens with [changes]. */
private fun TokenResponse.with(vararg changes: Pair<String, JsonElement>): TokenResponse {
    val stored = Base64.getUrlDecoder().decode(encode().removePrefix("v1.")).decodeToString()
    val json = JsonObject(jsonObject(stored) + changes)
    val encoder = Base64.getUrlEncoder().withoutPadding()
    return TokenResponse.decode("v1." + encoder.encodeToString(json.toString().encodeToByteArray()))
}

/** A session whose tokens an API has refused, so that the next call refreshes them. */
private suspend fun UserTokens.refused(tokens: TokenResponse): TokenSource {
    put(SESSION, tokens)
    return source(SESSION).also { it.invalidate(it.token()) }
}

/** Stored tokens. */
internal suspend fun Messages.storedTokens() {
    of { TokenResponse.decode("something else") }
    of { TokenResponse.decode("v1.e30") }
    of { TokenResponse.decode("v1.W10") }
}

/** Settings of token sources, and what is asked of them. */
internal suspend fun Messages.tokenSourceSettings() {
    val server = TestAuthorizationServer()
    val client = server.clientOf()
    of { UserTokens(server.clientOf { timeout = Duration.ZERO }) }
    of { UserTokens(client) { maximumEntries = 0 } }
    of { UserTokens(client) { sessionLifetime = Duration.ZERO } }
    of { UserTokens(client) { afterDoubt = AfterDoubt.within(Duration.ZERO) } }
    of { UserTokens(client) { refreshWindow = Duration.ofSeconds(-1) } }
    of { UserTokens(client) { outageBackOff(Duration.ZERO, Duration.ZERO) } }
    of { UserTokens(client) { configurationBackOff(Duration.ofSeconds(2), Duration.ofSeconds(1)) } }
    of { UserTokens(client) { coroutineContext = Job().apply { cancel() } } }
    of { UserTokens(client).source("") }
    of { ExchangedTokens.tokenExchange(client) { maximumEntries = 0 } }
    val exchanged = ExchangedTokens.tokenExchange(client)
    of { exchanged.source("") }
    of { exchanged.source("a") { subjectTokenType("") } }
    of { exchanged.source("a") { actorToken("") } }
    of { exchanged.source("a") { actorToken("b", "") } }
    of { ExchangedTokens.jwtBearer(client).source("a") { actorToken("b") } }
    of { ClientCredentialsTokens(client).apply { close() }.source() }
    of { ClientCredentialsTokens(client) { executor { throw RejectedExecutionException() } }.source().token() }
    of { InMemoryTokenStore(maximumEntries = 0) }
    of { InMemoryTokenStore().put("id", "value", Duration.ofSeconds(-1)) }
    of { InMemoryTokenStore().commit("id", 1, "value", Duration.ofSeconds(-1)) }
}

/** Replay caches. */
internal suspend fun Messages.replayCaches() {
    of { InMemoryReplayCache(maximumEntries = 0) }
    val full = InMemoryReplayCache(maximumEntries = 1)
    full.register("a", Instant.MAX)
    of { full.register("b", Instant.MAX) }
}

/** Token sources without a token. */
internal suspend fun Messages.tokenSources() {
    of { TokenSource.of({ timeout = Duration.ofMillis(1) }) { awaitCancellation() }.token() }
    of { TokenSource.of { throw CancellationException("by itself") }.token() }
    of { UserTokens(TestAuthorizationServer().clientOf()).source(SESSION).token() }
    val without = TestAuthorizationServer { withoutRefreshTokens() }
    of { UserTokens(without.clientOf()).refused(without.tokens()).token() }
    val server = TestAuthorizationServer()
    val past = "refresh_token_expires_at" to text("2026-01-01T00:00:00Z")
    of { UserTokens(server.clientOf()).refused(server.tokens().with(past)).token() }
    server.tokenEndpoint.failNext(400, "invalid_grant")
    of { UserTokens(server.clientOf()).refused(server.tokens()).token() }
    server.tokenEndpoint.dropNextAnswer()
    val doubtful =
        UserTokens(server.clientOf()) {
            afterDoubt = AfterDoubt.NEVER
            outageBackOff(Duration.ofMillis(1), Duration.ofMillis(1))
        }.refused(server.tokens())
    of { doubtful.token() }
    delay(A_MOMENT_MILLIS)
    of { doubtful.token() }
}

private open class OddStore(
    private val real: TokenStore = InMemoryTokenStore(),
) : TokenStore by real

/** Token stores. */
internal suspend fun Messages.tokenStores() {
    val server = TestAuthorizationServer()

    fun users(
        store: TokenStore,
        client: OpenIdClient = server.clientOf(),
    ) = UserTokens(client, UserTokensSettings()) { store }

    val broken =
        object : OddStore() {
            override suspend fun load(id: String): StoredEntry? = throw IOException("broken")
        }
    of { users(broken).load(SESSION) }
    val damaged =
        object : OddStore() {
            override suspend fun load(id: String): StoredEntry = StoredEntry(1, "something else")
        }
    of { users(damaged).load(SESSION) }
    val shared = InMemoryTokenStore()
    users(shared).put(SESSION, server.tokens())
    of { users(shared, server.clientOf("other")).load(SESSION) }
    val bound = server.tokens().with("token_type" to text("dpop"))
    users(shared, server.clientOf().withDpop(Dpop(SigningKey.generate("ES256")))).put(SESSION, bound)
    of { users(shared).load(SESSION) }
    val gone =
        object : OddStore() {
            override suspend fun lease(
                id: String,
                version: Long,
                owner: String,
                duration: Duration,
            ): Lease = Lease.Gone
        }
    of { users(gone).refused(server.tokens()).token() }
    val held =
        object : OddStore() {
            override suspend fun lease(
                id: String,
                version: Long,
                owner: String,
                duration: Duration,
            ): Lease = Lease.Held(duration)
        }
    of {
        users(
            held,
            server.clientOf { timeout = Duration.ofMillis(A_MOMENT_MILLIS) },
        ).refused(server.tokens()).token()
    }
}

private const val A_MOMENT_MILLIS = 20L
