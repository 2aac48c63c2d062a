package dev.openidclient.clientauth

import com.nimbusds.jwt.SignedJWT
import dev.openidclient.http.Parameters
import dev.openidclient.jose.JwsAlgorithm
import dev.openidclient.jose.JwsVerifier
import dev.openidclient.jose.SigningKey
import dev.openidclient.metadata.ClientMetadata
import dev.openidclient.testing.CLIENT_ID
import dev.openidclient.testing.ISSUER
import dev.openidclient.testing.NOW
import dev.openidclient.testing.TestKeys
import dev.openidclient.testing.json
import dev.openidclient.testing.serverMetadata
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeUnique
import io.kotest.matchers.maps.shouldBeEmpty
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldMatch
import kotlinx.serialization.json.JsonPrimitive
import kotlinx.serialization.json.jsonObject

class PrivateKeyJwtSpec :
    FunSpec({
        val key = SigningKey.generate(JwsAlgorithm.ES256)

        test("sends client id, type and assertion in the body, after what is there, and no header") {
            val request = authenticationRequest("a" to "1")
            PrivateKeyJwt(key).authenticate(request)

            request.parameters.encode().substringBeforeLast('=') shouldBe
                "a=1&client_id=$CLIENT_ID" +
                "&client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer&client_assertion"
            request.headers.shouldBeEmpty()
        }

        test("overwrites what the caller gave in their place") {
            val request =
                authenticationRequest("client_assertion" to "x", "client_assertion_type" to "x", "client_id" to "x")
            PrivateKeyJwt(key).authenticate(request)

            request.parameters["client_id"] shouldBe CLIENT_ID
            request.parameters["client_assertion_type"] shouldBe
                "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
            SignedJWT.parse(request.parameters["client_assertion"]).jwtClaimsSet.subject shouldBe CLIENT_ID
        }

        context("the assertion") {
            test("has exactly these claims, in this order: the issuer as audience, one string, and 60 seconds") {
                val (_, payload) = assertion(PrivateKeyJwt(key))
                val now = NOW.epochSecond

                payload shouldMatch
                    Regex(
                        """\{"jti":"[A-Za-z0-9_-]{43}","aud":"$ISSUER","exp":${now + 60},"iat":$now,"nbf":$now,""" +
                            """"iss":"$CLIENT_ID","sub":"$CLIENT_ID"}""",
                    )
            }

            test("has the issuer as audience, and not the endpoint, whatever the endpoint is") {
                val (_, payload) = assertion(PrivateKeyJwt(key), endpoint = "$ISSUER/par")

                json(payload).toString().contains("\"aud\":\"$ISSUER\"") shouldBe true
            }

            test("says its type, and nothing else beside alg where the key has no kid") {
                assertion(PrivateKeyJwt(key)).first shouldBe """{"alg":"ES256","typ":"client-authentication+jwt"}"""
            }

            test("has the kid of the key") {
                assertion(PrivateKeyJwt(SigningKey.generate(JwsAlgorithm.PS256, "k-1"))).first shouldBe
                    """{"alg":"PS256","typ":"client-authentication+jwt","kid":"k-1"}"""
            }

            for ((listed, name) in mapOf(
                """["EdDSA"]""" to "EdDSA",
                """["EdDSA","Ed25519"]""" to "Ed25519",
                """["PS256"]""" to "Ed25519",
            )) {
                test("of an Ed25519 key says $name where the server lists $listed") {
                    val authentication = PrivateKeyJwt(SigningKey.fromKeyPair(TestKeys.ed25519))
                    assertion(authentication, listed).first shouldBe
                        """{"alg":"$name","typ":"client-authentication+jwt"}"""
                }
            }

            test("has the exact URL of the request as audience, where Audience.ENDPOINT says so") {
                val (_, payload) = assertion(PrivateKeyJwt(key, Audience.ENDPOINT), endpoint = "$ISSUER/par?a=b")

                json(payload).jsonObject["aud"] shouldBe JsonPrimitive("$ISSUER/par?a=b")
            }

            test("has no type where the hook removes it") {
                val authentication = PrivateKeyJwt(key) { it.removeHeader("typ") }

                assertion(authentication).first shouldBe """{"alg":"ES256"}"""
            }

            test("has the audience and what the hook says, where both are given") {
                val authentication = PrivateKeyJwt(key, Audience.ENDPOINT) { it.removeClaim("nbf") }
                val claims = json(assertion(authentication).second).jsonObject

                claims["aud"] shouldBe JsonPrimitive("$ISSUER/token")
                ("nbf" in claims) shouldBe false
            }

            test("is another one for each request") {
                val authentication = PrivateKeyJwt(key)

                List(20) { assertion(authentication).second }.shouldBeUnique()
            }

            test("is signed with the key") {
                val request = authenticationRequest()
                PrivateKeyJwt(key).authenticate(request)
                val jwt = SignedJWT.parse(request.parameters["client_assertion"])

                JwsVerifier
                    .of(
                        key.publicJwk,
                        JwsAlgorithm.ES256,
                    ).verify(jwt.signingInput, jwt.signature.decode()) shouldBe
                    true
            }

            test("is what the hook makes of it, and signed so") {
                val authentication =
                    PrivateKeyJwt(
                        key,
                    ) { it.header("typ", "x+jwt").claim("aud", "other").removeClaim("nbf") }
                val request = authenticationRequest()
                authentication.authenticate(request)
                val jwt = SignedJWT.parse(request.parameters["client_assertion"])

                jwt.header.type.type shouldBe "x+jwt"
                jwt.jwtClaimsSet.audience shouldBe listOf("other")
                jwt.jwtClaimsSet.notBeforeTime shouldBe null
                JwsVerifier
                    .of(
                        key.publicJwk,
                        JwsAlgorithm.ES256,
                    ).verify(jwt.signingInput, jwt.signature.decode()) shouldBe
                    true
            }
        }

        test("fails with what the hook throws") {
            shouldThrow<IllegalStateException> {
                PrivateKeyJwt(key) { error("no") }.authenticate(authenticationRequest())
            }.message shouldBe "no"
        }

        test("prints no key") { PrivateKeyJwt(key).toString() shouldBe "PrivateKeyJwt(SigningKey(ES256, kid=null))" }
    })

/** Header and payload of the assertion for a server that lists [algorithms]. */
private suspend fun assertion(
    authentication: ClientAuthentication,
    algorithms: String? = null,
    endpoint: String = "$ISSUER/token",
): Pair<String, String> {
    val server = serverMetadata("token_endpoint_auth_signing_alg_values_supported" to algorithms?.let(::json))
    val client = ClientMetadata.parse("""{"client_id":"$CLIENT_ID"}""")
    val request = ClientAuthenticationRequest(server, client, endpoint, NOW, Parameters.EMPTY)
    authentication.authenticate(request)
    val jwt = SignedJWT.parse(request.parameters["client_assertion"])
    return jwt.parsedParts[0].decodeToString() to jwt.parsedParts[1].decodeToString()
}
