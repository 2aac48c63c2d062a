package dev.openidclient.integration

import dev.openidclient.authorization.AuthorizationCallback
import dev.openidclient.authorization.AuthorizationRequest
import dev.openidclient.authorization.authorizationRequest
import dev.openidclient.client.OpenIdClient
import dev.openidclient.error.AuthorizationResponseException
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.ValidationException
import dev.openidclient.token.implicitAuthentication
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.annotation.EnabledIf
import io.kotest.core.spec.style.StringSpec
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import java.time.Duration

/** `response_type=id_token`. */
@EnabledIf(OidcProviderAvailable::class)
class ImplicitIntegrationSpec :
    StringSpec({
        suspend fun implicit(): OpenIdClient = OidcProvider.everything.connect("implicit") { useIdTokenResponseType() }

        fun OpenIdClient.request(mode: String = "form_post"): AuthorizationRequest =
            authorizationRequest { redirectUri(Application.CALLBACK).scope("openid").responseMode(mode) }

        for (mode in listOf("form_post", "fragment")) {
            "an ID Token comes by $mode" {
                val client = implicit()
                val request = client.request(mode)
                val callback = received(OidcProvider.browser().signIn(request.url, Application.CALLBACK))
                client.implicitAuthentication(callback, request.pending).subject shouldBe "alice"
            }
        }

        "state, nonce and age are checked as the caller says" {
            val client = implicit()
            val request = client.request()
            val callback = received(OidcProvider.browser().signIn(request.url, Application.CALLBACK))
            val nonce = request.pending.nonce.shouldNotBeNull()
            client.implicitAuthentication(callback, nonce, request.pending.state).subject shouldBe "alice"
            shouldThrow<ValidationException> {
                client.implicitAuthentication(callback, "another-nonce", request.pending.state)
            }.code shouldBe ErrorCode.JWT_CLAIM_COMPARISON_FAILED
            shouldThrow<ValidationException> { client.implicitAuthentication(callback, nonce, "another-state") }
        }

        "the age of the sign-in is known where it was asked for" {
            val client = implicit()
            val request =
                client.authorizationRequest {
                    redirectUri(Application.CALLBACK).scope("openid").responseMode("form_post")
                    maxAge(Duration.ofMinutes(5))
                }
            val callback = received(OidcProvider.browser().signIn(request.url, Application.CALLBACK))
            client.implicitAuthentication(callback, request.pending).authTime.shouldNotBeNull()
        }

        "an ID Token whose signature was changed is refused" {
            val client = implicit()
            val request = client.request()
            val callback = received(OidcProvider.browser().signIn(request.url, Application.CALLBACK))
            val forged = withOtherSignature(callback.parameters["id_token"].shouldNotBeNull())
            val tampered =
                AuthorizationCallback.formPost(Application.CALLBACK, callback.parameters.with("id_token", forged))
            shouldThrow<ValidationException> { client.implicitAuthentication(tampered, request.pending) }
        }

        "a person who refuses is reported" {
            val client = implicit()
            val request = client.request()
            val callback = received(OidcProvider.browser().denyConsent(request.url, Application.CALLBACK))
            shouldThrow<AuthorizationResponseException> { client.implicitAuthentication(callback, request.pending) }
                .error shouldBe "access_denied"
        }
    })
