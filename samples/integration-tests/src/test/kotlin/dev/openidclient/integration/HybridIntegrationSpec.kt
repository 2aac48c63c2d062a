package dev.openidclient.integration

import dev.openidclient.authorization.AuthorizationCallback
import dev.openidclient.client.ClientSettings
import dev.openidclient.client.OpenIdClient
import dev.openidclient.error.AuthorizationResponseException
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.ValidationException
import dev.openidclient.token.authorizationCodeGrant
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.annotation.EnabledIf
import io.kotest.core.spec.style.StringSpec
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain

/** `response_type=code id_token`. */
@EnabledIf(OidcProviderAvailable::class)
class HybridIntegrationSpec :
    StringSpec({
        suspend fun hybrid(configure: ClientSettings.() -> Unit = {}): OpenIdClient =
            OidcProvider.everything.connect("hybrid") {
                useCodeIdTokenResponseType()
                configure()
            }

        for (mode in listOf("form_post", "fragment")) {
            "a code and an ID Token come by $mode" {
                hybrid().signIn(OidcProvider.browser()) { responseMode(mode) }.person shouldBe "alice"
            }
        }

        for (algorithm in ClientKeys.everyFamily()) {
            "an ID Token that is signed with $algorithm comes with the code" {
                val client =
                    OidcProvider.everything.connect("hybrid-${algorithm.lowercase()}") { useCodeIdTokenResponseType() }
                val request = client.signInRequest { responseMode("form_post") }
                val callback = received(OidcProvider.browser().signIn(request.url, Application.CALLBACK))
                algorithmOf(callback.parameters["id_token"].shouldNotBeNull()) shouldBe algorithm
                client.authorizationCodeGrant(callback, request.pending).person shouldBe "alice"
            }
        }

        "an ID Token that is no detached signature is refused where it must be one" {
            val client = hybrid { detachedSignatureResponseChecks() }
            val request = client.signInRequest { responseMode("form_post") }
            shouldThrow<InvalidResponseException> { client.signIn(OidcProvider.browser(), request) }
                .message!! shouldContain "s_hash"
        }

        "a code that the ID Token does not belong to is refused" {
            val client = hybrid()
            val request = client.signInRequest { responseMode("form_post") }
            val callback = received(OidcProvider.browser().signIn(request.url, Application.CALLBACK))
            val swapped =
                AuthorizationCallback.formPost(Application.CALLBACK, callback.parameters.with("code", "another-code"))
            shouldThrow<ValidationException> { client.authorizationCodeGrant(swapped, request.pending) }.code shouldBe
                ErrorCode.JWT_CLAIM_COMPARISON_FAILED
        }

        "an ID Token whose signature was changed is refused" {
            val client = hybrid()
            val request = client.signInRequest { responseMode("form_post") }
            val callback = received(OidcProvider.browser().signIn(request.url, Application.CALLBACK))
            val forged = withOtherSignature(callback.parameters["id_token"].shouldNotBeNull())
            val tampered =
                AuthorizationCallback.formPost(Application.CALLBACK, callback.parameters.with("id_token", forged))
            shouldThrow<ValidationException> { client.authorizationCodeGrant(tampered, request.pending) }
        }

        "a person who refuses is reported" {
            val client = hybrid()
            val request = client.signInRequest { responseMode("form_post") }
            val callback = received(OidcProvider.browser().denyConsent(request.url, Application.CALLBACK))
            shouldThrow<AuthorizationResponseException> { client.authorizationCodeGrant(callback, request.pending) }
                .error shouldBe "access_denied"
        }
    })
