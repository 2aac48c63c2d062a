package dev.openidclient.messages

import dev.openidclient.client.ClientSettings
import dev.openidclient.client.OpenIdClient
import dev.openidclient.clientauth.PrivateKeyJwt
import dev.openidclient.jose.SigningKey
import dev.openidclient.signin.BegunSignIn
import dev.openidclient.signin.PendingAuthorizations
import dev.openidclient.signin.SignIn
import dev.openidclient.signin.SignInSettings
import dev.openidclient.testserver.TestAuthorizationServer
import dev.openidclient.tokenstore.InMemoryTokenStore
import dev.openidclient.tokenstore.StoreKey
import dev.openidclient.tokenstore.TokenCipher
import dev.openidclient.tokenstore.TokenStore
import java.io.IOException
import java.time.Duration

private const val CALLBACK = "https://rp.example.com/callback"

private fun clientOf(
    server: TestAuthorizationServer,
    configure: ClientSettings.() -> Unit = {},
) = OpenIdClient(server.metadata, "app") {
    transport = server
    configure()
}

private fun key(id: String) = StoreKey(id, ByteArray(32) { (it + id.length).toByte() })

private fun cookieOf(begun: BegunSignIn) = begun.cookies.first().let { "${it.name}=${it.value}" }

private class OddCipher(
    private val sealed: () -> String,
) : TokenCipher {
    override suspend fun seal(
        id: String,
        plaintext: String,
    ): String = sealed()

    override suspend fun open(
        id: String,
        sealed: String,
    ): String = "something else"
}

/** Sign-ins that begin, and those that do not end. */
internal suspend fun Messages.signIns() {
    val server = TestAuthorizationServer()

    fun signIn(configure: SignInSettings.() -> Unit = {}) =
        SignIn(clientOf(server)) {
            redirectUri = CALLBACK
            configure()
        }

    val signIn = signIn()
    val begun = signIn.begin(null)
    val callback = server.signIn(begun.url)
    val cookie = cookieOf(begun)
    of { signIn.complete(callback, null) }
    of { signIn.complete(CALLBACK, cookie) }
    of { signIn.complete(callback, "$cookie; $cookie-") }
    signIn.complete(callback, cookie)
    of { signIn.complete(callback, cookie) }
    val sealed = signIn { sealedCookie(TokenCipher.of(key("a"))) }
    val inCookie = sealed.begin(null)
    val other = signIn { sealedCookie(TokenCipher.of(key("b"))) }
    of { other.complete(server.signIn(inCookie.url), cookieOf(inCookie)) }
    of { sealed.begin(null) { resource("https://api.example.com/" + "x".repeat(4_000)) } }
    of { signIn { sealedCookie(OddCipher { "a; b" }) }.begin(null) }
    of { signIn { sealedCookie(OddCipher { throw IOException("broken") }) }.begin(null) }
    of { signIn.begin(null) { redirectUri("https://rp.example.com/other") } }
    val odd =
        signIn {
            store(object : TokenStore by InMemoryTokenStore() {}, OddCipher { "sealed" })
        }
    val kept = odd.begin(null)
    of { odd.complete(server.signIn(kept.url), cookieOf(kept)) }
    of { PendingAuthorizations(InMemoryTokenStore()) { pendingAuthorizationLifetime = Duration.ZERO } }
}

/** Settings of sign-ins, and clients that they are not for. */
internal suspend fun Messages.signInSettings() {
    val server = TestAuthorizationServer()
    val client = clientOf(server)
    of { SignIn(client) {} }
    of { SignIn(client) { redirectUri = "http://rp.example.com/callback" } }
    of { SignIn(client) { redirectUri(CALLBACK).insecureCookies() } }
    of { SignIn(client) { redirectUri(CALLBACK).cookieName("my cookie") } }
    val profiled = clientOf(server) { fapi2Security().authentication(PrivateKeyJwt(SigningKey.generate("ES256"))) }
    of { SignIn(profiled) { redirectUri("http://localhost/callback").insecureCookies() }.begin(null) }
    of { SignIn(clientOf(server) { useIdTokenResponseType() }) { redirectUri = CALLBACK }.begin(null) }
    val signing = TestAuthorizationServer { requireSignedRequests() }
    of { SignIn(clientOf(signing)) { redirectUri = CALLBACK }.begin(null) }
}
