package dev.openidclient.integration

import io.kotest.core.annotation.EnabledIf
import io.kotest.core.spec.style.StringSpec
import io.kotest.matchers.maps.shouldContainKey
import io.kotest.matchers.maps.shouldContainKeys
import io.kotest.matchers.maps.shouldNotContainKey
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldEndWith

/** `oidc-provider` and the browser work by themselves: all requests are made by hand, none by the library. */
@EnabledIf(OidcProviderAvailable::class)
class OidcProviderIntegrationSpec :
    StringSpec({
        "every issuer publishes its metadata, over HTTP and over TLS" {
            val issuers = with(OidcProvider) { listOf(everything, dpopNonces, parOnly, fapi1, fapi2) }
            for (issuer in issuers) {
                HandMadeRequests(issuer.url).metadata.string("issuer") shouldBe issuer.url
                val secure = HandMadeRequests(issuer.overTls.url, OidcProvider.trust()).metadata
                secure.string("issuer") shouldBe issuer.overTls.url
                secure.member("mtls_endpoint_aliases").string("token_endpoint") shouldEndWith "/token"
            }
        }

        "a person signs in, refreshes and signs out" {
            val client = OidcProvider.everything.client("public")
            val browser = OidcProvider.browser("bob")
            val requests = HandMadeRequests(OidcProvider.everything.url)
            val url =
                requests.authorizationUrl(client.id, "scope" to "openid email offline_access", "prompt" to "consent")
            val callback = browser.signIn(url, Application.CALLBACK)
            requests.parameters(callback)["iss"] shouldBe OidcProvider.everything.url
            val tokens = requests.redeem(callback, client.id, client.secret)
            val userInfo = requests.get(requests.metadata.string("userinfo_endpoint"), tokens.string("access_token"))
            userInfo.string("email") shouldBe "bob@example.com"

            val refresh = arrayOf("grant_type" to "refresh_token", "refresh_token" to tokens.string("refresh_token"))
            val refreshed = requests.token(client.id, null, *refresh)
            refreshed.string("refresh_token") shouldNotBe tokens.string("refresh_token")

            val endSession = requests.endSessionUrl(tokens.string("id_token"))
            browser.signOut(endSession, Application.SIGNED_OUT).url() shouldBe Application.SIGNED_OUT
        }

        "a person refuses" {
            val requests = HandMadeRequests(OidcProvider.everything.url)
            val url = requests.authorizationUrl("basic")
            val callback = OidcProvider.browser().denyConsent(url, Application.CALLBACK)
            requests.parameters(callback)["error"] shouldBe "access_denied"
        }

        "a hybrid response is posted, and without a response mode stands in the fragment" {
            val requests = HandMadeRequests(OidcProvider.everything.url)
            val browser = OidcProvider.browser()
            val posted =
                requests.authorizationUrl("hybrid", "response_type" to "code id_token", "response_mode" to "form_post")
            val callback = browser.signIn(posted, Application.CALLBACK)
            callback.isPosted shouldBe true
            callback.url() shouldBe Application.CALLBACK
            requests.parameters(callback).shouldContainKeys("code", "id_token", "state")

            val fragment = requests.authorizationUrl("hybrid", "response_type" to "code id_token")
            browser.signIn(fragment, Application.CALLBACK).url() shouldContain "#code="
        }

        "tokens for a resource, opaque and JWT" {
            val issuer = OidcProvider.everything
            val requests = HandMadeRequests(issuer.url)
            val post =
                issuer.register(
                    """
                    {
                      "token_endpoint_auth_method": "client_secret_post", "grant_types": ["client_credentials"],
                      "response_types": [], "redirect_uris": []
                    }
                    """,
                )
            for (resource in listOf(issuer.resource, issuer.jwtResource)) {
                val grant =
                    arrayOf("grant_type" to "client_credentials", "resource" to resource, "scope" to "orders:read")
                val tokens = requests.token(post.id, post.secret, *grant)
                requests.get(resource, tokens.string("access_token")).string("client_id") shouldBe post.id
            }
            requests.get(issuer.resource) shouldNotContainKey "client_id"
        }

        "a device waits one second between polls, and is allowed or refused" {
            val requests = HandMadeRequests(OidcProvider.everything.url)
            val endpoint = requests.metadata.string("device_authorization_endpoint")
            val allowed = requests.post(endpoint, "device", null, "scope" to "openid")
            allowed.string("interval") shouldBe "1"
            requests.token("device", null, *deviceGrant(allowed.string("device_code"))).string("error") shouldBe
                "authorization_pending"
            val lastPage = OidcProvider.browser().approveDevice(allowed.string("verification_uri_complete"))
            lastPage.title() shouldContain "Success"
            requests.token("device", null, *deviceGrant(allowed.string("device_code"))) shouldContainKey "id_token"

            val refused = requests.post(endpoint, "device", null, "scope" to "openid")
            OidcProvider.browser().denyDevice(refused.string("verification_uri_complete"))
            requests.token("device", null, *deviceGrant(refused.string("device_code"))).string("error") shouldBe
                "access_denied"
        }

        "a backchannel request is allowed, refused, and notified" {
            val issuer = OidcProvider.everything
            val requests = HandMadeRequests(issuer.url)
            val client =
                issuer.register(
                    """
                    {
                      "token_endpoint_auth_method": "client_secret_post",
                      "grant_types": ["urn:openid:params:grant-type:ciba"], "response_types": [], "redirect_uris": [],
                      "backchannel_token_delivery_mode": "ping",
                      "backchannel_client_notification_endpoint": "https://rp.example.com/ciba/notification"
                    }
                    """,
                )
            val endpoint = requests.metadata.string("backchannel_authentication_endpoint")
            val parameters =
                arrayOf(
                    "scope" to "openid",
                    "login_hint" to "carol",
                    "client_notification_token" to "a-notification-token",
                )

            val allowed = requests.post(endpoint, client.id, client.secret, *parameters).string("auth_req_id")
            issuer.notification(allowed) shouldBe null
            issuer.approve(allowed)
            issuer.notification(allowed).shouldNotBeNull().string("authorization") shouldBe
                "Bearer a-notification-token"
            requests.token(client.id, client.secret, *cibaGrant(allowed)) shouldContainKey "id_token"

            val refused = requests.post(endpoint, client.id, client.secret, *parameters).string("auth_req_id")
            issuer.deny(refused)
            requests.token(client.id, client.secret, *cibaGrant(refused)).string("error") shouldBe "access_denied"
        }

        "a certificate authenticates a client and binds its token" {
            val issuer = OidcProvider.everything.overTls
            for ((client, certificate) in listOf("tls" to "rsa", "tls" to "ec", "tls-self-signed" to "self-signed")) {
                val requests = HandMadeRequests(issuer.url, OidcProvider.trust(certificate))
                val endpoint = requests.metadata.member("mtls_endpoint_aliases").string("token_endpoint")
                val grant = arrayOf("grant_type" to "client_credentials", "resource" to issuer.resource)
                val tokens = requests.post(endpoint, client, null, *grant)
                val introspection = requests.metadata.member("mtls_endpoint_aliases").string("introspection_endpoint")
                requests
                    .post(introspection, client, null, "token" to tokens.string("access_token"))
                    .member("cnf") shouldContainKey "x5t#S256"
            }
        }
    })

private fun cibaGrant(authReqId: String): Array<Pair<String, String>> =
    arrayOf("grant_type" to "urn:openid:params:grant-type:ciba", "auth_req_id" to authReqId)
