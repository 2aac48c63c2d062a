package dev.openidclient.integration

import dev.openidclient.client.OpenIdClient
import dev.openidclient.error.OAuthException
import dev.openidclient.error.ValidationException
import dev.openidclient.samples.recipes.OwnChecks
import dev.openidclient.samples.recipes.acceptedToken
import dev.openidclient.samples.recipes.beginCookieSignIn
import dev.openidclient.samples.recipes.beginManualSignIn
import dev.openidclient.samples.recipes.beginSignIn
import dev.openidclient.samples.recipes.cookieSignIn
import dev.openidclient.samples.recipes.emailOf
import dev.openidclient.samples.recipes.explain
import dev.openidclient.samples.recipes.finishCookieSignIn
import dev.openidclient.samples.recipes.finishManualSignIn
import dev.openidclient.samples.recipes.finishSignIn
import dev.openidclient.samples.recipes.isRefreshDue
import dev.openidclient.samples.recipes.keysToCache
import dev.openidclient.samples.recipes.logoutUrl
import dev.openidclient.samples.recipes.orders
import dev.openidclient.samples.recipes.personOf
import dev.openidclient.samples.recipes.profileOf
import dev.openidclient.samples.recipes.publicClient
import dev.openidclient.samples.recipes.refresh
import dev.openidclient.samples.recipes.revokeAll
import dev.openidclient.samples.recipes.signInOrExplanation
import dev.openidclient.samples.recipes.tokenForNextApi
import dev.openidclient.samples.recipes.tokensByGrant
import dev.openidclient.samples.recipes.useCachedKeys
import dev.openidclient.token.TokenResponse
import dev.openidclient.token.introspect
import dev.openidclient.tokenstore.InMemoryTokenStore
import dev.openidclient.tokenstore.StoreKey
import dev.openidclient.tokenstore.TokenCipher
import dev.openidclient.userinfo.userInfo
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.StringSpec
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import java.security.SecureRandom

/** The recipes of a sign-in, as every server can run them. */
class RecipesSignInIntegrationSpec :
    StringSpec({
        for (server in SignInServer.all()) {
            suspend fun OpenIdClient.signInForLong(): TokenResponse =
                signIn(server.browser()) { server.askForRefreshToken(this) }

            "$server: SignIn" {
                val client = server.connect()
                val request = beginSignIn(client)
                val callback = server.browser().signIn(request.url, Application.CALLBACK)
                finishSignIn(client, callback.url(), request.pending.encode()).person shouldBe "alice"
            }

            "$server: CookieSignIn" {
                val signIn = cookieSignIn(server.connect(), InMemoryTokenStore(), TokenCipher.of(storeKey()))
                val begun = beginCookieSignIn(signIn, null, "/orders")
                val callback = server.browser().signIn(begun.url, Application.CALLBACK)
                val cookies = begun.cookies.joinToString("; ") { "${it.name}=${it.value}" }
                shouldThrow<ValidationException> { finishCookieSignIn(signIn, callback.url(), null) }
                val done = finishCookieSignIn(signIn, callback.url(), cookies)
                done.tokens.person shouldBe "alice"
                done.returnTo shouldBe "/orders"
                shouldThrow<ValidationException> { finishCookieSignIn(signIn, callback.url(), cookies) }
            }

            "$server: ManualChecks" {
                val client = server.connect()
                val own = OwnChecks()
                val callback = server.browser().signIn(beginManualSignIn(client, own), Application.CALLBACK)
                finishManualSignIn(client, callback.url(), own).person shouldBe "alice"
                shouldThrow<ValidationException> { finishManualSignIn(client, callback.url(), OwnChecks()) }
            }

            "$server: RefreshTokens" {
                val client = server.connect()
                val tokens = client.signInForLong()
                isRefreshDue(tokens) shouldBe false
                refresh(client, tokens).shouldNotBeNull().person shouldBe "alice"
                refresh(client, tokens) shouldBe null
            }

            "$server: UserInfoClaims" {
                val client = server.connect()
                val tokens = client.signIn(server.browser())
                emailOf(client, tokens) shouldBe server.email
                profileOf(client, tokens.accessToken, "alice")["email"] shouldBe server.email
                shouldThrow<ValidationException> { profileOf(client, tokens.accessToken, "mallory") }
            }

            "$server: Logout" {
                val client = server.connect()
                val browser = server.browser()
                val url = logoutUrl(client, client.signIn(browser))
                browser.signOut(url, Application.SIGNED_OUT).url() shouldBe Application.SIGNED_OUT
            }

            "$server: VerifyIdToken" {
                val app = server.connect()
                val request = app.signInRequest()
                val idToken = app.signIn(server.browser(), request).idToken.shouldNotBeNull()
                val backend = server.connect()
                personOf(backend, idToken, request.pending.nonce.shouldNotBeNull()) shouldBe "alice"
                shouldThrow<ValidationException> { personOf(backend, idToken, "another-nonce") }
            }

            "$server: KnownKeys" {
                val first = server.connect { nonRepudiationChecks() }
                keysToCache(first) shouldBe null
                first.signIn(server.browser())
                val next = server.connect { nonRepudiationChecks() }
                useCachedKeys(next, null)
                useCachedKeys(next, keysToCache(first).shouldNotBeNull())
                keysToCache(next) shouldBe keysToCache(first)
            }

            "$server: ErrorHandling" {
                val client = server.connect(server.publicClient)
                val request = client.signInRequest()
                val callback = server.browser().signIn(request.url, Application.CALLBACK).url()
                signInOrExplanation(client, callback, request.pending) shouldBe "Hello alice"
                signInOrExplanation(client, callback, request.pending) shouldBe "That took too long: begin again."
                signInOrExplanation(client, callback, client.signInRequest().pending) shouldBe
                    "Begin again."
                val refused = client.signInRequest()
                val denied = server.browser().denyConsent(refused.url, Application.CALLBACK).url()
                signInOrExplanation(client, denied, refused.pending) shouldBe
                    "You did not agree, or could not."
                explain(shouldThrow<OAuthException> { client.userInfo("unknown", "alice") }) shouldBe
                    "Begin again."
            }

            "$server: Introspection" {
                val client = server.connect()
                val tokens = client.signIn(server.browser())
                acceptedToken(client, tokens.accessToken, "email").shouldNotBeNull().subject shouldBe "alice"
                acceptedToken(client, tokens.accessToken, "orders:write") shouldBe null
                acceptedToken(client, "unknown", "email") shouldBe null
            }

            "$server: Revocation" {
                val client = server.connect()
                val tokens = client.signInForLong()
                revokeAll(client, tokens)
                client.introspect(tokens.accessToken).isActive shouldBe false
                refresh(client, tokens) shouldBe null
            }

            "$server: ExtensionGrant" {
                val client = server.connect(server.serviceClient)
                tokensByGrant(client, "client_credentials", mapOf("scope" to "orders:read")).tokenType shouldBe "bearer"
            }
        }

        "TokenExchange" {
            val client = SignInServer.spring.connect()
            val received = client.signIn(SignInServer.spring.browser()) { scope("orders:read") }
            tokenForNextApi(client, received.accessToken).scope shouldBe "orders:read"
        }
    })

private fun storeKey() = StoreKey("k", ByteArray(32).also(SecureRandom()::nextBytes))
