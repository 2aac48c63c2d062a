package dev.openidclient.integration

import dev.openidclient.authorization.AuthorizationRequest
import dev.openidclient.device.deviceAuthorization
import dev.openidclient.jose.JwsAlgorithm
import dev.openidclient.jose.SigningKey
import dev.openidclient.resource.resource
import dev.openidclient.samples.recipes.askOnPhone
import dev.openidclient.samples.recipes.askOnPhoneWithPing
import dev.openidclient.samples.recipes.beginFormPost
import dev.openidclient.samples.recipes.beginPayment
import dev.openidclient.samples.recipes.beginPushedSignIn
import dev.openidclient.samples.recipes.beginSignInForApis
import dev.openidclient.samples.recipes.beginSignInWithClaims
import dev.openidclient.samples.recipes.beginSignedAndPushedSignIn
import dev.openidclient.samples.recipes.beginSignedSignIn
import dev.openidclient.samples.recipes.beginStepUp
import dev.openidclient.samples.recipes.dpopClient
import dev.openidclient.samples.recipes.finishFormPost
import dev.openidclient.samples.recipes.finishSignInForApi
import dev.openidclient.samples.recipes.grantedPayments
import dev.openidclient.samples.recipes.isGenuinePing
import dev.openidclient.samples.recipes.isSteppedUp
import dev.openidclient.samples.recipes.orders
import dev.openidclient.samples.recipes.ordersWithDpop
import dev.openidclient.samples.recipes.serviceTokens
import dev.openidclient.samples.recipes.signInOnDevice
import dev.openidclient.samples.recipes.tokensForJwt
import dev.openidclient.samples.recipes.tokensForSaml
import dev.openidclient.samples.recipes.waitForPhone
import dev.openidclient.samples.recipes.watchDevice
import dev.openidclient.samples.server.Callback
import dev.openidclient.token.TokenResponse
import dev.openidclient.token.introspect
import io.kotest.core.annotation.EnabledIf
import io.kotest.core.spec.style.StringSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import io.kotest.matchers.string.shouldContain
import kotlinx.coroutines.flow.toList
import kotlinx.serialization.json.JsonPrimitive

/** The recipes of requests and grants that only `oidc-provider` can run. */
@EnabledIf(OidcProviderAvailable::class)
class RecipesRequestIntegrationSpec :
    StringSpec({
        val issuer = OidcProvider.everything

        fun callbackOf(request: AuthorizationRequest): Callback =
            OidcProvider.browser().signIn(request.url, Application.CALLBACK)

        "FormPost" {
            val client = issuer.connect("basic")
            val request = beginFormPost(client)
            val callback = callbackOf(request)
            finishFormPost(client, callback.url(), callback.formBody(), request.pending.encode()).person shouldBe
                "alice"
        }

        "AuthenticationRequest" {
            val client = issuer.connect("basic")
            val stepUp = client.signIn(OidcProvider.browser(), beginStepUp(client, TWO_FACTORS))
            stepUp.claims?.authTime.shouldNotBeNull()
            isSteppedUp(stepUp, TWO_FACTORS) shouldBe false // the server's sign-in page asks for a password only
            val withClaims = client.signIn(OidcProvider.browser(), beginSignInWithClaims(client))
            withClaims.claims?.nickname shouldBe "alice"
        }

        "ResourceIndicators" {
            val client = issuer.connect("basic")
            val request = beginSignInForApis(client, issuer.resource, issuer.jwtResource)
            val callback = callbackOf(request).url()
            val tokens = finishSignInForApi(client, callback, request.pending.encode(), issuer.jwtResource)
            client.resource(issuer.jwtResource, tokens).status shouldBe 200
        }

        "RichAuthorization" {
            val client = issuer.connect("rar")
            val tokens = client.signIn(OidcProvider.browser(), beginPayment(client, issuer.resource, "123.50", "A"))
            grantedPayments(tokens).single().json["creditorName"] shouldBe JsonPrimitive("A")
        }

        "PushedRequest" {
            val client = OidcProvider.parOnly.connect("basic")
            client.signIn(OidcProvider.browser(), beginPushedSignIn(client)).person shouldBe "alice"
        }

        "RequestObject" {
            val client = issuer.connect("jar")
            val key = ClientKeys.signing(JwsAlgorithm.ES256)
            client.signIn(OidcProvider.browser(), beginSignedSignIn(client, key)).person shouldBe "alice"
            client.signIn(OidcProvider.browser(), beginSignedAndPushedSignIn(client, key)).person shouldBe "alice"
        }

        "ClientCredentials" {
            val client = issuer.connect("service")
            val tokens = serviceTokens(client, issuer.resource)
            tokens.scope shouldBe "orders:read"
            client.resource(issuer.resource, tokens).status shouldBe 200
        }

        "DeviceFlow" {
            val client = issuer.connect("device")
            signInOnDevice(client) { OidcProvider.browser().approveDevice(it.verificationUriComplete) }.person shouldBe
                "alice"
            val device = client.deviceAuthorization { scope("openid") }
            OidcProvider.browser().approveDevice(device.verificationUriComplete)
            watchDevice(client, device).toList().last() shouldBe "signed in as alice"
        }

        "Ciba" {
            val client = issuer.connect("ciba")
            val response = askOnPhone(client, "carol", "W4SCT")
            issuer.approve(response.authReqId)
            waitForPhone(client, response).person shouldBe "carol"

            val pinged = issuer.connect("ciba-ping")
            val second = askOnPhoneWithPing(pinged, "carol", "a-notification-token")
            issuer.approve(second.authReqId)
            val ping = issuer.notification(second.authReqId).shouldNotBeNull().string("authorization")
            isGenuinePing(ping, "a-notification-token") shouldBe true
            isGenuinePing(ping, "another-token") shouldBe false
            isGenuinePing(null, "a-notification-token") shouldBe false
            waitForPhone(pinged, second).person shouldBe "carol"
        }

        "AssertionGrants" {
            val client = issuer.connect("assertions")
            val jwt = Partner.jwt(mapOf("sub" to "carol", "aud" to issuer.url))
            client.introspect(tokensForJwt(client, jwt).accessToken).subject shouldBe "carol"
            val saml = SamlAssertion(issuer.url).signed()
            client.introspect(tokensForSaml(client, saml).accessToken).subject shouldBe "alice"
        }

        "DpopBoundTokens" {
            val client = dpopClient(issuer.connect("dpop"), SigningKey.generate("ES256"))
            val tokens = client.signIn(OidcProvider.browser())
            ordersWithDpop(client, tokens, issuer.resource) shouldContain "\"scheme\":\"DPoP\""
        }

        "ProtectedResource" {
            val client = issuer.connect("basic")
            val tokens = client.signIn(OidcProvider.browser()) { scope("offline_access").prompt("consent") }
            val stored = mutableListOf<TokenResponse>()
            orders(client, issuer.resource, tokens, stored::add) shouldContain "\"sub\":\"alice\""
            stored.shouldBeEmpty()

            val losing = issuer.connect("basic") { loseFirstToken(issuer.resource) }
            orders(losing, issuer.resource, tokens, stored::add) shouldContain "\"sub\":\"alice\""
            stored.single().accessToken shouldNotBe tokens.accessToken
        }
    })

private const val TWO_FACTORS = "urn:example:acr:two-factor"
