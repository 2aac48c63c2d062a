package dev.openidclient.signin

import dev.openidclient.authorization.AuthorizationCallback
import dev.openidclient.authorization.authorizationRequest
import dev.openidclient.client.ClientSource
import dev.openidclient.clientauth.PrivateKeyJwt
import dev.openidclient.error.AuthorizationResponseException
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.OAuthException
import dev.openidclient.error.Reached
import dev.openidclient.error.ResponseBodyException
import dev.openidclient.error.TokenSourceException
import dev.openidclient.error.ValidationException
import dev.openidclient.error.ValidationSubject
import dev.openidclient.jose.SigningKey
import dev.openidclient.tokenstore.InMemoryTokenStore
import dev.openidclient.tokenstore.TokenCipher
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeUnique
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.ints.shouldBeLessThanOrEqual
import io.kotest.matchers.maps.shouldBeEmpty
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldMatch
import io.kotest.matchers.string.shouldNotContain
import io.kotest.matchers.string.shouldStartWith
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.withContext
import java.time.Duration

class SignInSpec :
    FunSpec({
        suspend fun beginAgain(call: suspend () -> Any?): ValidationException {
            val failure = shouldThrow<ValidationException> { call() }
            failure.subject shouldBe ValidationSubject.PENDING_AUTHORIZATION
            failure.reached shouldBe Reached.NO
            failure.message shouldContain "begin the sign-in again"
            return failure
        }

        val modes =
            mapOf<String, SignInSettings.() -> Unit>(
                "in memory" to {},
                "in a store" to storeSettings(WatchedStore(), TokenCipher.of(storeKey())),
                "in a cookie" to cookieSettings(TokenCipher.of(storeKey())),
            )

        for ((mode, configure) in modes) {
            context("a sign-in that is kept $mode") {
                test("brings the tokens of the person, and where they wanted to go") {
                    val world = SignInWorld()
                    val signIn = world.signIn(configure = configure)
                    val browser = Browser()
                    val url = browser.begin(signIn, returnTo = "/orders?page=2#last")
                    val done = browser.complete(signIn, world.server.signIn(url, "alice"))
                    done.tokens.claims.shouldNotBeNull().subject shouldBe "alice"
                    done.returnTo shouldBe "/orders?page=2#last"
                    browser.header.shouldBeNull()
                }

                test("is begun at one instance and finished at another one") {
                    val world = SignInWorld()
                    val one = world.signIn(configure = configure)
                    val other = if (mode == "in memory") one else world.signIn(configure = configure)
                    val browser = Browser()
                    val callback = world.server.signIn(browser.begin(one))
                    browser.complete(other, callback).tokens.idToken.shouldNotBeNull()
                }

                test("cannot be finished by another browser: not without a cookie, and not with its own") {
                    val world = SignInWorld()
                    val signIn = world.signIn(configure = configure)
                    val attacker = Browser()
                    val callback = world.server.signIn(attacker.begin(signIn), "mallory")
                    val victim = Browser()
                    beginAgain { victim.complete(signIn, callback) }
                    victim.begin(signIn)
                    beginAgain { victim.complete(signIn, callback) }
                    world.server.tokenEndpoint.requestCount shouldBe 0
                    // and nothing is lost: neither theirs, nor that of the one who began it
                    victim.names.size shouldBe 1
                    attacker.complete(signIn, callback).tokens.claims?.subject shouldBe "mallory"
                }

                test("is one of several in several tabs, finished in any order") {
                    val world = SignInWorld()
                    val signIn = world.signIn(configure = configure)
                    val browser = Browser()
                    val urls = List(4) { browser.begin(signIn, "/tab/$it") }
                    browser.names shouldHaveSize 4
                    for (index in listOf(2, 0, 3, 1)) {
                        val done = browser.complete(signIn, world.server.signIn(urls[index], "person-$index"))
                        done.returnTo shouldBe "/tab/$index"
                        done.tokens.claims?.subject shouldBe "person-$index"
                    }
                    browser.header.shouldBeNull()
                }

                test("is too old after pendingAuthorizationLifetime") {
                    val world = SignInWorld { codeLifetime = Duration.ofDays(1) }
                    val client = world.client { pendingAuthorizationLifetime = Duration.ofMinutes(10) }
                    val clocked: SignInSettings.() -> Unit =
                        if (mode ==
                            "in a store"
                        ) {
                            storeSettings(WatchedStore(world.clock), TokenCipher.of(storeKey()))
                        } else {
                            configure
                        }
                    val signIn = world.signIn(client, clocked)
                    val browser = Browser()
                    val callbacks = List(2) { world.server.signIn(browser.begin(signIn)) }
                    world.clock.advance(Duration.ofMinutes(10).minusSeconds(1))
                    browser.complete(signIn, callbacks[0])
                    world.clock.advance(Duration.ofSeconds(2))
                    val failure = shouldThrow<ValidationException> { browser.complete(signIn, callbacks[1]) }
                    failure.subject shouldBe ValidationSubject.PENDING_AUTHORIZATION
                    failure.reached shouldBe Reached.NO
                    failure.message shouldContain "the sign-in again"
                    world.server.tokenEndpoint.requestCount shouldBe 1
                }

                test("is refused where the cookie was changed, cut off, or swapped with that of another sign-in") {
                    val world = SignInWorld()
                    val signIn = world.signIn(configure = configure)
                    val browser = Browser()
                    val callback = world.server.signIn(browser.begin(signIn))
                    browser.begin(signIn)
                    val (name, otherName) = browser.names.toList()
                    val value = browser[name]
                    val changes =
                        listOf(
                            "",
                            value.dropLast(1),
                            value + "A",
                            "\"$value\"",
                            value.drop(1),
                            value.reversed(),
                            "ü",
                            "v1.x.y",
                            "a=b",
                        )
                    for (change in changes) {
                        withClue(change) {
                            val failure = beginAgain { signIn.complete(callback, "$name=$change") }
                            failure.stackTraceToString() shouldNotContain value
                        }
                    }
                    val swapped =
                        shouldThrow<ValidationException> { signIn.complete(callback, "$name=${browser[otherName]}") }
                    swapped.reached shouldBe Reached.NO
                    if (mode == "in a cookie") swapped.message shouldContain "does not open"
                    world.server.tokenEndpoint.requestCount shouldBe 0
                    signIn.complete(callback, "$name=$value").tokens.idToken.shouldNotBeNull()
                }
            }
        }

        test(
            "a callback is taken once: of 100 callers at two instances one gets tokens, and the server is asked once",
        ) {
            val world = SignInWorld()
            val store = InMemoryTokenStore()
            val cipher = TokenCipher.of(storeKey())
            val instances = List(2) { world.signIn { store(store, cipher) } }
            val browser = Browser()
            val callback = world.server.signIn(browser.begin(instances[0]))
            val header = browser.header
            val outcomes =
                withContext(Dispatchers.Default) {
                    List(100) {
                        async {
                            try {
                                instances[it % 2].complete(callback, header)
                            } catch (e: ValidationException) {
                                e.subject
                            }
                        }
                    }.awaitAll()
                }
            outcomes.filterIsInstance<CompletedSignIn>() shouldHaveSize 1
            outcomes.filter { it == ValidationSubject.PENDING_AUTHORIZATION } shouldHaveSize 99
            world.server.tokenEndpoint.requestCount shouldBe 1
        }

        test("a callback that comes again is told to begin again, and the server is not asked") {
            val world = SignInWorld()
            val signIn = world.signIn()
            val browser = Browser()
            val callback = world.server.signIn(browser.begin(signIn))
            val header = browser.header
            signIn.complete(callback, header)
            beginAgain { signIn.complete(callback, header) }.message shouldContain "was finished before, or is too old"
            world.server.tokenEndpoint.requestCount shouldBe 1
        }

        test("a sealed cookie that is sent twice is refused by the server, which takes the code once") {
            val world = SignInWorld()
            val signIn = world.signIn { sealedCookie(TokenCipher.of(storeKey())) }
            val browser = Browser()
            val callback = world.server.signIn(browser.begin(signIn))
            val header = browser.header
            signIn.complete(callback, header)
            shouldThrow<ResponseBodyException> { signIn.complete(callback, header) }.error shouldBe "invalid_grant"
        }

        test(
            "a sealed cookie shows nothing, and opens with no other key, name or namespace, and not as an entry of a store",
        ) {
            val world = SignInWorld()
            val cipher = TokenCipher.of(storeKey())
            val signIn = world.signIn { sealedCookie(cipher) }
            val browser = Browser()
            val url = browser.begin(signIn, "/secret-place")
            val callback = world.server.signIn(url)
            val cookie = checkNotNull(browser.header)
            cookie shouldMatch Regex("__Host-signin-[A-Za-z0-9_-]{16}=v1\\.2026-11\\.[A-Za-z0-9_-]+")
            for (secret in listOf("secret-place", CALLBACK, "as.example.com", url.substringAfter("state=").take(20))) {
                cookie shouldNotContain secret
            }
            beginAgain { world.signIn { sealedCookie(TokenCipher.of(storeKey())) }.complete(callback, cookie) }
            val unknown =
                beginAgain { world.signIn { sealedCookie(TokenCipher.of(storeKey("x"))) }.complete(callback, cookie) }
            unknown.message shouldContain "sealed with the key \"2026-11\", which is none of [x]"
            beginAgain {
                world
                    .signIn {
                        sealedCookie(cipher)
                        namespace = "other"
                    }.complete(callback, cookie)
            }
            beginAgain { world.signIn { store(WatchedStore(), cipher) }.complete(callback, cookie) }
            beginAgain {
                world.signIn { sealedCookie(ChattyCipher()) }.complete(callback, cookie)
            }.stackTraceToString() shouldNotContain
                "very-secret"
            signIn.complete(callback, cookie).returnTo shouldBe "/secret-place"
        }

        test("a sealed cookie that is longer than browsers keep is refused, and says what to do") {
            val signIn = SignInWorld().signIn { sealedCookie(TokenCipher.of(storeKey())) }
            val failure =
                shouldThrow<IllegalArgumentException> {
                    signIn.begin(null) {
                        scope("openid")
                        repeat(20) { resource("https://api.example.com/${"x".repeat(100)}/$it") }
                    }
                }
            failure.message shouldMatch
                Regex("the cookie of this sign-in has \\d+ bytes, but browsers keep 4096 at the most: ask for less .*")
        }

        test(
            "a long path to return to, which comes from a link, is dropped where the cookie would be too long for it",
        ) {
            val world = SignInWorld()
            val signIn = world.signIn { sealedCookie(TokenCipher.of(storeKey())) }
            val path = "/" + "x".repeat(1_023)
            val begun =
                signIn.begin(null, path) {
                    scope("openid")
                    repeat(12) { resource("https://api.example.com/${"x".repeat(100)}/$it") }
                }
            cookieOf(begun).length shouldBeLessThanOrEqual 4_096
            signIn.complete(world.server.signIn(begun.url), cookieOf(begun)).returnTo.shouldBeNull()
            val short = signIn.begin(null, path) { scope("openid") }
            signIn.complete(world.server.signIn(short.url), cookieOf(short)).returnTo shouldBe path
        }

        test("the browser gets a handle of 43 characters, which stands in no URL") {
            val world = SignInWorld()
            val begun = world.signIn().begin(null)
            begun.cookies.single().value shouldMatch Regex("[A-Za-z0-9_-]{43}")
            begun.url shouldNotContain begun.cookies.single().value
        }

        test("a browser keeps the cookies of 5 sign-ins: the oldest have to go, and the latest can be finished") {
            val world = SignInWorld()
            val signIn = world.signIn()
            val browser = Browser()
            browser["session"] = "of the application"
            browser["__Host-signin-too-short"] = "of somebody else"
            val urls = List(9) { browser.begin(signIn, "/$it") }
            browser.names.filter { it.startsWith("__Host-signin-") && it.length == 30 } shouldHaveSize 5
            browser.names.size shouldBe 7
            beginAgain { browser.complete(signIn, world.server.signIn(urls[3])) }
            for (index in 4..8) browser.complete(signIn, world.server.signIn(urls[index])).returnTo shouldBe "/$index"
            browser.names shouldBe setOf("session", "__Host-signin-too-short")
        }

        test("a request with thousands of such names is answered with 20 deletions") {
            val signIn = SignInWorld().signIn()
            val header = List(5_000) { "__Host-signin-${it.toString().padStart(16, 'A')}=x" }.joinToString("; ")
            signIn.begin(header).cookies shouldHaveSize 21
        }

        test("cookies of others, without a value, with spaces, and 64 KiB of them are passed over") {
            val world = SignInWorld()
            val signIn = world.signIn()
            val surroundings =
                listOf<(String) -> String>(
                    { "a=b; $it" },
                    { "$it;" },
                    { ";; ;=; =x; a; $it ; \t" },
                    { "a=${"b".repeat(100)}; ".repeat(650) + it },
                    { ";".repeat(70_000) + it },
                    { "\u0000=\u0000;$it" },
                    { "$it; x=\"a;b\"" },
                    { it.replaceFirst("=", " = ") },
                    { "$it; $it" },
                )
            for ((index, surrounded) in surroundings.withIndex()) {
                withClue(index) {
                    val browser = Browser()
                    val callback = world.server.signIn(browser.begin(signIn))
                    val done = signIn.complete(callback, surrounded(checkNotNull(browser.header)))
                    done.tokens.idToken.shouldNotBeNull()
                }
            }
        }

        test("a cookie that comes with two values is refused, for one is somebody else's") {
            val world = SignInWorld()
            val signIn = world.signIn()
            val browser = Browser()
            val callback = world.server.signIn(browser.begin(signIn))
            val name = browser.names.single()
            beginAgain { signIn.complete(callback, "$name=${"A".repeat(43)}; ${browser.header}") }.message shouldContain
                "2 values"
            browser.complete(signIn, callback)
        }

        test("a callback without state, or with two, is refused, and nothing is lost") {
            val world = SignInWorld()
            val signIn = world.signIn()
            val browser = Browser()
            val callback = world.server.signIn(browser.begin(signIn))
            shouldThrow<ValidationException> { browser.complete(signIn, "$CALLBACK?code=x") }.subject shouldBe
                ValidationSubject.STATE
            shouldThrow<ValidationException> { browser.complete(signIn, CALLBACK) }.subject shouldBe
                ValidationSubject.STATE
            shouldThrow<InvalidResponseException> { browser.complete(signIn, "$callback&state=x") }.reached shouldBe
                Reached.NO
            browser.complete(signIn, callback)
        }

        test("what the person or the server refuses is told as it is, and is over") {
            val world = SignInWorld()
            val signIn = world.signIn()
            val browser = Browser()
            val callback = world.server.deny(browser.begin(signIn))
            shouldThrow<AuthorizationResponseException> { browser.complete(signIn, callback) }.error shouldBe
                "access_denied"
            beginAgain { browser.complete(signIn, callback) }
        }

        context("the answer comes") {
            test("as a form, with a cookie that browsers send along with it") {
                val world = SignInWorld()
                val signIn = world.signIn()
                val begun = signIn.begin(null, "/x") { responseMode("form_post").scope("openid") }
                begun.cookies.single().sameSite shouldBe "None"
                val callback = AuthorizationCallback.formPost("/callback", world.server.signInForm(begun.url))
                val done = signIn.complete(callback, cookieOf(begun))
                done.returnTo shouldBe "/x"
                done.cookies.single().headerValue() shouldBe
                    "${begun.cookies.single().name}=; Path=/; Max-Age=0; Secure; HttpOnly; SameSite=None"
            }

            for (jarm in listOf("jwt", "query.jwt", "form_post.jwt")) {
                test("as a JWT with $jarm") {
                    val world = SignInWorld()
                    val signIn = world.signIn(world.client { useJwtResponseMode() })
                    val begun = signIn.begin(null) { responseMode(jarm).scope("openid") }
                    val callback =
                        if (jarm == "form_post.jwt") {
                            AuthorizationCallback.formPost("/callback", world.server.signInForm(begun.url))
                        } else {
                            AuthorizationCallback.url(world.server.signIn(begun.url))
                        }
                    begun.cookies.single().sameSite shouldBe if (jarm == "form_post.jwt") "None" else "Lax"
                    signIn.complete(callback, cookieOf(begun)).tokens.idToken.shouldNotBeNull()
                }
            }

            test("as a JWT that was changed: refused, and nothing is lost") {
                val world = SignInWorld()
                val signIn = world.signIn(world.client { useJwtResponseMode() })
                val begun = signIn.begin(null) { scope("openid") }
                val callback = world.server.signIn(begun.url)
                val changed = callback.dropLast(10) + "AAAAAAAAAA"
                val failure = shouldThrow<OAuthException> { signIn.complete(changed, cookieOf(begun)) }
                failure.reached shouldBe Reached.NO
                signIn.complete(callback, cookieOf(begun)).tokens.idToken.shouldNotBeNull()
            }

            test("with an ID Token: as a form, without being asked") {
                val world = SignInWorld()
                val signIn = world.signIn(world.client { useCodeIdTokenResponseType() })
                val begun = signIn.begin(null) { scope("openid") }
                begun.url shouldContain "response_mode=form_post"
                val callback = AuthorizationCallback.formPost("/callback", world.server.signInForm(begun.url))
                signIn.complete(callback, cookieOf(begun)).tokens.idToken.shouldNotBeNull()
            }
        }

        test("a client of response_type=id_token is refused when a sign-in begins") {
            val world = SignInWorld()
            val signIn = world.signIn(world.client { useIdTokenResponseType() })
            shouldThrow<IllegalStateException> { signIn.begin(null) }.message shouldContain "response_type=id_token"
        }

        context("a request") {
            test("is pushed where the server requires it, and where the settings say so") {
                val required = SignInWorld { requirePushedRequests() }
                val wanted = SignInWorld()
                for ((world, signIn) in listOf(
                    required to required.signIn(),
                    wanted to wanted.signIn { pushRequests() },
                )) {
                    val browser = Browser()
                    val url = browser.begin(signIn, "/x")
                    url shouldContain "request_uri="
                    url shouldNotContain "state="
                    browser.complete(signIn, world.server.signIn(url)).returnTo shouldBe "/x"
                    world.server.pushedAuthorizationRequestEndpoint.requestCount shouldBe 1
                }
            }

            test("is signed with the key of the settings, and pushed then") {
                val key = SigningKey.generate("ES256")
                val world =
                    SignInWorld {
                        requireSignedRequests()
                        requirePushedRequests()
                        client("app", "a-secret") { jwks(key.publicJwk) }
                    }
                val signIn = world.signIn(world.client { clientSecret("a-secret") }) { signRequests(key) }
                val browser = Browser()
                browser.complete(signIn, world.server.signIn(browser.begin(signIn))).tokens.idToken.shouldNotBeNull()
            }

            test("that must be signed says which setting signs it, and nothing is kept") {
                val store = WatchedStore()
                val world = SignInWorld { requireSignedRequests() }
                val signIn = world.signIn { store(store, TokenCipher.of(storeKey())) }
                shouldThrow<IllegalStateException> { signIn.begin(null) }.message shouldContain "signRequests(key)"
                store.values.shouldBeEmpty()
            }

            test("that the server refuses leaves nothing behind") {
                val store = WatchedStore()
                val world = SignInWorld()
                world.server.pushedAuthorizationRequestEndpoint.failNext(400, "invalid_request")
                val signIn =
                    world.signIn {
                        pushRequests()
                        store(store, TokenCipher.of(storeKey()))
                    }
                shouldThrow<ResponseBodyException> { signIn.begin(null) }
                store.values.shouldBeEmpty()
            }

            test("with another redirect URI than the settings have is refused") {
                shouldThrow<IllegalArgumentException> {
                    SignInWorld().signIn().begin(null) { redirectUri("https://rp.example.com/other") }
                }.message shouldContain "the redirect URI of a sign-in is the one of the settings"
            }
        }

        test("the client is asked for each time, and what it is refused with is told") {
            val world = SignInWorld()
            val client = CompletableDeferred(world.client())
            var asked = 0
            val signIn =
                SignIn(
                    ClientSource {
                        asked++
                        client.await()
                    },
                ) { redirectUri = CALLBACK }
            val browser = Browser()
            browser.complete(signIn, world.server.signIn(browser.begin(signIn)))
            asked shouldBe 2
        }

        test("a sign-in of another client or server is refused, and so is what is in the same store by itself") {
            val world = SignInWorld()
            val store = InMemoryTokenStore()
            val browser = Browser()
            val callback = world.server.signIn(browser.begin(world.signIn { store(store) }))
            val other = SignInWorld { issuer = "https://other.example.com" }
            val failure = shouldThrow<ValidationException> { browser.complete(other.signIn { store(store) }, callback) }
            failure.message shouldContain "the pending authorization is of client \"app\" at \"https://as.example.com\""
            other.server.tokenEndpoint.requestCount shouldBe 0
        }

        test("an outage of the store is told as such, at both ends, and has no word of its exception") {
            val world = SignInWorld()
            val store = WatchedStore()
            val signIn = world.signIn { store(store, TokenCipher.of(storeKey())) }
            val browser = Browser()
            val callback = world.server.signIn(browser.begin(signIn))
            store.isDown = true
            for (call in listOf<suspend () -> Any?>(
                { browser.begin(signIn) },
                { browser.complete(signIn, callback) },
            )) {
                val failure = shouldThrow<TokenSourceException> { call() }
                failure.code shouldBe ErrorCode.TOKEN_STORE_FAILED
                failure.stackTraceToString() shouldNotContain "very-secret"
            }
            store.isDown = false
            browser.complete(signIn, callback).tokens.idToken.shouldNotBeNull()
        }

        test("an entry of the store that does not open is told as such: one instance with a wrong key is found out") {
            val world = SignInWorld()
            val store = WatchedStore()
            val browser = Browser()
            val callback = world.server.signIn(browser.begin(world.signIn { store(store, TokenCipher.of(storeKey())) }))
            val wrong = world.signIn { store(store, TokenCipher.of(storeKey())) }
            shouldThrow<TokenSourceException> { browser.complete(wrong, callback) }.code shouldBe
                ErrorCode.TOKEN_STORE_UNREADABLE
        }

        test("parameters of the token request are sent, and each sign-in has its own state, nonce and cookie") {
            val world = SignInWorld()
            val signIn = world.signIn()
            val begun = List(20) { signIn.begin(null) { scope("openid") } }
            begun.map { it.cookies.single().name }.shouldBeUnique()
            begun.map { it.cookies.single().value }.shouldBeUnique()
            begun.map { it.url }.shouldBeUnique()
            signIn.complete(world.server.signIn(begun[0].url), cookieOf(begun[0])) { parameter("x", "y") }
            world.server.requests.last().parameter("x") shouldBe "y"
        }

        test("two programs on one host have cookies of their own, where cookieName says so") {
            val world = SignInWorld()
            val browser = Browser()
            val one = world.signIn { cookieName = "shop" }
            val other = world.signIn { cookieName = "admin" }
            repeat(5) { browser.begin(one) }
            repeat(5) { browser.begin(other) }
            browser.names.count { it.startsWith("__Host-shop-") } shouldBe 5
            browser.names.count { it.startsWith("__Host-admin-") } shouldBe 5
        }

        context("settings are refused") {
            val world = SignInWorld()

            fun refused(configure: SignInSettings.() -> Unit): String =
                shouldThrow<IllegalArgumentException> { SignIn(world.client(), configure) }.message.orEmpty()

            test("without a redirect URI, or with one that is not https") {
                refused {} shouldBe "a SignIn needs redirectUri, exactly as it is registered"
                for (uri in listOf(
                    "http://rp.example.com/callback",
                    "http://localhost/callback",
                    "/callback",
                    "myapp://cb",
                    "",
                )) {
                    refused { redirectUri = uri } shouldStartWith "redirectUri must be an https URL, but is \"$uri\""
                }
            }

            test("with insecureCookies() for anything but this machine") {
                val others =
                    listOf(
                        "https://localhost/cb",
                        "http://rp.example.com/cb",
                        "http://localhost.example.com/cb",
                        "http://127.0.0.1.example.com/cb",
                    ) +
                        listOf("http://10.0.0.1/cb", "http://user@localhost/cb", "http://[::2]/cb", "")
                for (uri in others) {
                    refused {
                        redirectUri = uri
                        insecureCookies()
                    } shouldStartWith "insecureCookies() is for http on this machine"
                }
            }

            test("with a name that no cookie can have, or a timeout that is none") {
                for (name in listOf("", "a b", "a;b", "a=b", "ü", "x".repeat(33))) {
                    refused {
                        redirectUri = CALLBACK
                        cookieName = name
                    } shouldStartWith "cookieName has 1 to 32 letters"
                }
                refused {
                    redirectUri = CALLBACK
                    storeTimeout = Duration.ZERO
                } shouldBe "storeTimeout must be positive, but is PT0S"
            }

            test("with insecureCookies() for a client with a security profile") {
                val profiled =
                    world.client {
                        fapi2Security().authentication(
                            PrivateKeyJwt(SigningKey.generate("ES256")),
                        )
                    }
                val signIn =
                    SignIn(ClientSource { profiled }) {
                        redirectUri = "http://localhost:8080/callback"
                        insecureCookies()
                    }
                shouldThrow<IllegalArgumentException> { signIn.begin(null) }.message shouldContain
                    "insecureCookies() must not be called"
            }
        }

        test("the pending authorization of a sign-in is none of PendingAuthorizations: it is unreadable there") {
            val store = InMemoryTokenStore()
            val begun = SignInWorld().signIn { store(store) }.begin(null)
            val all = PendingAuthorizations(store)
            shouldThrow<TokenSourceException> { all.take(begun.cookies.single().value) }.code shouldBe
                ErrorCode.TOKEN_STORE_UNREADABLE
            val handle = all.begin(SignInWorld().client().authorizationRequest())
            val world = SignInWorld()
            val signIn = world.signIn { store(store) }
            val mixed = signIn.begin(null)
            shouldThrow<TokenSourceException> {
                signIn.complete(world.server.signIn(mixed.url), "${mixed.cookies.single().name}=$handle")
            }.code shouldBe ErrorCode.TOKEN_STORE_UNREADABLE
        }
    })

private fun cookieOf(begun: BegunSignIn): String = begun.cookies.single().let { "${it.name}=${it.value}" }

private fun storeSettings(
    store: WatchedStore,
    cipher: TokenCipher,
): SignInSettings.() -> Unit = { store(store, cipher) }

private fun cookieSettings(cipher: TokenCipher): SignInSettings.() -> Unit = { sealedCookie(cipher) }
