package dev.openidclient.authorization

import dev.openidclient.client.AuthorizationDetail
import dev.openidclient.client.OpenIdClient
import dev.openidclient.http.Parameters
import dev.openidclient.jose.Jwk
import dev.openidclient.jose.JwsAlgorithm
import dev.openidclient.jose.Jwt
import dev.openidclient.jose.SigningKey
import dev.openidclient.testing.CLIENT_ID
import dev.openidclient.testing.ISSUER
import dev.openidclient.testing.NONCE
import dev.openidclient.testing.NOW
import dev.openidclient.testing.REDIRECT_URI
import dev.openidclient.testing.STATE
import dev.openidclient.testing.StubServer
import dev.openidclient.testing.answerPush
import dev.openidclient.testing.json
import dev.openidclient.testing.jsonObject
import dev.openidclient.testing.pendingAuthorization
import dev.openidclient.testing.pushableMetadata
import dev.openidclient.testing.serverMetadata
import dev.openidclient.testing.verifySignature
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.assertions.throwables.shouldThrowExactly
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldBeUnique
import io.kotest.matchers.maps.shouldContainAll
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldEndWith
import io.kotest.matchers.string.shouldStartWith
import io.kotest.matchers.types.shouldBeSameInstanceAs
import kotlinx.serialization.json.JsonPrimitive
import java.time.Duration

private val KEY = SigningKey.generate(JwsAlgorithm.ES256, "key-1")

private fun requestObject(request: AuthorizationRequest): Jwt =
    Jwt.parse(checkNotNull(request.parameters["request"]), "request object")

private suspend fun OpenIdClient.signed(configure: AuthorizationRequestBuilder.() -> Unit): Jwt =
    requestObject(sign(authorizationRequest(configure), KEY))

/** The request object of a request that no builder makes. */
private suspend fun OpenIdClient.signed(vararg parameters: Pair<String, String>): Jwt =
    requestObject(sign(requestWith(Parameters.of(*parameters), pendingAuthorization()), KEY))

