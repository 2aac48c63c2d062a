package dev.openidclient.integration

import dev.openidclient.authorization.AuthorizationCallback
import dev.openidclient.client.OpenIdClient
import dev.openidclient.error.AuthorizationResponseException
import dev.openidclient.error.OAuthException
import dev.openidclient.error.ValidationException
import dev.openidclient.token.authorizationCodeGrant
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.annotation.EnabledIf
import io.kotest.core.spec.style.StringSpec
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe

/** Signed and encrypted authorization responses (JARM). */
@EnabledIf(OidcProviderAvailable::class)
class JarmIntegrationSpec :
    StringSpec({
        val issuer = OidcProvider.everything

        suspend fun jarm(): OpenIdClient = issuer.connect("jarm") { useJwtResponseMode() }

        suspend fun encrypted(): OpenIdClient =
            issuer.connect("jarm-encrypted") {
                useJwtResponseMode()
                decryption(ClientKeys.decryption("rsa-enc", "RSA-OAEP-256"))
            }

        for (algorithm in ClientKeys.everyFamily()) {
            "a response that is signed with $algorithm is taken" {
                val client = issuer.connect("jarm-${algorithm.lowercase()}") { useJwtResponseMode() }
                val request = client.signInRequest()
                val callback = received(OidcProvider.browser().signIn(request.url, Application.CALLBACK))
                algorithmOf(callback.parameters["response"].shouldNotBeNull()) shouldBe algorithm
                client.authorizationCodeGrant(callback, request.pending).person shouldBe "alice"
            }
        }

        "a response that is encrypted for an elliptic-curve key is taken" {
            val client =
                issuer.connect("jarm-encrypted-ecdh") {
                    useJwtResponseMode()
                    decryption(ClientKeys.decryption("p256-enc"))
                }
            val request = client.signInRequest()
            val callback = received(OidcProvider.browser().signIn(request.url, Application.CALLBACK))
            algorithmOf(callback.parameters["response"].shouldNotBeNull()) shouldBe "ECDH-ES+A256KW"
            client.authorizationCodeGrant(callback, request.pending).person shouldBe "alice"
        }

        for (mode in listOf("jwt", "query.jwt", "form_post.jwt", "fragment.jwt")) {
            "a signed response comes by $mode" {
                jarm().signIn(OidcProvider.browser()) { responseMode(mode) }.person shouldBe "alice"
            }

            "a response that is signed and encrypted comes by $mode" {
                encrypted().signIn(OidcProvider.browser()) { responseMode(mode) }.person shouldBe "alice"
            }
        }

        "a signed response is asked for without being named" {
            jarm().signIn(OidcProvider.browser()).person shouldBe "alice"
        }

        "a person who refuses is reported from inside the JWT" {
            val client = jarm()
            val request = client.signInRequest()
            val callback = received(OidcProvider.browser().denyConsent(request.url, Application.CALLBACK))
            shouldThrow<AuthorizationResponseException> { client.authorizationCodeGrant(callback, request.pending) }
                .error shouldBe "access_denied"
        }

        "a response whose signature was changed is refused" {
            val client = jarm()
            val request = client.signInRequest()
            val callback = received(OidcProvider.browser().signIn(request.url, Application.CALLBACK))
            val forged = withOtherSignature(callback.parameters["response"].shouldNotBeNull())
            val tampered = AuthorizationCallback.parameters(callback.parameters.with("response", forged))
            shouldThrow<ValidationException> { client.authorizationCodeGrant(tampered, request.pending) }
        }

        "a response that was encrypted for another key is refused" {
            val client =
                issuer.connect("jarm-encrypted") {
                    useJwtResponseMode()
                    decryption(ClientKeys.decryption("p256-enc"))
                }
            shouldThrow<OAuthException> { client.signIn(OidcProvider.browser()) }
        }

        "a plain response to a client that wants signed ones is refused" {
            val client = jarm()
            val request = client.signInRequest()
            val callback = received(OidcProvider.browser().signIn(request.url, Application.CALLBACK))
            val plain = AuthorizationCallback.parameters(callback.parameters.without("response").with("code", "a-code"))
            shouldThrow<OAuthException> { client.authorizationCodeGrant(plain, request.pending) }
        }
    })
