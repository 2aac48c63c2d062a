package dev.openidclient.samples.docs

import dev.openidclient.async.AsyncOpenIdClient
import dev.openidclient.async.AsyncPendingAuthorizations
import dev.openidclient.async.AsyncUserTokens
import dev.openidclient.client.ClientEntry
import dev.openidclient.client.ClientRegistry
import dev.openidclient.client.OpenIdClient
import dev.openidclient.error.OAuthException
import dev.openidclient.error.TokenSourceException
import dev.openidclient.error.ValidationException
import dev.openidclient.signin.PendingAuthorizations
import dev.openidclient.signin.SignIn
import dev.openidclient.testserver.TestAuthorizationServer
import dev.openidclient.testserver.TestClock
import dev.openidclient.tokensource.UserTokens
import dev.openidclient.tokenstore.InMemoryTokenStore
import dev.openidclient.tokenstore.StoreKey
import dev.openidclient.tokenstore.TokenCipher
import dev.openidclient.tokenstore.TokenStore
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldMatch
import java.io.IOException
import java.time.Duration

private const val PAGE = "sign-in-sessions.md"

/** The browser, as far as the pages of a sign-in see it. */
private class Browser :
    Answer,
    SignInSessions.Answer {
    private val cookies = LinkedHashMap<String, String>()
    lateinit var location: String
    lateinit var setCookie: String

    val header: String get() = cookies.entries.joinToString("; ") { "${it.key}=${it.value}" }

    override fun addHeader(
        name: String,
        value: String,
    ) {
        setCookie = value
        val (cookie, text) = value.substringBefore(';').split('=', limit = 2)
        if ("Max-Age=0" in value) cookies -= cookie else cookies[cookie] = text
    }

    override fun redirect(url: String) {
        location = url
    }
}

private class BrokenStore(
    private val store: TokenStore = InMemoryTokenStore(),
) : TokenStore by store {
    override suspend fun take(id: String): String? = throw IOException("broken")
}

class SignInSessionsPageSpec :
    FunSpec({
        val clock = TestClock()
        val server = TestAuthorizationServer { this.clock = clock }

        fun client() =
            OpenIdClient(server.metadata, "s6BhdRkqt3") {
                transport = server
                this.clock = clock
            }

        fun cipher(id: String) = TokenCipher.of(StoreKey(id, ByteArray(32) { (it + id.length).toByte() }))

        test("the two routes sign a person in, in Kotlin and in Java, with the cookie of the page") {
            val client = client()
            val users = UserTokens(client)
            val inKotlin = SignInPages(signInOf(client, InMemoryTokenStore(), cipher("a")), users) { "new-session" }
            val browser = Browser()
            inKotlin.login(null, "/orders", browser)
            browser.setCookie shouldMatch
                Regex("__Host-signin-[\\w-]{16}=[\\w-]{43}; Path=/; Max-Age=3600; Secure; HttpOnly; SameSite=Lax")
            inKotlin.callback(server.signIn(browser.location, "alice"), browser.header, browser)
            browser.location shouldBe "/orders"
            browser.header shouldBe ""
            users.load("new-session").shouldNotBeNull().claims?.subject shouldBe "alice"

            val async = AsyncOpenIdClient.of(client)
            val signIn = SignInSessions.signInOf(async, InMemoryTokenStore(), cipher("a"))
            val sessions = AsyncUserTokens.of(async)
            val inJava = SignInSessions(signIn, sessions) { "new-session" }
            inJava.login(null, "//attacker.example", browser).join()
            inJava.callback(server.signIn(browser.location, "bob"), browser.header, browser).join()
            browser.location shouldBe "/"
            sessions.load("new-session").join()?.claims?.subject shouldBe "bob"
        }

        test("the messages of the page are those of real failures") {
            val client = client()
            val signIn = signInOf(client, InMemoryTokenStore(clock = clock), cipher("a"))

            suspend fun failure(
                at: SignIn,
                begunAt: SignIn = at,
                isCookieSent: Boolean = true,
                between: suspend (callback: String, cookies: String) -> Unit = { _, _ -> },
            ): OAuthException {
                val begun = begunAt.begin(null)
                val callback = server.signIn(begun.url)
                val cookies = begun.cookies.joinToString("; ") { "${it.name}=${it.value}" }
                between(callback, cookies)
                return shouldThrow<OAuthException> { at.complete(callback, cookies.takeIf { isCookieSent }) }
            }

            val foreign = failure(signIn, isCookieSent = false)
            pageShows(PAGE, foreign)
            SignInPages(signIn, UserTokens(client)) { "" }.explain(foreign) shouldBe SignInSessions.explain(foreign)
            pageShows(PAGE, failure(signIn) { callback, cookies -> signIn.complete(callback, cookies) })
            val sealed =
                List(
                    2,
                ) { index -> SignIn(client) { redirectUri(REDIRECT).sealedCookie(cipher("ab"[index].toString())) } }
            pageShows(PAGE, failure(sealed[1], begunAt = sealed[0]))
            pageShows(PAGE, failure(sealed[0]) { _, _ -> clock.advance(Duration.ofSeconds(3_700)) })
            (failure(signInOf(client, BrokenStore(), cipher("a"))) as TokenSourceException).let { pageShows(PAGE, it) }
            pageShows(
                PAGE,
                shouldThrow<IllegalArgumentException> {
                    SignIn(
                        client,
                    ) { redirectUri = "http://rp.example.com/callback" }
                },
            )
        }

        test("what is pending is taken once by hand too, in Kotlin and in Java") {
            var handle = ""
            val end: suspend (String) -> Pair<String, String> = { url -> server.signIn(url) to handle }
            byHand(client(), InMemoryTokenStore(), cipher("a"), { handle = it }, end) shouldBe "bearer"
            byHand(client(), InMemoryTokenStore(), cipher("a"), {}) { server.signIn(it) to "x" } shouldBe "begin again"

            val client = AsyncOpenIdClient.of(client())
            val pending = AsyncPendingAuthorizations.of(InMemoryTokenStore())
            SignInSessions
                .end(client, pending, "/callback?code=c", SignInSessions.begin(client, pending).join())
                .handle { _, failure -> failure.cause ?: failure }
                .join()::class shouldBe ValidationException::class
            SignInSessions.end(client, pending, "/callback?code=c", "x").join().isEmpty shouldBe true
            PendingAuthorizations(InMemoryTokenStore()).take("x") shouldBe null
        }

        test("each server of many has a redirect URI of its own") {
            val registry =
                ClientRegistry {
                    transport = server
                    this.clock = clock
                    find { ClientEntry("s6BhdRkqt3") }
                }
            val signIn = ofTenant(registry, server.issuer, "acme", InMemoryTokenStore(), cipher("a"))
            val begun = signIn.begin(null)
            val cookie = begun.cookies.single()
            signIn
                .complete(
                    server.signIn(begun.url),
                    "${cookie.name}=${cookie.value}",
                ).tokens.accessToken
                .shouldNotBeNull()
            signIn.toString() shouldBe "SignIn(https://rp.example.com/callback/acme)"
            registry.close()
        }
    })

private const val REDIRECT = "https://rp.example.com/callback"
