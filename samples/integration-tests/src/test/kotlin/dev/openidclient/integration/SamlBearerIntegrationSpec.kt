package dev.openidclient.integration

import dev.openidclient.token.introspect
import dev.openidclient.token.samlBearerGrant
import dev.openidclient.userinfo.userInfo
import io.kotest.core.annotation.EnabledIf
import io.kotest.core.spec.style.StringSpec
import io.kotest.matchers.shouldBe
import java.security.KeyPairGenerator
import java.time.Instant

/** RFC 7522: a SAML 2.0 assertion of another party as an authorization grant. */
@EnabledIf(OidcProviderAvailable::class)
class SamlBearerIntegrationSpec :
    StringSpec({
        val issuer = OidcProvider.everything

        "an assertion of the partner is granted tokens for the person whom it names" {
            val client = issuer.connect("assertions")
            val assertion = SamlAssertion(issuer.url).apply { subject = "zoë" }.signed()
            val tokens = client.samlBearerGrant(assertion) { scope("openid", "email") }
            tokens.scope shouldBe "openid email"
            client.userInfo(tokens.accessToken, "zoë").email shouldBe "zoë@example.com"
            client.introspect(tokens.accessToken).subject shouldBe "zoë"
        }

        fun assertion(configure: SamlAssertion.() -> Unit): () -> String =
            { SamlAssertion(issuer.url).apply(configure).signed() }

        refusedAssertions(
            mapOf(
                "that has expired" to assertion { notOnOrAfter = Instant.now().minusSeconds(60) },
                "for another server" to assertion { audience = "https://another.example.com" },
                "for another token endpoint" to assertion { recipient = "https://another.example.com/token" },
                "of another party" to assertion { this.issuer = "https://another.example.com" },
                "signed by somebody else" to
                    assertion { key = KeyPairGenerator.getInstance("RSA").generateKeyPair().private },
                "that was changed after it was signed" to
                    { SamlAssertion(issuer.url).signed().replace(">alice<", ">mallory<") },
                "that is not signed" to { SamlAssertion(issuer.url).unsigned() },
            ),
            good = { SamlAssertion(issuer.url).signed() },
        ) { samlBearerGrant(it) }
    })
