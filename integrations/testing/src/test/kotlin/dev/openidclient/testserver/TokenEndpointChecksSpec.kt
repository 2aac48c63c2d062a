package dev.openidclient.testserver

import dev.openidclient.http.HttpBody
import dev.openidclient.http.HttpHeaders
import dev.openidclient.http.HttpRequest
import dev.openidclient.testserver.RawClient.Companion.REDIRECT_URI
import dev.openidclient.testserver.RawClient.Companion.VERIFIER
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import java.time.Duration

class TokenEndpointChecksSpec :
    FunSpec({
        val clock = StandingClock()

        fun server(configure: TestServerSettings.() -> Unit = {}) =
            TestAuthorizationServer {
                this.clock = clock
                configure()
            }

        suspend fun RawClient.exchangeCode(
            code: String,
            vararg changes: Pair<String, String>,
        ) = listOf(
            "client_id" to "app",
            "grant_type" to "authorization_code",
            "code" to code,
            "redirect_uri" to REDIRECT_URI,
            "code_verifier" to VERIFIER,
        ).filter { (name, _) -> changes.none { it.first == name } }
            .let { token(*(it + changes.filter { change -> change.second != "" }).toTypedArray()) }

        context("a code") {
            test("is taken with the verifier of RFC 7636, Appendix B") {
                val raw = RawClient(server())

                raw.exchangeCode(raw.code()).status shouldBe 200
            }

            test("is taken once, and what came of it is revoked by the second time") {
                val server = server()
                val raw = RawClient(server)
                val code = raw.code()
                val tokens = raw.exchangeCode(code).json()

                raw.exchangeCode(code).shouldRefuse("invalid_grant", "the code was used before")
                val bearer = HttpHeaders.of("authorization" to "Bearer ${tokens.text("access_token")}")
                raw.get(USERINFO, bearer).status shouldBe 401
            }

            test("is refused after its minute") {
                val raw = RawClient(server())
                val code = raw.code()
                clock.advance(60)

                raw.exchangeCode(code).shouldRefuse("invalid_grant", "the code expired")
            }

            test("is refused where it was never issued, or to another client") {
                val raw = RawClient(server())

                raw.exchangeCode("unknown").shouldRefuse("invalid_grant", "never issued")
                raw.exchangeCode(raw.code(), "client_id" to "other").shouldRefuse("invalid_grant", "is of client 'app'")
            }

            test("is refused with another redirect_uri, or without it") {
                val raw = RawClient(server())

                raw
                    .exchangeCode(raw.code(), "redirect_uri" to "$REDIRECT_URI/")
                    .shouldRefuse("invalid_grant", "redirect_uri must be")
                raw.exchangeCode(raw.code(), "redirect_uri" to "").shouldRefuse("invalid_grant", "redirect_uri must be")
            }

            test("is refused with another verifier, a malformed one, or none") {
                val raw = RawClient(server())

                raw
                    .exchangeCode(raw.code(), "code_verifier" to "x".repeat(43))
                    .shouldRefuse("invalid_grant", "not the one of the code_challenge")
                raw.exchangeCode(raw.code(), "code_verifier" to "short").shouldRefuse("invalid_grant", "43 to 128")
                raw
                    .exchangeCode(
                        raw.code(),
                        "code_verifier" to "",
                    ).shouldRefuse("invalid_grant", "code_verifier is absent")
            }

            test("is refused with a verifier that no challenge asked for: a downgrade") {
                val raw = RawClient(server { allowMissingPkce() })
                val code = raw.code("code_challenge" to "", "code_challenge_method" to "")

                raw.exchangeCode(code).shouldRefuse("invalid_grant", "there was no code_challenge")
            }

            test("is for the resources that were asked for, or some of them") {
                val raw = RawClient(server { resources("https://a.example", "https://b.example") })
                val asked = "resource" to "https://a.example"

                raw.exchangeCode(raw.code(asked), asked).status shouldBe 200
                raw
                    .exchangeCode(raw.code(asked), "resource" to "https://b.example")
                    .shouldRefuse("invalid_target", "were not granted")
            }
        }

        context("a request") {
            test("must be a POST of a form") {
                val server = server()
                val raw = RawClient(server)

                raw.get(TOKEN).shouldRefuse("invalid_request", "must be a POST", 405)
                val json = HttpRequest("POST", "${server.issuer}/token", body = HttpBody.json("{}"))
                server.send(json).shouldRefuse("invalid_request", "application/x-www-form-urlencoded")
            }

            test("has each parameter once") {
                RawClient(server())
                    .token("client_id" to "app", "grant_type" to "a", "grant_type" to "b")
                    .shouldRefuse("invalid_request", "[grant_type]")
            }

            test("has no secret in its URL") {
                val server = server()
                val form = HttpBody.text("application/x-www-form-urlencoded", "client_id=app")

                server
                    .send(HttpRequest("POST", "${server.issuer}/token?client_secret=a", body = form))
                    .shouldRefuse("invalid_request", "must not stand in the URL")
            }

            test("names a grant type that there is, and one that the client may use") {
                val server = server { client("app") { metadata("grant_types", listOf("refresh_token")) } }
                val raw = RawClient(server)

                raw.token("client_id" to "app").shouldRefuse("invalid_request", "grant_type is absent")
                raw
                    .token("client_id" to "app", "grant_type" to "password")
                    .shouldRefuse("unauthorized_client", "not for 'password'")
                RawClient(server())
                    .token("client_id" to "app", "grant_type" to "password")
                    .shouldRefuse("unsupported_grant_type", "'password'")
            }
        }

        context("client credentials") {
            suspend fun RawClient.ask(vararg form: Pair<String, String>) =
                token("client_id" to "app", "grant_type" to "client_credentials", *form)

            test("are not for a public client") {
                RawClient(server { client("app") }).ask().shouldRefuse("unauthorized_client", "is public")
            }

            test("are for scopes that server and client have") {
                RawClient(server { scopes("a") }).ask("scope" to "a b").shouldRefuse("invalid_scope", "[b]")
                val server = server { client("app", "secret") { scope("a") } }
                RawClient(server)
                    .ask("client_secret" to "secret", "scope" to "a b")
                    .shouldRefuse("invalid_scope", "[b]")
            }

            test("are for resources that the server knows, each an absolute URI without a fragment") {
                val raw = RawClient(server { resources("https://a.example") })

                raw.ask("resource" to "https://a.example").status shouldBe 200
                raw.ask("resource" to "https://b.example").shouldRefuse("invalid_target", "https://b.example")
                raw.ask("resource" to "https://a.example#x").shouldRefuse("invalid_target", "without a fragment")
                raw.ask("resource" to "a").shouldRefuse("invalid_target", "an absolute URI")
            }
        }

        context("a refresh token") {
            suspend fun RawClient.signIn(scope: String = "openid a b") = exchangeCode(code("scope" to scope)).json()

            suspend fun RawClient.refresh(
                token: String?,
                vararg form: Pair<String, String>,
                clientId: String = "app",
            ) = token(
                "client_id" to clientId,
                "grant_type" to "refresh_token",
                "refresh_token" to token.orEmpty(),
                *form,
            )

            test("is refused where it was never issued, or to another client") {
                val raw = RawClient(server())
                val token = raw.signIn().text("refresh_token")

                raw.refresh("unknown").shouldRefuse("invalid_grant", "never issued")
                raw.refresh(token, clientId = "other").shouldRefuse("invalid_grant", "is of client 'app'")
            }

            test("gives fewer scopes, and none that were not granted") {
                val raw = RawClient(server())
                val token = raw.signIn().text("refresh_token")

                raw.refresh(token, "scope" to "a").json().text("scope") shouldBe "a"
                raw.refresh(token, "scope" to "a c").shouldRefuse("invalid_scope", "[c]")
            }

            test("ends with its lifetime, and the answer says so") {
                val raw = RawClient(server { refreshTokenLifetime = Duration.ofHours(1) })
                val answer = raw.signIn()
                answer.number("refresh_token_expires_in") shouldBe 3600
                clock.advance(3600)

                raw.refresh(answer.text("refresh_token")).shouldRefuse("invalid_grant", "the refresh token expired")
            }

            test("is gone with the person's tokens") {
                val server = server()
                val raw = RawClient(server)
                val token = raw.signIn().text("refresh_token")
                server.revoke("bob")
                raw.refresh(token).status shouldBe 200
                server.revoke("alice")

                raw.refresh(token).shouldRefuse("invalid_grant", "was revoked")
            }

            test("gives an ID Token of the same sign-in, without nonce") {
                val raw = RawClient(server())
                val first = raw.exchangeCode(raw.code("scope" to "openid", "nonce" to "n")).json()
                clock.advance(100)
                val second = raw.refresh(first.text("refresh_token")).json()

                val (before, after) = listOf(first, second).map { Jws.parse(it.text("id_token").orEmpty())?.claims }
                before?.text("nonce") shouldBe "n"
                after?.text("nonce") shouldBe null
                after?.number("auth_time") shouldBe before?.number("auth_time")
                after?.number("iat") shouldNotBe before?.number("iat")
                after?.text("sid") shouldBe before?.text("sid")
            }

            test("is not issued where the server issues none") {
                RawClient(server { withoutRefreshTokens() }).signIn().text("refresh_token") shouldBe null
            }
        }

        test("expires_in is left out where the server says nothing of it") {
            val raw = RawClient(server { withoutExpiresIn() })

            val answer = raw.token("client_id" to "app", "grant_type" to "client_credentials").json()
            answer.number("expires_in") shouldBe null
        }

        test("an access token as JWT has what RFC 9068 demands") {
            val server = server { jwtAccessTokens() }
            val form = arrayOf("client_id" to "app", "grant_type" to "client_credentials", "scope" to "a")
            val answer = RawClient(server).token(*form, "resource" to "https://api.example").json()

            val token = checkNotNull(Jws.parse(answer.text("access_token").orEmpty()))
            token.header.text("typ") shouldBe "at+jwt"
            token.claims.texts("aud") shouldBe listOf("https://api.example")
            token.claims.text("client_id") shouldBe "app"
            token.claims.text("scope") shouldBe "a"
            token.isSignedBy(listOf(server.signingKey.publicJwk.json)) shouldBe true
        }
    })
