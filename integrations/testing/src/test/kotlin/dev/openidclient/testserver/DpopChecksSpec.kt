package dev.openidclient.testserver

import dev.openidclient.http.HttpHeaders
import dev.openidclient.jose.JwsAlgorithm
import dev.openidclient.jose.SigningKey
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import kotlinx.serialization.json.JsonObject

class DpopChecksSpec :
    FunSpec({
        val clock = StandingClock()
        val grant = arrayOf("client_id" to "app", "grant_type" to "client_credentials")

        fun server(configure: TestServerSettings.() -> Unit = {}) =
            TestAuthorizationServer {
                this.clock = clock
                configure()
            }

        val key = SigningKey.generate()
        val jwk = key.publicJwk.json.with("kid" to null, "alg" to null, "use" to null)

        fun claims(vararg changes: Pair<String, Any?>): JsonObject =
            jsonOf(
                "jti" to "jti-${System.nanoTime()}",
                "htm" to "POST",
                "htu" to "https://as.example.com/token",
                "iat" to clock.time,
            ).with(*changes)

        suspend fun proof(
            claims: JsonObject = claims(),
            vararg header: Pair<String, Any?>,
        ) = HttpHeaders.of("dpop" to signed(key, claims, "typ" to "dpop+jwt", "jwk" to jwk, *header))

        context("a proof is refused") {
            val raw = RawClient(server())

            suspend fun refused(
                part: String,
                proof: HttpHeaders,
            ) = raw.token(*grant, headers = proof).shouldRefuse("invalid_dpop_proof", part)

            test("where it is none, or there are two") {
                refused("is no JWT", HttpHeaders.of("dpop" to "a"))
                val one = proof()["dpop"].orEmpty()
                refused("there must be one DPoP header", HttpHeaders.of("dpop" to one, "dpop" to one))
            }

            test("of another type, without a key, or with a private one") {
                refused("its typ must be dpop+jwt", proof(claims(), "typ" to "JWT"))
                refused("its header has no jwk", proof(claims(), "jwk" to null))
                refused("private members", proof(claims(), "jwk" to jwk.with("d" to "AA")))
                refused("no public key", proof(claims(), "jwk" to jsonOf("kty" to "oct")))
            }

            test("of another key than its own") {
                val other = SigningKey.generate().publicJwk.json
                refused("its signature is not of the key", proof(claims(), "jwk" to other))
            }

            test("for another method or another URL") {
                refused("its htm must be POST", proof(claims("htm" to "GET")))
                refused("its htu must be", proof(claims("htu" to "https://as.example.com/other")))
                refused("its htu must be", proof(claims("htu" to "https://evil.example.com/token")))
            }

            test("without a jti, with one that came before, or of another time") {
                refused("its jti is absent", proof(claims("jti" to null)))
                refused("its iat is absent", proof(claims("iat" to null)))
                refused("its iat is", proof(claims("iat" to clock.time.minusSeconds(61))))
                refused("its iat is", proof(claims("iat" to clock.time.plusSeconds(61))))
                val once = proof()
                raw.token(*grant, headers = once).status shouldBe 200
                refused("its jti came before", once)
            }
        }

        test("a proof for the same URL in another form is taken") {
            val raw = RawClient(server())

            raw.token(*grant, headers = proof(claims("htu" to "HTTPS://AS.example.com:443/token?a=b"))).status shouldBe
                200
        }

        test("a nonce is demanded and handed out, and another one after the change") {
            val server = server { requireDpopNonce() }
            val raw = RawClient(server)

            val first = raw.token(*grant, headers = proof())
            first.shouldRefuse("use_dpop_nonce", "DPoP-Nonce")
            val nonce = first.headers["dpop-nonce"].orEmpty()
            raw.token(*grant, headers = proof(claims("nonce" to nonce))).status shouldBe 200

            server.rotateDpopNonce()
            val second = raw.token(*grant, headers = proof(claims("nonce" to nonce)))
            second.shouldRefuse("use_dpop_nonce", "DPoP-Nonce")
            (second.headers["dpop-nonce"] == nonce) shouldBe false
        }

        test("a server that requires proofs, or a client registered for them, is refused without") {
            RawClient(
                server { requireDpop() },
            ).token(*grant).shouldRefuse("invalid_dpop_proof", "there is no DPoP header")
            val server = server { client("app", "s") { metadata("dpop_bound_access_tokens", true) } }
            RawClient(server)
                .token(*grant, "client_secret" to "s")
                .shouldRefuse("invalid_dpop_proof", "there is no DPoP header")
        }

        test("a code that is bound to a key is for that key") {
            val raw = RawClient(server())
            val bound = "dpop_jkt" to Jca.thumbprint(jwk).orEmpty()
            val form =
                arrayOf(
                    "client_id" to "app",
                    "grant_type" to "authorization_code",
                    "redirect_uri" to RawClient.REDIRECT_URI,
                    "code_verifier" to RawClient.VERIFIER,
                )

            raw.token(*form, "code" to raw.code(bound), headers = proof()).status shouldBe 200
            raw.token(*form, "code" to raw.code(bound)).shouldRefuse("invalid_grant", "bound to a DPoP key by dpop_jkt")
        }

        test("a public client's refresh token is bound to the key, a confidential one's is not") {
            val form = arrayOf("grant_type" to "authorization_code", "redirect_uri" to RawClient.REDIRECT_URI)
            val server = server { client("app").client("web", "s") }
            val raw = RawClient(server)
            val verifier = "code_verifier" to RawClient.VERIFIER
            val public =
                raw.token(*form, verifier, "client_id" to "app", "code" to raw.code(), headers = proof()).json()
            val web = arrayOf("client_id" to "web", "client_secret" to "s")
            val code = raw.code("client_id" to "web")
            val confidential = raw.token(*form, verifier, *web, "code" to code, headers = proof()).json()

            fun refresh(answer: JsonObject) =
                arrayOf("grant_type" to "refresh_token", "refresh_token" to answer.text("refresh_token").orEmpty())
            raw
                .token(*refresh(public), "client_id" to "app")
                .shouldRefuse("invalid_grant", "bound to the DPoP key that it was issued for")
            raw.token(*refresh(public), "client_id" to "app", headers = proof()).status shouldBe 200
            raw.token(*refresh(confidential), *web).status shouldBe 200
        }

        context("at a protected resource") {
            val server = server()
            val raw = RawClient(server)
            val resource = "https://as.example.com/userinfo"
            lateinit var token: String

            fun own(vararg changes: Pair<String, Any?>) =
                claims("htm" to "GET", "htu" to resource, "ath" to Jca.sha256(token)).with(*changes)

            suspend fun ask(
                scheme: String,
                proof: HttpHeaders,
            ) = raw.get(USERINFO, proof.with("authorization", "$scheme $token"))

            beforeTest {
                val form =
                    arrayOf(
                        "client_id" to "app",
                        "grant_type" to "authorization_code",
                        "code" to raw.code(),
                        "redirect_uri" to RawClient.REDIRECT_URI,
                        "code_verifier" to RawClient.VERIFIER,
                    )
                token = raw.token(*form, headers = proof()).json().text("access_token").orEmpty()
            }

            test("the token is taken with a proof that has its hash") {
                ask("DPoP", proof(own())).status shouldBe 200
            }

            test("it is refused as Bearer, without a proof, without its hash, and with another key") {
                suspend fun refused(
                    part: String,
                    scheme: String,
                    proof: HttpHeaders,
                ) = ask(scheme, proof).let {
                    it.status shouldBe 401
                    it.headers["www-authenticate"].orEmpty() shouldContain part
                }

                refused("came as Bearer", "Bearer", proof(own()))
                refused("there is no DPoP proof", "DPoP", HttpHeaders.EMPTY)
                refused("its ath is not the hash", "DPoP", proof(own("ath" to null)))
                val other = SigningKey.generate(JwsAlgorithm.ES256)
                val stranger =
                    signed(other, own(), "typ" to "dpop+jwt", "jwk" to other.publicJwk.json)
                refused("is not bound to the key of the proof", "DPoP", HttpHeaders.of("dpop" to stranger))
            }
        }
    })
