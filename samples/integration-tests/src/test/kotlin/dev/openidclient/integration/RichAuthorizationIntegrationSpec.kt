package dev.openidclient.integration

import dev.openidclient.authorization.push
import dev.openidclient.client.AuthorizationDetail
import dev.openidclient.error.ResponseBodyException
import dev.openidclient.token.clientCredentialsGrant
import dev.openidclient.token.introspect
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.annotation.EnabledIf
import io.kotest.core.spec.style.StringSpec
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import kotlinx.serialization.json.buildJsonObject
import kotlinx.serialization.json.put

/** RFC 9396. */
@EnabledIf(OidcProviderAvailable::class)
class RichAuthorizationIntegrationSpec :
    StringSpec({
        val issuer = OidcProvider.everything
        val amount =
            buildJsonObject {
                put("currency", "EUR")
                put("amount", "123.50")
            }
        val payment =
            AuthorizationDetail("payment_initiation") {
                actions("initiate", "status")
                locations("https://payments.example.com")
                member("instructedAmount", amount)
            }

        "a person allows exactly what is described" {
            val client = issuer.connect("rar")
            val tokens =
                client.signIn(
                    OidcProvider.browser(),
                ) { authorizationDetails(payment).resource(issuer.resource) }
            val granted = tokens.authorizationDetails.shouldNotBeNull().single()
            granted.type shouldBe "payment_initiation"
            granted.actions shouldBe listOf("initiate", "status")
            granted.json["instructedAmount"] shouldBe amount
            client.introspect(tokens.accessToken).authorizationDetails.shouldNotBeNull().single() shouldBe payment
        }

        "a service describes what it wants, in two parts" {
            val client = issuer.connect("rar")
            val details = arrayOf(payment, AuthorizationDetail("account_information") { identifier("DE02") })
            val tokens = client.clientCredentialsGrant { authorizationDetails(*details).resource(issuer.resource) }
            tokens.authorizationDetails.shouldNotBeNull().map { it.type } shouldBe details.map { it.type }
        }

        "a description is pushed" {
            val client = issuer.connect("rar")
            val request = client.signInRequest { authorizationDetails(payment).resource(issuer.resource) }
            val tokens = client.signIn(OidcProvider.browser(), client.push(request))
            tokens.authorizationDetails.shouldNotBeNull().single() shouldBe payment
        }

        "a type that the client may not use is refused" {
            val client = issuer.connect("rar")
            val request = client.signInRequest { authorizationDetails(AuthorizationDetail("unknown_type")) }
            shouldThrow<ResponseBodyException> { client.push(request) }.error shouldBe "invalid_authorization_details"
        }
    })
