package dev.openidclient

import com.nimbusds.jose.jwk.RSAKey
import dev.openidclient.client.OpenIdClient
import dev.openidclient.error.AuthorizationResponseException
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.OAuthException
import dev.openidclient.error.UnsupportedFeatureException
import dev.openidclient.error.ValidationException
import dev.openidclient.testing.ACCESS_TOKEN
import dev.openidclient.testing.CLIENT_ID
import dev.openidclient.testing.CODE
import dev.openidclient.testing.FIXED_CLOCK
import dev.openidclient.testing.ISSUER
import dev.openidclient.testing.REDIRECT_URI
import dev.openidclient.testing.StubServer
import dev.openidclient.testing.TestKeys
import dev.openidclient.testing.answerKeys
import dev.openidclient.testing.answerTokens
import dev.openidclient.testing.idToken
import dev.openidclient.testing.idTokenClaims
import dev.openidclient.testing.json
import dev.openidclient.testing.jsonObject
import dev.openidclient.testing.leftHalfOfSha256
import dev.openidclient.testing.pendingAuthorization
import dev.openidclient.testing.serverMetadata
import dev.openidclient.token.authorizationCodeGrant
import dev.openidclient.token.clientCredentialsGrant
import dev.openidclient.token.grant
import dev.openidclient.token.verifyIdToken
import dev.openidclient.userinfo.userInfo
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldStartWith
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonPrimitive
import java.security.KeyPairGenerator
import java.security.Signature
import java.security.interfaces.RSAPublicKey

/** Every call that loosens a check, at once: none of what is refused here has a way around. */
private fun StubServer.lenient(): OpenIdClient =
    client {
        assumeBearer()
        tokenTypeAlias("bot", "bearer")
        trustAudiences("other")
        acceptMissingNonce()
        acceptRefreshedAuthTime()
    }

private suspend fun StubServer.idTokenRefused(vararg claims: Pair<String, JsonElement?>): OAuthException =
    shouldThrow { answerTokens("id_token" to idToken(*claims)).lenient().grant("urn:example") }

class StaysRefusedSpec :
    FunSpec({
        val bodies =
            mapOf(
                "form-encoded" to "access_token=$ACCESS_TOKEN&token_type=bearer",
                "nested" to """{"data":{"access_token":"$ACCESS_TOKEN","token_type":"bearer"}}""",
                "in an array" to """[{"access_token":"$ACCESS_TOKEN","token_type":"bearer"}]""",
            )
        for ((how, body) in bodies) {
            test("a token answer that is $how stays refused") {
                val type = if (how == "form-encoded") "application/x-www-form-urlencoded" else "application/json"
                shouldThrow<InvalidResponseException> {
                    StubServer().answer("/token", body, contentType = type).lenient().clientCredentialsGrant()
                }
            }
        }

        test("a token endpoint is asked with a form and never with JSON") {
            val server = StubServer().answer("/token", """{"error":"invalid_request"}""", status = 400)
            shouldThrow<OAuthException> { server.lenient().clientCredentialsGrant() }
            server.received.single().contentType.orEmpty() shouldStartWith "application/x-www-form-urlencoded"
        }

        test("a wrong at_hash stays refused") {
            StubServer().idTokenRefused("at_hash" to leftHalfOfSha256("another"))
        }

        for (subject in listOf("1", "true", "[\"a\"]", "{}")) {
            test("an ID Token whose sub is $subject stays refused") {
                StubServer().idTokenRefused("sub" to json(subject))
            }
        }

        test("another issuer stays refused, in an ID Token, in discovery and in an authorization response") {
            val other = JsonPrimitive("https://other.example.com")
            StubServer().idTokenRefused("iss" to other)
            val server =
                StubServer().answer(
                    "/.well-known/openid-configuration",
                    serverMetadata("issuer" to other).json.toString(),
                )
            shouldThrow<ValidationException> {
                OpenIdClient.discover(ISSUER, CLIENT_ID) {
                    transport = server.transport
                    clock = FIXED_CLOCK
                    assumeBearer()
                }
            }
            shouldThrow<ValidationException> {
                StubServer().lenient().authorizationCodeGrant(
                    "$REDIRECT_URI?code=$CODE&state=${pendingAuthorization().state}&iss=${other.content}",
                    pendingAuthorization(),
                )
            }
        }

        for (status in listOf(301, 302, 303, 307, 308)) {
            test("a redirect with $status is not followed") {
                val server =
                    StubServer().answerTokens().answer(
                        "/userinfo",
                        "",
                        status = status,
                        headers = mapOf("Location" to "$ISSUER/token"),
                    )
                shouldThrow<OAuthException> { server.lenient().userInfo(ACCESS_TOKEN, "248289761001") }
                server.received.size shouldBe 1
            }
        }

        test("a published private key verifies nothing") {
            val private = jsonObject(TestKeys.rsa.toJSONString())
            shouldThrow<OAuthException> {
                StubServer().answerKeys(private).lenient().verifyIdToken(TestKeys.signRsa(idTokenClaims()), null)
            }
        }

        test("an RSA key below 2048 bits verifies nothing") {
            val pair = KeyPairGenerator.getInstance("RSA").apply { initialize(1024) }.generateKeyPair()
            val token =
                TestKeys.compact(idTokenClaims(), "RS256") { input ->
                    Signature.getInstance("SHA256withRSA").run {
                        initSign(pair.private)
                        update(input)
                        sign()
                    }
                }
            val weak = TestKeys.publicJwk(RSAKey.Builder(pair.public as RSAPublicKey).build())
            shouldThrow<UnsupportedFeatureException> {
                StubServer().answerKeys(weak).lenient().verifyIdToken(token, null)
            }
        }

        test("UserInfo of another subject stays refused") {
            shouldThrow<ValidationException> {
                StubServer().answer("/userinfo", """{"sub":"another"}""").lenient().userInfo(ACCESS_TOKEN, "me")
            }
        }

        test("an error without state is not believed") {
            val failure =
                shouldThrow<OAuthException> {
                    StubServer().lenient().authorizationCodeGrant(
                        "$REDIRECT_URI?error=access_denied",
                        pendingAuthorization(),
                    )
                }
            (failure is AuthorizationResponseException) shouldBe false
        }
    })
