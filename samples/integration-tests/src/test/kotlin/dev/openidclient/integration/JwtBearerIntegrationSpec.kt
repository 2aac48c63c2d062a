package dev.openidclient.integration

import dev.openidclient.error.ResponseBodyException
import dev.openidclient.resource.resource
import dev.openidclient.token.introspect
import dev.openidclient.token.jwtBearerGrant
import dev.openidclient.userinfo.userInfo
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.annotation.EnabledIf
import io.kotest.core.spec.style.StringSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import java.time.Instant
import java.util.Date

/** RFC 7523: a JWT of another party as an authorization grant. */
@EnabledIf(OidcProviderAvailable::class)
class JwtBearerIntegrationSpec :
    StringSpec({
        val issuer = OidcProvider.everything
        val carol = mapOf("sub" to "carol", "aud" to issuer.url)

        "an assertion of the partner is granted tokens for the person whom it names" {
            val client = issuer.connect("assertions")
            val tokens = client.jwtBearerGrant(Partner.jwt(carol)) { scope("openid", "email", "orders:read") }
            tokens.scope shouldBe "openid email orders:read"
            client.userInfo(tokens.accessToken, "carol").email shouldBe "carol@example.com"
            client.introspect(tokens.accessToken).subject shouldBe "carol"
            client.resource(issuer.resource, tokens).bodyText() shouldContain "\"sub\":\"carol\""
        }

        "the token endpoint is an audience, too, and no scope has to be asked for" {
            val client = issuer.connect("assertions")
            val tokens = client.jwtBearerGrant(Partner.jwt(carol + ("aud" to "${issuer.url}/token")))
            client.introspect(tokens.accessToken).subject shouldBe "carol"
        }

        refusedAssertions(
            mapOf(
                "that has expired" to { Partner.jwt(carol + ("exp" to Date.from(Instant.now().minusSeconds(60)))) },
                "that never expires" to { Partner.jwt(carol + ("exp" to null)) },
                "for another server" to { Partner.jwt(carol + ("aud" to "https://another.example.com")) },
                "of another party" to { Partner.jwt(carol + ("iss" to "https://another.example.com")) },
                "about nobody" to { Partner.jwt(carol - "sub") },
                "signed by somebody else" to { Partner.forgedJwt(carol) },
                "whose signature was changed" to { withOtherSignature(Partner.jwt(carol)) },
                "that is not signed" to { Partner.unsignedJwt(carol) },
            ),
            good = { Partner.jwt(carol) },
        ) { jwtBearerGrant(it) }

        "more scope than the server grants for an assertion is refused" {
            shouldThrow<ResponseBodyException> {
                issuer.connect("assertions").jwtBearerGrant(Partner.jwt(carol)) { scope("orders:write") }
            }.error shouldBe "invalid_scope"
        }
    })
