package dev.openidclient.token

import dev.openidclient.client.ClientSettings
import dev.openidclient.dpop.Dpop
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.ValidationException
import dev.openidclient.jose.SigningKey
import dev.openidclient.testing.ACCESS_TOKEN
import dev.openidclient.testing.StubServer
import dev.openidclient.testing.answerTokens
import dev.openidclient.testing.shouldFailWith
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldNotContain
import kotlinx.serialization.json.JsonPrimitive

private fun client(
    type: String,
    configure: ClientSettings.() -> Unit = { requireSenderConstrained() },
) = StubServer().answerTokens("token_type" to JsonPrimitive(type)).client(configure = configure)

class TokenRequestSenderConstrainedSpec :
    FunSpec({
        val dpop = Dpop(SigningKey.generate("ES256"))

        test("a token that is bound to a key is taken") {
            client("DPoP").withDpop(dpop).clientCredentialsGrant().isSenderConstrained shouldBe true
        }

        for (type in listOf("Bearer", "bearer", "BEARER")) {
            test("a token of the type $type is rejected") {
                shouldFailWith<ValidationException>(ErrorCode.INVALID_RESPONSE, "must be sender-constrained") {
                    client(type).clientCredentialsGrant()
                }
            }
        }

        test("a bearer token is rejected also where DPoP was asked for, and is not shown") {
            shouldFailWith<ValidationException>(ErrorCode.INVALID_RESPONSE, "must be sender-constrained") {
                client("Bearer").withDpop(dpop).clientCredentialsGrant()
            }.message.orEmpty() shouldNotContain ACCESS_TOKEN
        }

        test("a bearer token is taken with a certificate that the transport presents") {
            val client = client("Bearer") { requireSenderConstrained().transportPresentsCertificate() }

            client.clientCredentialsGrant().accessToken shouldBe ACCESS_TOKEN
        }

        test("a bearer token is rejected with a certificate that the client metadata alone tells of") {
            shouldFailWith<ValidationException>(ErrorCode.INVALID_RESPONSE, "must be sender-constrained") {
                client("Bearer") {
                    requireSenderConstrained().metadata { tlsClientCertificateBoundAccessTokens() }
                }.clientCredentialsGrant()
            }
        }

        test("a bearer token is taken where nothing is required, and says what it is") {
            client("Bearer") {}.withDpop(dpop).clientCredentialsGrant().isSenderConstrained shouldBe false
        }
    })
