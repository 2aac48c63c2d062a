package dev.openidclient.samples.docs

import dev.openidclient.async.AsyncOpenIdClient
import dev.openidclient.authorization.AuthorizationRequest
import dev.openidclient.authorization.PendingAuthorization
import dev.openidclient.authorization.authorizationRequest
import dev.openidclient.client.OpenIdClient
import dev.openidclient.error.AuthorizationResponseException
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.OAuthException
import dev.openidclient.error.ResponseBodyException
import dev.openidclient.error.TransportException
import dev.openidclient.error.ValidationException
import dev.openidclient.http.Parameters
import dev.openidclient.metadata.AuthorizationServerMetadata
import dev.openidclient.token.authorizationCodeGrant
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import io.kotest.matchers.string.shouldContain
import java.time.Clock
import java.time.Duration
import java.time.ZoneOffset
import java.util.Optional
import javax.crypto.KeyGenerator

private const val PAGE = "callback.md"

class CallbackPageSpec :
    FunSpec({
        val server = FakeServer()
        val client = server.client()
        val page = CallbackKotlin(client)
        beforeTest { server.requests.clear() }

        fun request(client: OpenIdClient = server.client()): AuthorizationRequest =
            client.authorizationRequest {
                redirectUri("https://rp.example.com/callback")
                scope("openid", "email")
            }

        fun answerTokens(pending: PendingAuthorization) {
            val idToken = server.idToken(pending, subject = "alice")
            server.answer(200, """{"access_token": "a", "token_type": "Bearer", "id_token": "$idToken"}""")
        }

        class MapSession : WebSession {
            val values = mutableMapOf<String, String>()

            override fun put(
                name: String,
                value: String,
            ) {
                values[name] = value
            }

            override fun take(name: String): String? = values.remove(name)
        }

        test("each tab finishes its own sign-in, once") {
            val session = MapSession()
            val first = request().also { page.store(session, it) }
            val second = request().also { page.store(session, it) }

            for (each in listOf(second, first)) {
                answerTokens(each.pending)
                val state = each.pending.state
                page.take(session, "/callback?code=c&state=$state", state)?.claims?.subject shouldBe "alice"
                page.take(session, "/callback?code=c&state=$state", state) shouldBe null
            }
        }

        test("what is pending is some 400 characters, and a redirect URI of a proxy does no harm") {
            val pending = request().pending
            pending.encode().length shouldBe pending.encode().length.coerceIn(300, 500)

            answerTokens(pending)
            client.authorizationCodeGrant("http://10.0.0.7:8080/callback?code=c&state=${pending.state}", pending)
            server.requests.single().body?.parameters?.get("redirect_uri") shouldBe "https://rp.example.com/callback"
        }

        test("a posted form and parsed parameters are taken") {
            for (way in listOf("form", "parsed")) {
                val pending = request().pending
                answerTokens(pending)
                val tokens =
                    if (way == "form") {
                        val body = "code=c&state=${pending.state}"
                        page.formPost("/callback", body, "application/x-www-form-urlencoded", pending)
                    } else {
                        page.parsed(mapOf("code" to "c", "state" to pending.state), pending)
                    }
                tokens.claims?.subject shouldBe "alice"
            }
        }

        test("own state, nonce and PKCE are checked") {
            var asked = Parameters.EMPTY
            val tokens =
                page.manual { url ->
                    asked = Parameters.parse(url.substringAfter('?'))
                    val idToken = server.idTokenWith(checkNotNull(asked["nonce"]), subject = "alice")
                    server.answer(200, """{"access_token": "a", "token_type": "Bearer", "id_token": "$idToken"}""")
                    "https://rp.example.com/callback?code=c&state=${asked["state"]}"
                }
            tokens.claims?.subject shouldBe "alice"
            server.requests.single().body?.parameters?.get("code_verifier") shouldNotBe null
            asked["code_challenge_method"] shouldBe "S256"
        }

        test("the messages of the page are real") {
            suspend fun refused(
                query: String,
                pending: PendingAuthorization = request().pending,
                with: OpenIdClient = client,
            ): OAuthException = shouldThrow<OAuthException> { with.authorizationCodeGrant("/callback$query", pending) }

            val pending = request().pending
            val denied =
                refused("?error=access_denied&error_description=the+person+said+no&state=${pending.state}", pending)
            (denied as AuthorizationResponseException).error shouldBe "access_denied"
            pageShows(PAGE, denied)
            val state = refused("?code=c&state=another")
            (state as ValidationException).subject shouldBe "state"
            pageShows(PAGE, state)
            val iss = refused("?code=c&state=${pending.state}&iss=https://attacker.example", pending)
            (iss as ValidationException).subject shouldBe "iss"
            pageShows(PAGE, iss)
            val late = Clock.fixed(FakeServer.NOW + Duration.ofSeconds(3700), ZoneOffset.UTC)
            val old = refused("?code=c&state=${pending.state}", pending, server.client { clock = late })
            (old as ValidationException).subject shouldBe "pending_authorization"
            pageShows(PAGE, old)
            val other = OpenIdClient(AuthorizationServerMetadata.parse(FakeServer.METADATA), "other")
            pageShows(PAGE, refused("?code=c&state=${pending.state}", pending, other))
            val empty = refused("", pending)
            empty::class shouldBe InvalidResponseException::class
            pageShows(PAGE, empty)
            server.requests shouldBe emptyList()

            server.answer(400, """{"error": "invalid_grant"}""")
            val used = refused("?code=c&state=${pending.state}", pending)
            used::class shouldBe ResponseBodyException::class
            pageShows(PAGE, used)
            answerTokens(request().pending)
            val nonce = refused("?code=c&state=${pending.state}", pending)
            (nonce as ValidationException).subject shouldBe "nonce"
            nonce.unacceptedTokens?.accessToken shouldBe "a"
            pageShows(PAGE, nonce)
            pageShows(PAGE, shouldThrow<IllegalArgumentException> { PendingAuthorization.decode("something else") })
        }

        test("the person reads what happened, by error") {
            suspend fun shown(error: String): String? {
                val pending = request().pending
                return page.finish("/callback?error=$error&state=${pending.state}", pending) {}
            }

            shown("access_denied") shouldBe "You did not allow it."
            shown("login_required") shouldBe "Please sign in."
            shown("server_error") shouldBe "The sign-in did not succeed. Please begin again."
        }

        test("the Java one takes each form of a callback, and explains the same") {
            val java = Callback(AsyncOpenIdClient.of(client))
            val session = mutableMapOf<String, String>()
            val store =
                object : Callback.Session {
                    override fun put(
                        name: String,
                        value: String,
                    ) {
                        session[name] = value
                    }

                    override fun take(name: String): Optional<String> = Optional.ofNullable(session.remove(name))
                }
            val first = request().also { java.store(store, it) }
            val state = first.pending.state
            answerTokens(first.pending)
            val tokens = java.take(store, "/callback?code=c&state=$state", state).get().join()
            tokens.claims?.subject shouldBe "alice"
            java.take(store, "/callback?code=c&state=$state", state).isPresent shouldBe false

            val pending = request().pending
            repeat(2) { answerTokens(pending) }
            val form = "application/x-www-form-urlencoded"
            java.formPost("/callback", "code=c&state=${pending.state}", form, pending).join()
            java.parsed(mapOf("code" to "c", "state" to pending.state), pending).join()
            java
                .manual { url ->
                    val asked = Parameters.parse(url.substringAfter('?'))
                    val idToken = server.idTokenWith(checkNotNull(asked["nonce"]), subject = "alice")
                    server.answer(200, """{"access_token": "a", "token_type": "Bearer", "id_token": "$idToken"}""")
                    "https://rp.example.com/callback?code=c&state=${asked["state"]}"
                }.join()

            fun shown(query: String) = java.finish("/callback?$query&state=${pending.state}", pending) {}.join()
            shown("error=access_denied") shouldBe Optional.of("You did not allow it.")
            shown("error=login_required") shouldBe Optional.of("Please sign in.")
            shown("code=c&iss=https://attacker.example") shouldBe
                Optional.of("This sign-in cannot be trusted. Please begin again.")
            server.fail(TransportException(ErrorCode.NETWORK_ERROR, "broken"))
            shown("code=c") shouldBe Optional.of("The sign-in service does not answer. Please begin again later.")
            answerTokens(pending)
            shown("code=c") shouldBe Optional.empty()
        }

        test("a sealed cookie opens where it was sealed, and nothing else does") {
            fun newKey() = KeyGenerator.getInstance("AES").apply { init(256) }.generateKey()
            val key = newKey()
            val value = request().pending.encode()
            val kotlin = SignInCookie(key)
            val java = SealedCookie(key)

            java.open(kotlin.seal(value)).get() shouldBe value
            kotlin.open(java.seal(value)) shouldBe value
            kotlin.seal(value) shouldNotBe kotlin.seal(value)
            for (other in listOf("", "v2.abc", "AAAA", kotlin.seal(value).replaceRange(40, 41, "_").plus("A"))) {
                kotlin.open(other) shouldBe null
                java.open(other).isPresent shouldBe false
            }
            SignInCookie(newKey()).open(kotlin.seal(value)) shouldBe null
            kotlin.seal(value) shouldContain Regex("^[A-Za-z0-9_-]+$")
        }
    })
