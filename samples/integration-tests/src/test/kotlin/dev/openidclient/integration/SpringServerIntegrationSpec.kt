package dev.openidclient.integration

import dev.openidclient.samples.server.BrowserStuckException
import dev.openidclient.samples.server.HeadlessBrowser
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.StringSpec
import io.kotest.matchers.maps.shouldContainKey
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain

/** The Spring server and the browser work by themselves: all requests are made by hand, none by the library. */
class SpringServerIntegrationSpec :
    StringSpec({
        "a person signs in, reads orders, refreshes and signs out" {
            val server = SpringServer.get()
            val client = server.webClient()
            val browser = SpringServer.browser()
            val requests = HandMadeRequests(server.issuer())
            val url = requests.authorizationUrl(client.id(), "scope" to "openid profile email orders:read")
            val tokens = requests.redeem(browser.signIn(url, Application.CALLBACK), client.id(), client.secret())
            val accessToken = tokens.string("access_token")

            requests.get(requests.metadata.string("userinfo_endpoint"), accessToken).string("name") shouldBe
                "Alice Moreau"
            requests.get(server.apiUrl(), accessToken).string("requestedBy") shouldBe "alice"

            val refresh = arrayOf("grant_type" to "refresh_token", "refresh_token" to tokens.string("refresh_token"))
            val refreshed = requests.token(client.id(), client.secret(), *refresh)
            refreshed.string("refresh_token") shouldNotBe tokens.string("refresh_token")
            requests.token(client.id(), client.secret(), *refresh).string("error") shouldBe "invalid_grant"

            val signedOut =
                browser.signOut(
                    requests.endSessionUrl(refreshed.string("id_token")),
                    Application.SIGNED_OUT,
                )
            signedOut.url() shouldBe Application.SIGNED_OUT
        }

        "a person refuses" {
            val requests = HandMadeRequests(SpringServer.get().issuer())
            val url = requests.authorizationUrl(SpringServer.get().publicClient().id())
            val callback = SpringServer.browser().denyConsent(url, Application.CALLBACK)
            requests.parameters(callback)["error"] shouldBe "access_denied"
        }

        "a wrong password leaves the browser at the sign-in page, and no secret in the message" {
            val requests = HandMadeRequests(SpringServer.get().issuer())
            val url = requests.authorizationUrl(SpringServer.get().publicClient().id())
            val stuck =
                shouldThrow<BrowserStuckException> {
                    HeadlessBrowser("alice", "not her password").signIn(url, Application.CALLBACK)
                }
            stuck.message shouldContain "Sign in"
            stuck.message shouldNotContain "a-state"
        }

        "a service gets a token for itself, and a device gets one from a person" {
            val server = SpringServer.get()
            val requests = HandMadeRequests(server.issuer())
            val service = server.serviceClient()
            val grant = arrayOf("grant_type" to "client_credentials", "scope" to "orders:read")
            val tokens = requests.token(service.id(), service.secret(), *grant)
            requests.get(server.apiUrl(), tokens.string("access_token")).string("requestedBy") shouldBe service.id()

            val web = server.webClient()
            val endpoint = requests.metadata.string("device_authorization_endpoint")
            val device = requests.post(endpoint, web.id(), web.secret(), "scope" to "email")
            SpringServer.browser().approveDevice(device.string("verification_uri_complete")).status() shouldBe 200
            requests.token(web.id(), web.secret(), *deviceGrant(device.string("device_code"))) shouldContainKey
                "access_token"
        }
    })
