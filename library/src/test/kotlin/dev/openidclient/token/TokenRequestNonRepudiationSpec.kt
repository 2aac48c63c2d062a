package dev.openidclient.token

import dev.openidclient.client.OpenIdClient
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.MetadataException
import dev.openidclient.error.OAuthException
import dev.openidclient.error.UnsupportedFeatureException
import dev.openidclient.error.ValidationException
import dev.openidclient.testing.CODE
import dev.openidclient.testing.NONCE
import dev.openidclient.testing.REDIRECT_URI
import dev.openidclient.testing.STATE
import dev.openidclient.testing.StubServer
import dev.openidclient.testing.TestKeys
import dev.openidclient.testing.answerTokens
import dev.openidclient.testing.idToken
import dev.openidclient.testing.idTokenClaims
import dev.openidclient.testing.pendingAuthorization
import dev.openidclient.testing.serverMetadata
import dev.openidclient.testing.shouldFailWith
import dev.openidclient.testing.unverifiable
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import kotlinx.serialization.json.JsonPrimitive

private const val CALLBACK = "$REDIRECT_URI?code=$CODE&state=$STATE"

/** A server with one key that answers its token endpoint with [idToken], and a client that verifies signatures. */
private class Verifying(
    idToken: String?,
    vararg client: Pair<String, String>,
) {
    val server: StubServer =
        StubServer()
            .answerTokens("id_token" to idToken?.let(::JsonPrimitive))
            .answer("/jwks", TestKeys.jwks(TestKeys.publicJwk(TestKeys.rsa)))

    val client: OpenIdClient =
        server.client {
            nonRepudiationChecks()
            metadata { for ((name, value) in client) member(name, JsonPrimitive(value)) }
        }
}

class TokenRequestNonRepudiationSpec :
    FunSpec({
        val forged = unverifiable(idTokenClaims(), header = mapOf("kid" to JsonPrimitive(TestKeys.rsa.keyID)))

        test("a signature of the server's key is taken") {
            val verifying = Verifying(idToken().content)

            verifying.client.grant("urn:x").claims.shouldNotBeNull()
            verifying.server.countOf("/jwks") shouldBe 1
        }

        val grants =
            mapOf<String, suspend OpenIdClient.() -> TokenResponse>(
                "any" to { grant("urn:x") },
                "client credentials" to { clientCredentialsGrant() },
                "refresh" to { refreshTokenGrant("r") },
                "authorization code" to { authorizationCodeGrant(CALLBACK, pendingAuthorization()) },
            )
        for ((name, grant) in grants) {
            test("a forged signature is rejected in the answer to the $name grant") {
                shouldFailWith<ValidationException>(
                    ErrorCode.INVALID_RESPONSE,
                    "does not verify with the key of",
                ) {
                    Verifying(forged).client.grant()
                }
            }
        }

        test("a signature of another claim set is rejected") {
            val (header, _, signature) = idToken().content.split('.')
            val payload = TestKeys.base64Url(idTokenClaims("sub" to JsonPrimitive("other")).toString())

            shouldFailWith<ValidationException>(ErrorCode.INVALID_RESPONSE, "does not verify") {
                Verifying("$header.$payload.$signature").client.grant("urn:x")
            }
        }

        test("a signature that is not base64url is rejected") {
            shouldFailWith<InvalidResponseException>(ErrorCode.INVALID_RESPONSE, "must be a compact JWT") {
                Verifying(idToken().content.substringBeforeLast('.') + ".!").client.grant("urn:x")
            }
        }

        test("a signature of a key that the server does not have is rejected") {
            shouldFailWith<ValidationException>(ErrorCode.KEY_SELECTION_FAILED, "kid \"rsa-2\"") {
                Verifying(TestKeys.signRsa(idTokenClaims(), key = TestKeys.otherRsa)).client.grant("urn:x")
            }
        }

        test("an unsigned ID Token is rejected, even where the client is registered for it") {
            shouldFailWith<UnsupportedFeatureException>(ErrorCode.UNSUPPORTED_OPERATION, "\"none\"") {
                Verifying(
                    unverifiable(idTokenClaims(), "none"),
                    "id_token_signed_response_alg" to "none",
                ).client.grant("urn:x")
            }
        }

        test("an ID Token is rejected where the server has no keys") {
            val server = StubServer().answerTokens("id_token" to idToken())

            shouldFailWith<MetadataException>(ErrorCode.MISSING_SERVER_METADATA, "\"jwks_uri\"") {
                server.client(serverMetadata("jwks_uri" to null)) { nonRepudiationChecks() }.grant("urn:x")
            }
        }

        test("an answer without an ID Token needs no keys") {
            val verifying = Verifying(idToken = null)
            verifying.client.grant("urn:x")

            verifying.server.countOf("/jwks") shouldBe 0
        }

        test("an ID Token that is rejected anyway needs no keys") {
            val verifying = Verifying(idToken("nonce" to JsonPrimitive("other")).content)
            shouldThrow<OAuthException> {
                verifying.client.authorizationCodeGrant(CALLBACK, pendingAuthorization(nonce = NONCE))
            }

            verifying.server.countOf("/jwks") shouldBe 0
        }

        test("without these checks the signature is not looked at, for the token came over TLS") {
            val server = StubServer().answerTokens("id_token" to JsonPrimitive(forged))

            server.client().grant("urn:x").claims.shouldNotBeNull()
            server.countOf("/jwks") shouldBe 0
        }
    })
