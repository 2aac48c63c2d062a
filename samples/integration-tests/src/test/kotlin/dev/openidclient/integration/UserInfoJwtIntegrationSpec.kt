package dev.openidclient.integration

import dev.openidclient.error.ErrorCode
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.OAuthException
import dev.openidclient.error.ValidationException
import dev.openidclient.userinfo.userInfo
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.annotation.EnabledIf
import io.kotest.core.spec.style.StringSpec
import io.kotest.matchers.shouldBe

/** UserInfo as a signed JWT, and as one inside a JWE. */
@EnabledIf(OidcProviderAvailable::class)
class UserInfoJwtIntegrationSpec :
    StringSpec({
        val issuer = OidcProvider.everything

        for (algorithm in ClientKeys.everyFamily()) {
            "UserInfo is a JWT that is signed with $algorithm" {
                val client = issuer.connect("userinfo-${algorithm.lowercase()}") { nonRepudiationChecks() }
                client.metadata.userinfoSignedResponseAlg shouldBe algorithm
                client.userInfo(client.signIn(OidcProvider.browser())).email shouldBe "alice@example.com"
            }
        }

        "UserInfo is signed and encrypted" {
            val client =
                issuer.connect("userinfo-encrypted") {
                    nonRepudiationChecks()
                    decryption(ClientKeys.decryption("p256-enc"))
                }
            client.userInfo(client.signIn(OidcProvider.browser())).email shouldBe "alice@example.com"
        }

        "UserInfo that is encrypted for another key is refused" {
            val client =
                issuer.connect("userinfo-encrypted") { decryption(ClientKeys.decryption("p384-enc")) }
            val tokens = client.signIn(OidcProvider.browser())
            shouldThrow<OAuthException> { client.userInfo(tokens) }
        }

        "UserInfo that must be signed is not taken as JSON" {
            val client = issuer.connect("basic") { metadata { userinfoSignedResponseAlg("ES256") } }
            val tokens = client.signIn(OidcProvider.browser())
            shouldThrow<InvalidResponseException> { client.userInfo(tokens) }.code shouldBe
                ErrorCode.JWT_USERINFO_EXPECTED
        }

        "UserInfo that is signed with another algorithm is refused" {
            val client = issuer.connect("userinfo-signed") { metadata { userinfoSignedResponseAlg("PS256") } }
            val tokens = client.signIn(OidcProvider.browser())
            shouldThrow<ValidationException> { client.userInfo(tokens) }.code shouldBe ErrorCode.INVALID_RESPONSE
        }
    })
