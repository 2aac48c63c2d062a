package dev.openidclient.testserver

import dev.openidclient.jose.SigningKey
import dev.openidclient.testserver.RawClient.Companion.REDIRECT_URI
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldStartWith
import kotlinx.serialization.json.JsonObject

class AuthorizationChecksSpec :
    FunSpec({
        val clock = StandingClock()

        fun server(configure: TestServerSettings.() -> Unit = {}) =
            TestAuthorizationServer {
                this.clock = clock
                configure()
            }

        fun RawClient.refuses(
            error: String,
            part: String,
            vararg parameters: Pair<String, String>,
        ) {
            val callback = callback(*parameters)
            callback["error_description"].orEmpty() shouldContain part
            callback["error"] shouldBe error
            callback["code"] shouldBe null
            callback["iss"] shouldBe "https://as.example.com"
        }

        fun RawClient.showsPage(
            part: String,
            vararg parameters: Pair<String, String>,
        ) {
            shouldThrow<IllegalArgumentException> { callback(*parameters) }.message shouldContain part
        }

        context("a page tells the person, and the browser is not sent back") {
            test("where the redirect URI is none of the client's, character by character") {
                val raw = RawClient(server { client("app") { redirectUris(REDIRECT_URI) } })

                raw.callback()["code"].shouldNotBeNull()
                raw.showsPage("is not registered for client 'app'", "redirect_uri" to "$REDIRECT_URI/")
                raw.showsPage("is not registered for client 'app'", "redirect_uri" to "https://evil.example/callback")
            }

            test("where there is none, and not just one is registered") {
                RawClient(server()).showsPage("redirect_uri is absent", "redirect_uri" to "")
                val raw = RawClient(server { client("app") { redirectUris(REDIRECT_URI) } })
                raw.callback("redirect_uri" to "")["code"].shouldNotBeNull()
            }

            test("where it has a fragment") {
                RawClient(server()).showsPage("must have no fragment", "redirect_uri" to "$REDIRECT_URI#a")
            }

            test("where the client is unknown, or not named") {
                RawClient(server { client("other") }).showsPage("client 'app' is not registered")
                RawClient(server()).showsPage("client_id is absent", "client_id" to "")
            }

            test("where the URL is not the authorization endpoint") {
                val server = server()
                shouldThrow<IllegalArgumentException> { server.signIn("https://other.example/authorize") }
                    .message shouldContain "goes to https://as.example.com/authorize"
            }
        }

        test("the port of a loopback redirect URI is free") {
            val raw = RawClient(server { client("app") { redirectUris("http://127.0.0.1:0/cb") } })

            raw.callback("redirect_uri" to "http://127.0.0.1:51004/cb")["code"].shouldNotBeNull()
            raw.showsPage("is not registered", "redirect_uri" to "http://127.0.0.1:51004/other")
        }

        context("the browser is sent back with an error") {
            test("where there is no code_challenge, a plain one, or a malformed one") {
                val raw = RawClient(server())
                raw.refuses("invalid_request", "the server requires PKCE", "code_challenge" to "")
                raw.refuses("invalid_request", "must be S256", "code_challenge_method" to "plain")
                raw.refuses("invalid_request", "must be S256, but is 'plain'", "code_challenge_method" to "")
                raw.refuses("invalid_request", "base64url of a SHA-256", "code_challenge" to "short")
            }

            test("where the response type is unknown, or none that the client is registered for") {
                val raw = RawClient(server())
                raw.refuses("unsupported_response_type", "'token'", "response_type" to "token")
                raw.refuses("invalid_request", "response_type is absent", "response_type" to "")
                val strict = RawClient(server { client("app") { metadata("response_types", listOf("id_token")) } })
                strict.refuses("unauthorized_client", "not for 'code'")
            }

            test("where an ID Token is asked for without nonce or openid, or in the query") {
                val raw = RawClient(server())
                val hybrid = "response_type" to "code id_token"
                raw.refuses("invalid_request", "needs a nonce", hybrid)
                raw.refuses("invalid_request", "needs the scope openid", hybrid, "nonce" to "n", "scope" to "a")
                raw.refuses(
                    "invalid_request",
                    "must not come in the query",
                    hybrid,
                    "nonce" to "n",
                    "response_mode" to "query",
                )
            }

            test("where scope, resource or response mode are unknown") {
                val raw = RawClient(server { scopes("openid").resources("https://a.example") })
                raw.refuses("invalid_scope", "[b]", "scope" to "openid b")
                raw.refuses("invalid_target", "https://b.example", "resource" to "https://b.example")
                raw.refuses("invalid_request", "'post' is unknown", "response_mode" to "post")
                raw.refuses("invalid_authorization_details", "JSON array", "authorization_details" to "{}")
            }

            test("where the request must be pushed or signed, and is not") {
                RawClient(server { requirePushedRequests() }).refuses("invalid_request", "must be pushed")
                RawClient(server { requireSignedRequests() }).refuses("invalid_request", "must be signed")
                val client = server { client("app") { metadata("require_signed_request_object", true) } }
                RawClient(client).refuses("invalid_request", "must be signed")
            }
        }

        context("a pushed request") {
            val pushed =
                arrayOf(
                    "client_id" to "app",
                    "response_type" to "code",
                    "redirect_uri" to REDIRECT_URI,
                    "code_challenge" to RawClient.CHALLENGE,
                    "code_challenge_method" to "S256",
                )

            fun url(uri: String) = "https://as.example.com/authorize?client_id=app&request_uri=$uri"

            suspend fun RawClient.pushed(): String {
                val answer = post(PAR, *pushed)
                answer.status shouldBe 201
                return answer.json().text("request_uri").orEmpty()
            }

            test("is for one sign-in, within a minute, of that client") {
                val server = server()
                val raw = RawClient(server)
                val uri = raw.pushed()
                uri shouldStartWith "urn:ietf:params:oauth:request_uri:"

                server.signIn(url(uri)) shouldStartWith "$REDIRECT_URI?code="
                shouldThrow<IllegalArgumentException> { server.signIn(url(uri)) }.message shouldContain "is used up"
                val late = raw.pushed()
                clock.advance(60)
                shouldThrow<IllegalArgumentException> { server.signIn(url(late)) }.message shouldContain "expired"
                val other = "https://as.example.com/authorize?client_id=other&request_uri=${raw.pushed()}"
                shouldThrow<IllegalArgumentException> { server.signIn(other) }.message shouldContain
                    "is of client 'app'"
            }

            test("is checked when it is pushed") {
                val raw = RawClient(server { client("app", "s") { redirectUris(REDIRECT_URI) } })
                raw.post(PAR, *pushed).shouldRefuse("invalid_client", "must authenticate", 401)
                val secret = "client_secret" to "s"
                raw
                    .post(
                        PAR,
                        *pushed,
                        secret,
                        "request_uri" to "a",
                    ).shouldRefuse("invalid_request", "must not have a request_uri")
                val elsewhere = pushed.filter { it.first != "redirect_uri" }.toTypedArray()
                raw
                    .post(PAR, *elsewhere, secret, "redirect_uri" to "https://evil.example")
                    .shouldRefuse("invalid_request", "is not registered")
                val plain = pushed.filter { !it.first.startsWith("code_challenge") }.toTypedArray()
                raw.post(PAR, *plain, secret).shouldRefuse("invalid_request", "the server requires PKCE")
            }
        }

        context("a request object") {
            val server = server { client("app") { jwks(KEY.publicJwk) } }

            fun claims(vararg changes: Pair<String, Any?>): JsonObject =
                jsonOf(
                    "iss" to "app",
                    "aud" to "https://as.example.com",
                    "client_id" to "app",
                    "response_type" to "code",
                    "redirect_uri" to REDIRECT_URI,
                    "state" to "signed",
                    "code_challenge" to RawClient.CHALLENGE,
                    "code_challenge_method" to "S256",
                    "exp" to clock.time.plusSeconds(60),
                    "jti" to "jti-${System.nanoTime()}",
                ).with(*changes)

            suspend fun url(
                claims: JsonObject,
                key: SigningKey = KEY,
            ) = "https://as.example.com/authorize?client_id=app&state=unsigned&request=${signed(key, claims)}"

            suspend fun refused(
                part: String,
                claims: JsonObject,
                key: SigningKey = KEY,
            ) = shouldThrow<IllegalArgumentException> { server.signIn(url(claims, key)) }.message shouldContain part

            test("counts, and what stands beside it does not") {
                queryOf(server.signIn(url(claims())))["state"] shouldBe "signed"
            }

            test("is refused with another signature, issuer, audience or client") {
                refused("is of no key of client 'app'", claims(), SigningKey.generate())
                refused("its iss must be 'app'", claims("iss" to "other"))
                refused("its aud must be", claims("aud" to "https://other.example"))
                refused("its client_id must be 'app'", claims("client_id" to "other"))
                refused("must not have request", claims("request_uri" to "urn:a"))
            }

            test("is refused when it expired, and the second time") {
                refused("it expired", claims("exp" to clock.time))
                val once = url(claims())
                server.signIn(once)
                shouldThrow<IllegalArgumentException> { server.signIn(once) }.message shouldContain
                    "its jti came before"
            }
        }

        test("a form is posted where the request says so, and signIn says how") {
            val server = server()
            val url = RawClient(server).url("response_mode" to "form_post")

            shouldThrow<IllegalStateException> { server.signIn(url) }.message shouldContain "signInForm"
            server.signInForm(url, "bob")["code"].shouldNotBeNull()
        }
    })
