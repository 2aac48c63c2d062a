package dev.openidclient.integration

import dev.openidclient.error.ErrorCode
import dev.openidclient.error.ValidationException
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.annotation.EnabledIf
import io.kotest.core.spec.style.StringSpec
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe

/** Signatures are verified with the keys of the server, downloaded as they are needed, or with the client secret. */
@EnabledIf(OidcProviderAvailable::class)
class IdTokenAlgorithmsIntegrationSpec :
    StringSpec({
        val issuer = OidcProvider.everything

        for (algorithm in ASYMMETRIC) {
            "an ID Token signed with $algorithm is verified" {
                val client = issuer.connect("id-token-${algorithm.lowercase()}") { nonRepudiationChecks() }
                val tokens = client.signIn(OidcProvider.browser())
                tokens.person shouldBe "alice"
                algorithmOf(tokens.idToken.shouldNotBeNull()) shouldBe algorithm
            }
        }

        for (algorithm in listOf("HS256", "HS384", "HS512")) {
            "an ID Token with an HMAC of the client secret, $algorithm, is verified" {
                val tokens = issuer.connect("id-token-${algorithm.lowercase()}").signIn(OidcProvider.browser())
                tokens.person shouldBe "alice"
                algorithmOf(tokens.idToken.shouldNotBeNull()) shouldBe algorithm
            }
        }

        "an ID Token with another algorithm than the registered one is refused" {
            val client =
                issuer.connect("id-token-rs256") { metadata { idTokenSignedResponseAlg("ES256") } }
            shouldThrow<ValidationException> { client.signIn(OidcProvider.browser()) }.code shouldBe
                ErrorCode.INVALID_RESPONSE
        }
    })

private val ASYMMETRIC =
    listOf("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519")
