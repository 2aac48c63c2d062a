package dev.openidclient.integration

import dev.openidclient.dpop.Dpop
import dev.openidclient.error.WwwAuthenticateChallengeException
import dev.openidclient.jose.SigningKey
import dev.openidclient.resource.resource
import dev.openidclient.token.clientCredentialsGrant
import dev.openidclient.userinfo.userInfo
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.StringSpec
import io.kotest.matchers.shouldBe

/** RFC 9449 with every server, for clients that may do without it. */
class DpopEverywhereIntegrationSpec :
    StringSpec({
        for (server in SignInServer.all()) {
            "$server: a person signs in, and the tokens are bound" {
                val client = server.connect().withDpop(Dpop(SigningKey.generate()))
                val tokens = client.signIn(server.browser())
                tokens.isSenderConstrained shouldBe true
                client.userInfo(tokens).subject shouldBe "alice"
            }

            "$server: a service reads orders with a bound token, which nobody else can use" {
                val plain = server.connect(server.serviceClient)
                val client = plain.withDpop(Dpop(SigningKey.generate()))
                val tokens = client.clientCredentialsGrant { server.askForOrders(this) }
                client.resource(server.orders, tokens).status shouldBe 200
                val thief = plain.withDpop(Dpop(SigningKey.generate()))
                shouldThrow<WwwAuthenticateChallengeException> { thief.resource(server.orders, tokens) }
                shouldThrow<WwwAuthenticateChallengeException> { plain.resource(server.orders, tokens.accessToken) }
            }
        }
    })
