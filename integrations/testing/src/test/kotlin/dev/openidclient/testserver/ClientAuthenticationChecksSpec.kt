package dev.openidclient.testserver

import dev.openidclient.http.HttpHeaders
import dev.openidclient.jose.JwsAlgorithm
import dev.openidclient.jose.SigningKey
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import kotlinx.serialization.json.JsonObject
import java.util.Base64

class ClientAuthenticationChecksSpec :
    FunSpec({
        val clock = StandingClock()
        val grant = "grant_type" to "client_credentials"

        fun server(configure: TestServerSettings.() -> Unit = {}) =
            TestAuthorizationServer {
                this.clock = clock
                configure()
            }

        fun basic(
            id: String,
            secret: String,
        ) = HttpHeaders.of(
            "authorization" to "Basic ${Base64.getEncoder().encodeToString("$id:$secret".encodeToByteArray())}",
        )

        context("a client with a secret") {
            val raw = RawClient(server { client("app", "se:cret ä") })

            test("is taken with it in the header, form-encoded, or in the form") {
                raw.token(grant, headers = basic("app", "se%3Acret+%C3%A4")).status shouldBe 200
                raw.token(grant, "client_id" to "app", "client_secret" to "se:cret ä").status shouldBe 200
            }

            test("is refused with another one, or none; with a challenge where it used the header") {
                val wrong = raw.token(grant, headers = basic("app", "other"))
                wrong.shouldRefuse("invalid_client", "is not the one of client 'app'", 401)
                wrong.headers["www-authenticate"] shouldBe "Basic realm=\"test\""
                raw
                    .token(grant, "client_id" to "app", "client_secret" to "other")
                    .shouldRefuse("invalid_client", "is not the one of client 'app'", 401)
                raw.token(grant, "client_id" to "app").shouldRefuse("invalid_client", "must authenticate", 401)
            }

            test("is refused where it authenticates in two ways, or as two") {
                raw
                    .token(grant, "client_secret" to "a", headers = basic("app", "a"))
                    .shouldRefuse("invalid_request", "in one way only")
                raw
                    .token(grant, "client_id" to "b", headers = basic("app", "a"))
                    .shouldRefuse("invalid_client", "names 'app'")
            }

            test("is refused where it is not registered, and the answer says who is") {
                raw
                    .token(grant, "client_id" to "other")
                    .shouldRefuse("invalid_client", "is not registered at the test server, which knows app", 401)
                raw.token(grant).shouldRefuse("invalid_client", "client_id is absent", 401)
            }
        }

        test("only the method that a client is registered for is taken") {
            val raw =
                RawClient(server { client("app", "secret") { tokenEndpointAuthMethod("client_secret_basic") } })

            raw.token(grant, headers = basic("app", "secret")).status shouldBe 200
            raw
                .token(grant, "client_id" to "app", "client_secret" to "secret")
                .shouldRefuse(
                    "invalid_client",
                    "registered for client_secret_basic, but came with client_secret_post",
                    401,
                )
        }

        test("a public client has no secret to send") {
            RawClient(server { client("app") })
                .token(grant, "client_id" to "app", "client_secret" to "a")
                .shouldRefuse("invalid_client", "has no client_secret", 401)
        }

        context("an assertion") {
            val server = server { client("app") { jwks(KEY.publicJwk) } }
            val raw = RawClient(server)

            fun claims(vararg changes: Pair<String, Any?>): JsonObject =
                jsonOf(
                    "iss" to "app",
                    "sub" to "app",
                    "aud" to server.issuer,
                    "exp" to clock.time.plusSeconds(60),
                    "iat" to clock.time,
                    "jti" to "jti-${System.nanoTime()}",
                ).with(*changes)

            suspend fun ask(
                assertion: String,
                type: String = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            ) = raw.token(grant, "client_assertion" to assertion, "client_assertion_type" to type)

            suspend fun refused(
                part: String,
                vararg changes: Pair<String, Any?>,
            ) = ask(signed(KEY, claims(*changes))).shouldRefuse("invalid_client", part, 401)

            test("is taken for the issuer or the token endpoint") {
                ask(signed(KEY, claims())).status shouldBe 200
                ask(signed(KEY, claims("aud" to listOf("${server.issuer}/token")))).status shouldBe 200
            }

            test("of another type, or no JWT, is refused") {
                ask(signed(KEY, claims()), type = "saml").shouldRefuse("invalid_client", "client_assertion_type", 401)
                raw
                    .token(
                        grant,
                        "client_id" to "app",
                        "client_assertion" to "a.b",
                        "client_assertion_type" to "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
                    ).shouldRefuse("invalid_client", "is no JWT", 401)
            }

            test("of another key, or without a signature, is refused") {
                ask(signed(SigningKey.generate(), claims())).shouldRefuse("invalid_client", "of no key of client", 401)
                val none = "${base64Url("""{"alg":"none"}""")}.${base64Url(claims().toString())}."
                ask(none).shouldRefuse("invalid_client", "of no key of client", 401)
            }

            test("of another issuer, subject or audience is refused") {
                refused("iss of the client assertion", "iss" to "other")
                refused("aud of the client assertion", "aud" to "https://other.example")
                raw
                    .token(
                        grant,
                        "client_id" to "app",
                        "client_assertion" to signed(KEY, claims("sub" to "other")),
                        "client_assertion_type" to "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
                    ).shouldRefuse("invalid_client", "sub of the client assertion", 401)
            }

            test("that is expired, endless, of the future, or for hours is refused") {
                refused("it expired", "exp" to clock.time)
                refused("exp is absent", "exp" to null)
                refused("lives longer than an hour", "exp" to clock.time.plusSeconds(4_000))
                refused("iat is in the future", "iat" to clock.time.plusSeconds(20))
                refused("nbf is in the future", "nbf" to clock.time.plusSeconds(20))
            }

            test("comes once, and has a jti") {
                val assertion = signed(KEY, claims())
                ask(assertion).status shouldBe 200

                ask(assertion).shouldRefuse("invalid_client", "its jti came before", 401)
                refused("jti is absent", "jti" to null)
            }

            test("is of the algorithm that the client is registered for") {
                val strict =
                    server {
                        client("app") {
                            jwks(KEY.publicJwk)
                            metadata("token_endpoint_auth_signing_alg", "PS256")
                        }
                    }
                RawClient(strict)
                    .token(
                        grant,
                        "client_assertion" to signed(KEY, claims()),
                        "client_assertion_type" to "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
                    ).shouldRefuse("invalid_client", "must be signed with PS256, but is with ES256", 401)
            }

            test("of a client without keys is refused, and the answer says how to register one") {
                RawClient(server())
                    .token(
                        grant,
                        "client_assertion" to signed(KEY, claims()),
                        "client_assertion_type" to "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
                    ).shouldRefuse("invalid_client", "client('app') { jwks(key.publicJwk) }", 401)
            }

            test("may be signed with the secret") {
                val secret = "a secret of thirty-two characters"
                val server = server { client("app", secret) }
                val right = ServerKey.signWith(secret, "HS256", claims())
                val wrong = ServerKey.signWith("$secret.", "HS256", claims())
                val type = "client_assertion_type" to "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

                RawClient(server).token(grant, type, "client_assertion" to right).status shouldBe 200
                RawClient(server)
                    .token(grant, type, "client_assertion" to wrong)
                    .shouldRefuse("invalid_client", "of no key", 401)
            }
        }

        test("every signature algorithm of the JCA is verified") {
            val algorithms =
                JwsAlgorithm.values().filterNot { it.identifier.startsWith("ML") }
            for (algorithm in algorithms) {
                val key = SigningKey.generate(algorithm, keyId = "k")
                val jws = checkNotNull(Jws.parse(signed(key, jsonOf("a" to "b"), "kid" to "k")))
                val other = SigningKey.generate(algorithm, keyId = "k")

                jws.isSignedBy(listOf(key.publicJwk.json)) shouldBe true
                jws.isSignedBy(listOf(other.publicJwk.json)) shouldBe false
            }
        }
    })
