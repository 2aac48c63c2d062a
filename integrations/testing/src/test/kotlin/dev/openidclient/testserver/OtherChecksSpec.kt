package dev.openidclient.testserver

import dev.openidclient.error.Reached
import dev.openidclient.error.TransportException
import dev.openidclient.http.HttpBody
import dev.openidclient.http.HttpHeaders
import dev.openidclient.http.HttpRequest
import dev.openidclient.jose.JwkSet
import dev.openidclient.jose.SigningKey
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import kotlinx.serialization.json.JsonObject
import java.time.Duration

class OtherChecksSpec :
    FunSpec({
        val clock = StandingClock()

        fun server(configure: TestServerSettings.() -> Unit = {}) =
            TestAuthorizationServer {
                this.clock = clock
                configure()
            }

        val app = "client_id" to "app"

        context("an assertion as grant") {
            val idp = "https://idp.example.com"
            val server = server().trustIssuer(idp, JwkSet.of(KEY.publicJwk))
            val raw = RawClient(server)

            fun claims(vararg changes: Pair<String, Any?>): JsonObject =
                jsonOf("iss" to idp, "sub" to "alice", "aud" to server.issuer, "exp" to clock.time.plusSeconds(60))
                    .with(*changes)

            suspend fun ask(assertion: String) = raw.token(app, "grant_type" to GRANT_JWT, "assertion" to assertion)

            suspend fun refused(
                part: String,
                vararg changes: Pair<String, Any?>,
            ) = ask(signed(KEY, claims(*changes))).shouldRefuse("invalid_grant", part)

            test("is taken of an issuer that is trusted") {
                ask(signed(KEY, claims())).status shouldBe 200
            }

            test("is refused of anybody else, and the answer says how to trust them") {
                refused("trustIssuer('https://other.example', keys)", "iss" to "https://other.example")
                refused("iss of the assertion is absent", "iss" to null)
                ask(signed(SigningKey.generate(), claims())).shouldRefuse("invalid_grant", "of no key of")
                ask("a").shouldRefuse("invalid_grant", "is no JWT")
            }

            test("is refused for another audience, about nobody, or expired") {
                refused("aud of the assertion", "aud" to "https://other.example")
                refused("sub of the assertion is absent", "sub" to null)
                refused("it expired", "exp" to clock.time)
            }
        }

        context("a token exchange") {
            val types = "urn:ietf:params:oauth:token-type:"
            val server = server { resources("https://a.example", "billing") }
            val raw = RawClient(server)

            suspend fun ask(
                token: String,
                vararg form: Pair<String, String>,
                type: String = "access_token",
            ) = raw.token(
                app,
                "grant_type" to GRANT_EXCHANGE,
                "subject_token" to token,
                "subject_token_type" to types + type,
                *form,
            )

            test("takes the server's own tokens, and says who acts") {
                val tokens = server.tokens { scope("openid", "a") }
                val actor = server.tokens("service").accessToken
                val answer =
                    ask(
                        tokens.accessToken,
                        "actor_token" to actor,
                        "actor_token_type" to "${types}access_token",
                        "audience" to "billing",
                    ).json()

                answer.text("scope") shouldBe "openid a"
                answer.text("id_token") shouldBe null
                val state = raw.post(INTROSPECT, app, "token" to answer.text("access_token").orEmpty()).json()
                state["act"] shouldBe jsonOf("sub" to "service")
                state.texts("aud") shouldBe listOf("billing")
                ask(tokens.refreshToken.orEmpty(), type = "refresh_token").status shouldBe 200
                ask(tokens.idToken.orEmpty(), type = "id_token").status shouldBe 200
            }

            test("is refused for dead tokens, wider scopes, unknown types and targets") {
                val token = server.tokens { scope("openid", "a") }.accessToken
                ask("unknown").shouldRefuse("invalid_grant", "is not active")
                ask("unknown", type = "refresh_token").shouldRefuse("invalid_grant", "is not active")
                ask(token, "scope" to "b").shouldRefuse("invalid_scope", "does not allow [b]")
                ask(token, type = "saml2").shouldRefuse("invalid_request", "takes no subject_token_type")
                ask(
                    token,
                    "requested_token_type" to "${types}saml2",
                ).shouldRefuse("invalid_request", "requested_token_type")
                ask(token, "audience" to "other").shouldRefuse("invalid_target", "[other]")
                ask(token, "actor_token" to token).shouldRefuse("invalid_request", "go together")
                server.clockOffset = Duration.ofHours(1)
                ask(token).shouldRefuse("invalid_grant", "is not active")
                server.clockOffset = Duration.ZERO
            }
        }

        context("polling") {
            suspend fun RawClient.poll(
                code: String,
                clientId: String = "app",
            ) = token("client_id" to clientId, "grant_type" to GRANT_DEVICE, "device_code" to code)

            test("is told to wait, to slow down, and that it is over") {
                val server = server()
                val raw = RawClient(server)
                val device = raw.post(DEVICE, app).json()
                val code = device.text("device_code").orEmpty()

                raw.poll(code).shouldRefuse("authorization_pending", "has not decided")
                clock.advance(4)
                raw.poll(code).shouldRefuse("slow_down", "now PT10S")
                clock.advance(9)
                raw.poll(code).shouldRefuse("slow_down", "now PT15S")
                clock.advance(600)
                raw.poll(code).shouldRefuse("expired_token", "expired")
            }

            test("gives tokens once, to the client that began") {
                val server = server()
                val raw = RawClient(server)
                val device = raw.post(DEVICE, app).json()
                val code = device.text("device_code").orEmpty()
                server.approveDevice(device.text("user_code").orEmpty())

                raw.poll(code, "other").shouldRefuse("invalid_grant", "is of client 'app'")
                raw.poll("unknown").shouldRefuse("invalid_grant", "never issued")
                raw.poll(code).status shouldBe 200
                raw.poll(code).shouldRefuse("invalid_grant", "was used before")
                shouldThrow<IllegalStateException> { server.denyDevice(device.text("user_code").orEmpty()) }
                shouldThrow<IllegalArgumentException> { server.approveDevice("XXXX-XXXX") }
            }
        }

        context("a backchannel authentication") {
            val server = server { client("app", "s").client("public") }
            val raw = RawClient(server)
            val own = arrayOf(app, "client_secret" to "s", "scope" to "openid")

            test("needs one hint, openid, a client that authenticates and a right expiry") {
                raw.post(CIBA, *own).shouldRefuse("invalid_request", "exactly one of")
                raw
                    .post(CIBA, *own, "login_hint" to "a", "login_hint_token" to "b")
                    .shouldRefuse("invalid_request", "exactly one of")
                raw
                    .post(CIBA, app, "client_secret" to "s", "login_hint" to "a")
                    .shouldRefuse("invalid_scope", "must have openid")
                raw
                    .post(CIBA, "client_id" to "public", "scope" to "openid", "login_hint" to "a")
                    .shouldRefuse("unauthorized_client", "is public")
                raw
                    .post(CIBA, *own, "login_hint" to "a", "requested_expiry" to "0")
                    .shouldRefuse("invalid_request", "requested_expiry")
            }

            test("takes an ID Token of its own as hint, and nobody else's") {
                val idToken = server.tokens("dora").idToken.orEmpty()
                val answer = raw.post(CIBA, *own, "id_token_hint" to idToken).json()
                server.approveBackchannelAuthentication(answer.text("auth_req_id").orEmpty())
                val grant =
                    arrayOf("grant_type" to GRANT_CIBA, "auth_req_id" to answer.text("auth_req_id").orEmpty())
                val token = raw.token(app, "client_secret" to "s", *grant).json().text("id_token").orEmpty()

                Jws.parse(token)?.claims?.text("sub") shouldBe "dora"
                raw
                    .post(CIBA, *own, "id_token_hint" to signed(KEY, jsonOf("sub" to "dora")))
                    .shouldRefuse("unknown_user_id", "is not of this server")
            }
        }

        context("at UserInfo an access token is refused") {
            val server = server()
            val raw = RawClient(server)

            suspend fun refused(
                part: String,
                header: String?,
                status: Int = 401,
            ) {
                val headers = if (header == null) HttpHeaders.EMPTY else HttpHeaders.of("authorization" to header)
                val answer = raw.get(USERINFO, headers)
                answer.headers["www-authenticate"].orEmpty() shouldContain part
                answer.status shouldBe status
            }

            test("where it is absent, of another scheme, unknown or expired") {
                refused("Bearer realm", null)
                refused("Bearer realm", "Basic YTpi")
                refused("never issued here", "Bearer unknown")
                val token = server.tokens().accessToken
                clock.advance(3600)
                refused("expired", "Bearer $token")
            }

            test("where it is not of a person with openid, or comes in two ways") {
                refused("insufficient_scope", "Bearer ${server.tokens { scope("a") }.accessToken}", 403)
                val token = server.tokens().accessToken
                val header = HttpHeaders.of("authorization" to "Bearer $token")
                raw.post(USERINFO, "access_token" to token, headers = header).status shouldBe 401
                raw.post(USERINFO, "access_token" to token).status shouldBe 200
            }
        }

        test("only its client revokes a token, and an unknown one is no error") {
            val server = server()
            val raw = RawClient(server)
            val token = server.tokens().accessToken

            raw
                .post(
                    REVOKE,
                    "client_id" to "other",
                    "token" to token,
                ).shouldRefuse("invalid_grant", "is of client 'app'")
            raw.post(REVOKE, app, "token" to "unknown").status shouldBe 200
            raw.post(REVOKE, app, "token" to token).status shouldBe 200
            raw.post(INTROSPECT, app, "token" to token).json() shouldBe jsonOf("active" to false)
        }

        context("a registration is refused") {
            suspend fun refused(
                error: String,
                part: String,
                vararg members: Pair<String, Any?>,
            ) {
                val server = server()
                val document = jsonOf("redirect_uris" to listOf("https://app.example/cb")).with(*members)
                server
                    .send(HttpRequest("POST", "${server.issuer}/register", body = HttpBody.json(document.toString())))
                    .shouldRefuse(error, part)
            }

            test("without redirect URIs, with wrong ones, without keys, with unknown grant types") {
                refused("invalid_redirect_uri", "needs redirect_uris", "redirect_uris" to null)
                refused("invalid_redirect_uri", "no fragment", "redirect_uris" to listOf("https://a.example/#b"))
                refused("invalid_client_metadata", "needs jwks", "token_endpoint_auth_method" to "private_key_jwt")
                refused("invalid_client_metadata", "knows no grant_types", "grant_types" to listOf("password"))
                refused("invalid_client_metadata", "downloads nothing", "jwks_uri" to "https://app.example/jwks")
                refused("invalid_client_metadata", "together", "jwks_uri" to "https://a.example", "jwks" to jsonOf())
            }

            test("that is no JSON") {
                RawClient(
                    server(),
                ).post(REGISTER, "a" to "b").shouldRefuse("invalid_client_metadata", "application/json")
            }
        }

        test("a logout is refused with a stranger's hint, another client, or another way back") {
            val server =
                server { client("app") { metadata("post_logout_redirect_uris", listOf("https://app.example/")) } }

            fun refused(
                part: String,
                query: String,
            ) = shouldThrow<IllegalArgumentException> { server.signOut("${server.issuer}/logout?$query") }
                .message shouldContain part

            val hint = server.tokens().idToken
            refused("is not of this server", "id_token_hint=${signed(KEY, jsonOf("sub" to "alice"))}")
            refused("but the id_token_hint is for 'app'", "id_token_hint=$hint&client_id=other")
            refused("is not registered", "id_token_hint=$hint&post_logout_redirect_uri=https://evil.example/")
            refused("needs an id_token_hint or client_id", "post_logout_redirect_uri=https://app.example/")
            server.signOut("${server.issuer}/logout?id_token_hint=$hint") shouldBe null
        }

        test("nothing is at another path, and another host is not reached") {
            val server = server()

            RawClient(server).get("other").status shouldBe 404
            val failure =
                shouldThrow<TransportException> {
                    server.send(HttpRequest("GET", "https://other.example/"))
                }
            failure.reached shouldBe Reached.NO
        }
    })
