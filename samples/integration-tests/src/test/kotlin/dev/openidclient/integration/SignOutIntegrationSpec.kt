package dev.openidclient.integration

import dev.openidclient.error.AuthorizationResponseException
import dev.openidclient.logout.endSessionUrl
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.annotation.EnabledIf
import io.kotest.core.spec.style.StringSpec
import io.kotest.matchers.shouldBe

/** OpenID Connect RP-Initiated Logout. */
class SignOutIntegrationSpec :
    StringSpec({
        for (server in SignInServer.all()) {
            "$server: a person signs out and comes back to the application" {
                val client = server.connect()
                val browser = server.browser()
                val tokens = client.signIn(browser)
                val url =
                    client.endSessionUrl {
                        idTokenHint(tokens)
                        postLogoutRedirectUri(Application.SIGNED_OUT)
                        state("a-state")
                    }
                browser.signOut(url, Application.SIGNED_OUT).url() shouldBe
                    "${Application.SIGNED_OUT}?state=a-state"
            }
        }
    })

@EnabledIf(OidcProviderAvailable::class)
class SignedOutIntegrationSpec :
    StringSpec({
        "after signing out nobody is signed in without a page" {
            val client = OidcProvider.everything.connect("basic")
            val browser = OidcProvider.browser()
            val tokens = client.signIn(browser)
            client.signIn(browser) { prompt("none") }.person shouldBe "alice"
            val url = client.endSessionUrl { idTokenHint(tokens).postLogoutRedirectUri(Application.SIGNED_OUT) }
            browser.signOut(url, Application.SIGNED_OUT)
            shouldThrow<AuthorizationResponseException> {
                client.signIn(browser) { prompt("none") }
            }.error shouldBe "login_required"
        }
    })
