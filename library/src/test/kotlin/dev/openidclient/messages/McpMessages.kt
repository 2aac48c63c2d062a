package dev.openidclient.messages

import dev.openidclient.agent.AgentWorld
import dev.openidclient.agent.ClientIdentities
import dev.openidclient.agent.InteractiveTokens
import dev.openidclient.agent.InteractiveTokensSettings
import dev.openidclient.agent.McpAccess
import dev.openidclient.authorization.AuthorizationCallback
import dev.openidclient.authorization.AuthorizationHandler
import dev.openidclient.client.Connection
import dev.openidclient.clientauth.PrivateKeyJwt
import dev.openidclient.error.AuthorizationRequiredException
import dev.openidclient.jose.SigningKey
import dev.openidclient.testserver.TestServerSettings
import dev.openidclient.tokenstore.InMemoryTokenStore
import dev.openidclient.tokenstore.StoreKey
import dev.openidclient.tokenstore.TokenCipher
import dev.openidclient.tokenstore.TokenStore
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.Job
import kotlinx.coroutines.test.TestScope
import kotlinx.coroutines.test.runTest
import java.time.Duration

private const val ISSUER = "https://as.example.com"
private const val CALLBACK = "https://app.example.com/callback"

private fun InteractiveTokensSettings.webApplication() {
    registered(ISSUER, "app")
    authorize = null
    redirectUri = CALLBACK
}

private suspend fun Messages.refused(
    test: TestScope,
    server: TestServerSettings.() -> Unit = {},
    settings: InteractiveTokensSettings.() -> Unit = { register() },
    change: AgentWorld.() -> Unit = {},
) {
    val world = AgentWorld(test, server).apply(change)
    of { world.mcp(configure = settings).send() }
}

/** A resource of which the URL alone is known, and a person who has to agree. */
internal fun Messages.resourcesByUrl() {
    runTest {
        of { McpAccess("mcp.example.com") { webApplication() } }
        of { McpAccess("http://mcp.example.com/mcp") { webApplication() } }
        of { McpAccess(AgentWorld.URL) { register() } }
        of { McpAccess(AgentWorld.URL) { clientCredentials().redirectUri(CALLBACK) } }
        of { McpAccess(AgentWorld.URL) { clientCredentials().jwtBearer { "assertion" } } }
        of {
            McpAccess(AgentWorld.URL) {
                webApplication()
                connection(Connection.open())
                connection { timeout = Duration.ofSeconds(1) }
            }
        }
        of {
            McpAccess(AgentWorld.URL) {
                webApplication()
                identities(ClientIdentities { register() })
            }
        }
        refused(this, { metadata("code_challenge_methods_supported", null) })
        refused(this, { metadata("code_challenge_methods_supported", listOf("plain")) })
        refused(this, { metadata("response_types_supported", listOf("id_token")) })
        refused(this, { metadata("grant_types_supported", listOf("client_credentials")) })
        refused(this, settings = {
            authorize = null
            register()
            redirectUri = null
            authorize { "callback" }
        })
        refused(this, settings = { webApplication() })
        refused(this, settings = {
            register()
            authorize = AuthorizationHandler { AuthorizationCallback.url("$CALLBACK?code=c") }
        })
        refused(this, settings = {
            register()
            authorize = AuthorizationHandler { throw CancellationException("gone") }
        })
        refused(this, settings = {
            register()
            coroutineContext = Dispatchers.Default + Job().also { it.cancel() }
        })
        refused(this, settings = {
            registered(ISSUER, "app") {
                fapi2Security()
                authentication = PrivateKeyJwt(SigningKey.generate("ES256"))
            }
        })
        closedOrForeign(this)
        stored(this)
    }
}

private suspend fun Messages.closedOrForeign(test: TestScope) {
    val world = AgentWorld(test)
    val mcp = world.mcp()
    of { mcp.send("https://evil.example.com/mcp") }
    of { mcp.tokens.client() }
    mcp.close()
    of { mcp.send() }
    val web = world.mcp { webApplication() }
    val required =
        try {
            error("${web.send()}")
        } catch (e: AuthorizationRequiredException) {
            e
        }
    val other =
        InteractiveTokens("https://other.example.com/mcp") { with(world) { inThisWorld { webApplication() } } }
    of { other.complete(world.server.signIn(required.url), required.pending) }
    val short = AgentWorld(test) { accessTokenLifetime(Duration.ZERO).withoutRefreshTokens() }
    of { short.mcp().token() }
}

private fun cipher(
    id: String,
    seed: Int,
) = TokenCipher.of(StoreKey(id, ByteArray(KEY_BYTES) { (it * seed).toByte() }))

private suspend fun Messages.stored(test: TestScope) {
    val world = AgentWorld(test)
    val store =
        object : TokenStore by InMemoryTokenStore() {
            override fun toString(): String = "a shared store"
        }

    fun mcp(
        clientId: String,
        cipher: TokenCipher = cipher("k", 1),
    ) = world.mcp {
        registered(ISSUER, clientId)
        store(store, cipher)
    }
    mcp("app").send()
    of { mcp("other").tokens.client() }
    of { mcp("app", cipher("l", 2)).send() }
}

private const val KEY_BYTES = 32
