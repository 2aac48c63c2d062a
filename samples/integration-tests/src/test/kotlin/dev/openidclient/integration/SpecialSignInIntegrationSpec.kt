package dev.openidclient.integration

import dev.openidclient.clientauth.ClientSecretBasic
import io.kotest.core.annotation.EnabledIf
import io.kotest.core.spec.style.StringSpec
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import kotlinx.serialization.json.buildJsonObject
import kotlinx.serialization.json.put
import kotlinx.serialization.json.putJsonObject

/** Variations of the code flow that not every server has. */
@EnabledIf(OidcProviderAvailable::class)
class SpecialSignInIntegrationSpec :
    StringSpec({
        val issuer = OidcProvider.everything

        "an id and a secret with special characters authenticate by client_secret_basic" {
            val registered = issuer.client("special:characters %+")
            val client = connect(issuer.url, registered) { authentication = ClientSecretBasic(registered.secret) }
            client.signIn(OidcProvider.browser()).person shouldBe "alice"
        }

        "the response is posted as a form" {
            val client = issuer.connect("basic")
            val request = client.signInRequest { responseMode("form_post") }
            client.signIn(OidcProvider.browser(), request).person shouldBe "alice"
        }

        "single claims are asked for by name" {
            val claims =
                buildJsonObject {
                    putJsonObject("id_token") { putJsonObject("nickname") { put("essential", true) } }
                    putJsonObject("userinfo") { putJsonObject("zoneinfo") {} }
                }
            val client = issuer.connect("basic")
            val tokens = client.signIn(OidcProvider.browser()) { claims(claims) }
            tokens.claims.shouldNotBeNull().nickname shouldBe "alice"
        }

        "an authentication context is asked for, and a hint says who signs in" {
            val request =
                issuer.connect("basic").signInRequest {
                    acrValues("urn:example:acr:two-factor", "urn:example:acr:password")
                    loginHint("alice")
                    uiLocales("fr", "en")
                }
            request.url shouldContain "acr_values=urn%3Aexample%3Aacr%3Atwo-factor+urn%3Aexample%3Aacr%3Apassword"
            issuer.connect("basic").signIn(OidcProvider.browser(), request).person shouldBe "alice"
        }

        "a second sign-in of the same browser shows no page, as prompt=none demands" {
            val client = issuer.connect("basic")
            val browser = OidcProvider.browser("bob")
            client.signIn(browser)
            client.signIn(browser) { prompt("none") }.person shouldBe "bob"
        }
    })
