package dev.openidclient.integration

import dev.openidclient.client.OpenIdClient
import dev.openidclient.error.ResponseBodyException
import dev.openidclient.registration.RegistrationBuilder
import dev.openidclient.registration.register
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.annotation.EnabledIf
import io.kotest.core.spec.style.StringSpec
import io.kotest.matchers.shouldBe
import java.time.Instant
import java.util.Date

/** RFC 7591 §2.3. */
@EnabledIf(OidcProviderAvailable::class)
class SoftwareStatementIntegrationSpec :
    StringSpec({
        val issuer = OidcProvider.softwareStatements
        val approved =
            mapOf(
                "software_id" to "approved-software",
                "client_name" to "Approved",
                "redirect_uris" to listOf(Application.CALLBACK),
            )

        suspend fun register(configure: RegistrationBuilder.() -> Unit): OpenIdClient =
            OpenIdClient.register(issuer.url) {
                initialAccessToken = issuer.initialAccessToken
                redirectUris("https://rp.example.com/not-approved")
                clientName("Not approved")
                settings { reaching(issuer.url) }
                configure()
            }

        "what the statement says is registered, whatever else the request says" {
            val statement = Partner.jwt(approved)
            val client =
                register {
                    softwareStatement(statement)
                    softwareVersion("2.1")
                }
            client.metadata.json.string("client_name") shouldBe "Approved"
            client.metadata.json.string("software_id") shouldBe "approved-software"
            client.metadata.json.string("software_version") shouldBe "2.1"
            client.metadata.json.string("software_statement") shouldBe statement
            client.signIn(OidcProvider.browser()).person shouldBe "alice"
        }

        val refused =
            mapOf(
                "of another party" to { Partner.jwt(approved + ("iss" to "https://another.example.com")) },
                "that has expired" to { Partner.jwt(approved + ("exp" to Date.from(Instant.now().minusSeconds(60)))) },
                "signed by somebody else" to { Partner.forgedJwt(approved) },
                "whose signature was changed" to { withOtherSignature(Partner.jwt(approved)) },
                "that is not signed" to { Partner.unsignedJwt(approved) },
                "that is no JWT" to { "no-statement" },
            )
        for ((what, statement) in refused) {
            "a statement $what is refused" {
                shouldThrow<ResponseBodyException> { register { softwareStatement(statement()) } }.error shouldBe
                    "invalid_software_statement"
            }
        }

        "a registration without a statement is refused" {
            shouldThrow<ResponseBodyException> { register { softwareId("approved-software") } }.error shouldBe
                "invalid_software_statement"
        }

        "a statement for a program that is not approved is refused" {
            val other = Partner.jwt(approved + ("software_id" to "another-software"))
            shouldThrow<ResponseBodyException> { register { softwareStatement(other) } }.error shouldBe
                "unapproved_software_statement"
        }
    })
