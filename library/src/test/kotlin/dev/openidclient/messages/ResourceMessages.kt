package dev.openidclient.messages

import dev.openidclient.client.InsecureRequests
import dev.openidclient.client.OpenIdClient
import dev.openidclient.resource.ResourceAccess
import dev.openidclient.resource.ResourceAccessSettings
import dev.openidclient.testserver.TestAuthorizationServer
import dev.openidclient.tokensource.ClientCredentialsTokens
import dev.openidclient.tokensource.UserTokens
import dev.openidclient.tokenstore.InMemoryTokenStore
import dev.openidclient.tokenstore.StoreKey
import dev.openidclient.tokenstore.TokenCipher
import dev.openidclient.tokenstore.TokenStore
import kotlinx.coroutines.awaitCancellation
import java.time.Duration

/** Which resource servers get tokens. */
@OptIn(InsecureRequests::class)
internal suspend fun Messages.resourceServers() {
    val server = TestAuthorizationServer()
    val client = OpenIdClient(server.metadata, "app") { transport = server }
    val source = ClientCredentialsTokens(client).source()

    fun access(configure: ResourceAccessSettings.() -> Unit) = ResourceAccess(client, source, configure)
    of { access { } }
    for (origin in listOf(
        "http://api.example.com",
        "ftp://api.example.com",
        "https://*.example.com",
        "api.example.com",
    )) {
        of { access { allow(origin) } }
    }
    of { access { allow("https://api.example.com/orders") } }
    of { access { allow("https://user:password@api.example.com") } }
    of { access { allowInsecure("ftp://api.example.com") } }
}

private fun key(
    id: String,
    seed: Int = 1,
    size: Int = 32,
) = StoreKey(id, ByteArray(size) { (it * seed).toByte() })

/** Keys of token stores, and what they do not open. */
internal suspend fun Messages.storeKeys() {
    of { key("a.b") }
    of { key("a", size = 31) }
    of { key("a", seed = 0) }
    of { TokenCipher.of() }
    of { TokenCipher.of(key("a"), key("a")) }
    val sealed = TokenCipher.of(key("a")).seal("entry", "text")
    of { TokenCipher.of(key("b")).open("entry", sealed) }
    of { TokenCipher.of(key("a")).open("other entry", sealed) }
    of { TokenCipher.of(key("a")).open("entry", "v2.a.AAAA") }
}

/** Stores that others have too. */
internal suspend fun Messages.sharedStores() {
    val server = TestAuthorizationServer()
    val client = OpenIdClient(server.metadata, "app") { transport = server }
    val store = InMemoryTokenStore()
    UserTokens(client) { store(store, TokenCipher.of(key("a"))) }.put("session", server.tokens())
    of { UserTokens(client) { store(store, TokenCipher.of(key("b"))) }.source("session").token() }
    val foreign =
        object : TokenCipher {
            override suspend fun seal(
                id: String,
                plaintext: String,
            ) = plaintext

            override suspend fun open(
                id: String,
                sealed: String,
            ) = throw IllegalArgumentException("what a program's own cipher says")
        }
    of { UserTokens(client) { store(store, foreign) }.source("session").token() }
    val hanging =
        object : TokenStore by store {
            override suspend fun load(id: String) = awaitCancellation()
        }
    of {
        UserTokens(client) {
            store(hanging, TokenCipher.of(key("a")))
            storeTimeout = Duration.ofMillis(1)
        }.source("session").token()
    }
    of { UserTokens(client) { storeTimeout = Duration.ZERO } }
    of { UserTokens(client) { nearCopy = Duration.ofSeconds(-1) } }
}