class RequestObjectSpec :
    FunSpec({
        val client = StubServer().client()

        context("the header") {
            test("has algorithm, type and key id") {
                client.signed {}.header shouldBe
                    jsonObject("""{"alg":"ES256","typ":"oauth-authz-req+jwt","kid":"key-1"}""")
            }

            test("has no key id where the key has none") {
                val key = SigningKey.generate("ES256")

                requestObject(client.sign(client.authorizationRequest(), key)).header.keys shouldBe setOf("alg", "typ")
            }

            val names =
                listOf(
                    Triple(JwsAlgorithm.ED25519, null, "Ed25519"),
                    Triple(JwsAlgorithm.ED25519, """["EdDSA"]""", "EdDSA"),
                    Triple(JwsAlgorithm.ED25519, """["EdDSA","Ed25519"]""", "Ed25519"),
                    Triple(JwsAlgorithm.ED25519, """["ES256"]""", "Ed25519"),
                    Triple(JwsAlgorithm.EDDSA, """["Ed25519"]""", "Ed25519"),
                    Triple(JwsAlgorithm.EDDSA, """["ES256","EdDSA"]""", "EdDSA"),
                )
            for ((algorithm, list, expected) in names) {
                test("of a key for ${algorithm.identifier} says $expected where the server lists $list") {
                    val metadata = serverMetadata("request_object_signing_alg_values_supported" to list?.let(::json))
                    val listing = StubServer().client(metadata)
                    val key = SigningKey.generate(algorithm)

                    requestObject(listing.sign(listing.authorizationRequest(), key)).algorithm shouldBe expected
                }
            }
        }

        test("the signature is the key's") {
            val jwt = client.signed { scope("openid") }

            verifySignature(jwt, Jwk(KEY.publicJwk.json))
        }

        context("the claims") {
            test("name client, server and time, and no subject") {
                val claims = client.signed {}.claims

                claims shouldContainAll
                    jsonObject(
                        """{"iss":"$CLIENT_ID","client_id":"$CLIENT_ID","aud":"$ISSUER",
                            "iat":${NOW.epochSecond},"nbf":${NOW.epochSecond},"exp":${NOW.epochSecond + 60}}""",
                    )
                ("sub" in claims) shouldBe false
            }

            test("have the clock skew") {
                val skewed = StubServer().client { clockSkew = Duration.ofSeconds(7) }

                skewed.signed {}.claims["iat"] shouldBe JsonPrimitive(NOW.epochSecond + 7)
            }

            test("have another jti each time") {
                List(20) { client.signed {}.claims["jti"] }.shouldBeUnique()
            }

            test("are all parameters of the request, as strings") {
                val request =
                    client.authorizationRequest {
                        redirectUri(REDIRECT_URI)
                        scope("openid", "email")
                        state(STATE)
                        nonce(NONCE)
                        acrValues("1", "2")
                        idTokenHint("a.b.c")
                        parameter("x", "1")
                    }
                val claims = requestObject(client.sign(request, KEY)).claims

                for (name in request.parameters.names) claims[name] shouldBe JsonPrimitive(request.parameters[name])
            }

            test("do not have what the endpoint's own query has") {
                val own = serverMetadata("authorization_endpoint" to JsonPrimitive("$ISSUER/authorize?tenant=a"))

                ("tenant" in StubServer().client(own).signed {}.claims) shouldBe false
            }

            for (name in listOf("iss", "aud", "exp", "iat", "nbf", "client_id")) {
                test("have their own $name, not a parameter's") {
                    client.signed(name to "other").claims[name] shouldBe client.signed {}.claims[name]
                }
            }

            test("have their own jti, not a parameter's") {
                client.signed("jti" to "other").claims["jti"] shouldNotBe JsonPrimitive("other")
            }

            test("have the last value of a parameter that comes twice") {
                client.signed("x" to "1", "x" to "2").claims["x"] shouldBe JsonPrimitive("2")
            }
        }

        context("the typed claim") {
            suspend fun typed(
                name: String,
                expected: String,
                configure: AuthorizationRequestBuilder.() -> Unit,
            ) = test("$name is $expected") { client.signed(configure).claims[name] shouldBe json(expected) }

            typed("resource", "\"https://a\"") { resource("https://a") }
            typed("resource", """["https://b","https://a"]""") { resource("https://b", "https://a") }
            typed("max_age", "300") { maxAge(Duration.ofMinutes(5)) }
            typed("max_age", "0") { maxAge(Duration.ZERO) }
            typed("claims", """{"userinfo":{"email":null}}""") { claims("""{"userinfo":{"email":null}}""") }
            typed("authorization_details", """[{"type":"a","actions":["b"]}]""") {
                authorizationDetails(AuthorizationDetail("a") { actions("b") })
            }

            val refused =
                listOf(
                    "max_age" to "-1",
                    "max_age" to "5m",
                    "max_age" to "1.5",
                    "max_age" to "",
                    "claims" to "{",
                    "claims" to "",
                    "claims" to "[]",
                    "claims" to "null",
                    "authorization_details" to "[",
                    "authorization_details" to "{}",
                    "authorization_details" to "\"a\"",
                )
            for ((name, value) in refused) {
                test("$name is refused as $value") {
                    shouldThrow<IllegalArgumentException> { client.signed(name to value) }.message shouldContain name
                }
            }
        }

        context("the hook") {
            test("may change header and claims before they are signed") {
                val request =
                    client.sign(client.authorizationRequest(), KEY) {
                        it.header("typ", "JWT").claim("aud", "other").claim("x", 1).removeClaim("nbf")
                    }
                val jwt = requestObject(request)

                jwt.header["typ"] shouldBe JsonPrimitive("JWT")
                jwt.claims["aud"] shouldBe JsonPrimitive("other")
                jwt.claims["x"] shouldBe JsonPrimitive(1)
                ("nbf" in jwt.claims) shouldBe false
                verifySignature(jwt, Jwk(KEY.publicJwk.json))
            }
        }

        context("the signed request") {
            val openId: AuthorizationRequestBuilder.() -> Unit = {
                redirectUri(REDIRECT_URI)
                scope("openid", "email")
            }

            test("by value has response_type, redirect_uri and the scope with openid outside too, as they are inside") {
                val request = client.sign(client.authorizationRequest(openId), KEY)

                request.parameters.toMap() - "request" shouldBe
                    mapOf(
                        "client_id" to listOf(CLIENT_ID),
                        "response_type" to listOf("code"),
                        "scope" to listOf("openid email"),
                        "redirect_uri" to listOf(REDIRECT_URI),
                    )
                request.url shouldStartWith "$ISSUER/authorize?request="
            }

            test("by value has no scope outside where openid is not asked for") {
                val request = client.sign(client.authorizationRequest { scope("openid2", "email") }, KEY)

                request.parameters.names shouldBe setOf("request", "client_id", "response_type")
            }

            test("repeats outside what the hook has made of it") {
                val request =
                    client.sign(client.authorizationRequest(openId), KEY) {
                        it.claim("scope", "openid phone").removeClaim("redirect_uri")
                    }

                request.parameters["scope"] shouldBe "openid phone"
                request.parameters["redirect_uri"].shouldBeNull()
            }

            test("has the client and nothing else beside it with requestObjectOnly()") {
                val signed = client.sign(client.authorizationRequest(openId), KEY)
                val request = signed.requestObjectOnly()

                request.parameters.names shouldBe setOf("request", "client_id")
                request.parameters["request"] shouldBe signed.parameters["request"]
                request.pending shouldBeSameInstanceAs signed.pending
                request.requestObjectOnly() shouldBeSameInstanceAs request
                request.url shouldStartWith "$ISSUER/authorize?request="
                request.url shouldEndWith "&client_id=$CLIENT_ID"
            }

            test("is needed for requestObjectOnly()") {
                shouldThrow<IllegalStateException> { client.authorizationRequest(openId).requestObjectOnly() }
                    .message shouldContain "client.sign(request, key)"
            }

            test("is pushed with nothing beside it, and stays the same afterwards") {
                val server = StubServer().answerPush()
                val pushing = server.client(pushableMetadata())
                val pushed = pushing.push(pushing.sign(pushing.authorizationRequest(openId), KEY))

                server.lastTo("/par").form.names shouldBe setOf("request", "client_id")
                pushed.requestObjectOnly() shouldBeSameInstanceAs pushed
            }

            test("keeps the endpoint's own query") {
                val own =
                    StubServer().client(
                        serverMetadata("authorization_endpoint" to JsonPrimitive("$ISSUER/authorize?tenant=a")),
                    )

                own.sign(own.authorizationRequest(), KEY).url shouldStartWith "$ISSUER/authorize?tenant=a&request="
            }

            test("has the same pending as before") {
                val request = client.authorizationRequest()

                client.sign(request, KEY).pending shouldBeSameInstanceAs request.pending
            }

            test("leaves the request as it was") {
                val request = client.authorizationRequest { scope("openid") }
                val before = request.url
                client.sign(request, KEY)

                request.url shouldBe before
            }

            test("sends nothing") {
                val server = StubServer()
                server.client().let { it.sign(it.authorizationRequest(), KEY) }

                server.received.shouldBeEmpty()
            }

            test("is not signed again") {
                val request = client.sign(client.authorizationRequest(), KEY)

                shouldThrow<IllegalArgumentException> { client.sign(request, KEY) }.message shouldContain
                    "signed or pushed already"
            }
        }

        test("a pushed request is not signed any more") {
            val pushing = StubServer().answerPush().client(pushableMetadata())
            val pushed = pushing.push(pushing.authorizationRequest())

            shouldThrow<IllegalArgumentException> { pushing.sign(pushed, KEY) }.message shouldContain
                "sign first, then push"
        }

        test("a failure of a remote key goes to the caller") {
            val remote =
                object : SigningKey by KEY {
                    override suspend fun sign(bytes: ByteArray): ByteArray = error("out of order")
                }

            shouldThrowExactly<IllegalStateException> {
                client.sign(
                    client.authorizationRequest(),
                    remote,
                )
            }.message shouldBe
                "out of order"
        }
    })
