package dev.openidclient.signin

import dev.openidclient.client.ClientSettings
import dev.openidclient.client.OpenIdClient
import dev.openidclient.jose.JwsAlgorithm
import dev.openidclient.testserver.TestAuthorizationServer
import dev.openidclient.testserver.TestClock
import dev.openidclient.testserver.TestServerSettings

const val CALLBACK: String = "https://rp.example.com/callback"

/** A server, a client of it, and browsers. */
class SignInWorld(
    configure: TestServerSettings.() -> Unit = {},
) {
    val clock = TestClock()

    val server =
        TestAuthorizationServer {
            clock = this@SignInWorld.clock
            signingAlgorithm = JwsAlgorithm.ES256 // its keys are made at once
            configure()
        }

    fun client(configure: ClientSettings.() -> Unit = {}) =
        OpenIdClient(server.metadata, "app") {
            transport = server
            clock = this@SignInWorld.clock
            configure()
        }

    fun signIn(
        client: OpenIdClient = client(),
        configure: SignInSettings.() -> Unit = {},
    ) = SignIn(client) {
        redirectUri = CALLBACK
        configure()
    }
}

/** The cookies of one browser, in the order in which it got them. */
class Browser {
    private val cookies = LinkedHashMap<String, String>()

    /** The value of the header `Cookie`; null where there is none. */
    val header: String?
        get() = cookies.entries.joinToString("; ") { "${it.key}=${it.value}" }.ifEmpty { null }

    val names: Set<String> get() = cookies.keys

    fun take(answer: List<SignInCookie>) {
        for (cookie in answer) if (cookie.maxAge.isZero) cookies -= cookie.name else cookies[cookie.name] = cookie.value
    }

    operator fun set(
        name: String,
        value: String,
    ) {
        cookies[name] = value
    }

    operator fun get(name: String): String = cookies.getValue(name)

    /** Begins a sign-in, and returns where this browser is sent. */
    suspend fun begin(
        signIn: SignIn,
        returnTo: String? = null,
    ): String {
        val begun = signIn.begin(header, returnTo) { scope("openid") }
        take(begun.cookies)
        return begun.url
    }

    suspend fun complete(
        signIn: SignIn,
        callbackUrl: String,
    ): CompletedSignIn = signIn.complete(callbackUrl, header).also { take(it.cookies) }
}
