@file:OptIn(DraftSpecification::class)

package dev.openidclient.messages

import dev.openidclient.agent.IdentityAssertion
import dev.openidclient.agent.identityAssertion
import dev.openidclient.agent.jwtBearerGrant
import dev.openidclient.client.OpenIdClient
import dev.openidclient.dpop.Dpop
import dev.openidclient.jose.SigningKey
import dev.openidclient.metadata.DraftSpecification
import dev.openidclient.testing.ISSUER
import dev.openidclient.testing.StubServer
import dev.openidclient.testing.answerTokens
import dev.openidclient.testing.json
import dev.openidclient.testing.jsonObject
import dev.openidclient.testing.unverifiable
import dev.openidclient.token.TokenType
import dev.openidclient.token.grant

private const val OTHER_SERVER = "https://as.resource.example"
private val ISSUED = "issued_token_type" to text("urn:ietf:params:oauth:token-type:id-jag")
private val NO_ACCESS_TOKEN = "token_type" to text("N_A")

private fun provider(
    typ: String = "oauth-id-jag+jwt",
    audience: String = OTHER_SERVER,
    thumbprint: String? = null,
): OpenIdClient {
    val bound = thumbprint?.let { ""","cnf":{"jkt":"$it"}""" }.orEmpty()
    val claims = jsonObject("""{"iss":"$ISSUER","aud":"$audience"$bound}""")
    val token = unverifiable(claims, header = mapOf("typ" to text(typ)))
    return StubServer().answerTokens("access_token" to text(token), ISSUED, NO_ACCESS_TOKEN).client()
}

private suspend fun ask(provider: OpenIdClient): IdentityAssertion =
    provider.identityAssertion("t0ken", TokenType.ID_TOKEN, OTHER_SERVER)

/** Identity assertions: what a provider answers, and where they go. */
internal suspend fun Messages.identityAssertions() {
    of { StubServer().client().identityAssertion("t0ken", TokenType.JWT, OTHER_SERVER) }
    of { StubServer().client().identityAssertion("", TokenType.ID_TOKEN, OTHER_SERVER) }
    of { StubServer().client().identityAssertion("t0ken", TokenType.ID_TOKEN, "") }
    of { StubServer().answerTokens().client().run { identityAssertion(grant("urn:x"), OTHER_SERVER) } }
    val listing = everyEndpoint("identity_chaining_requested_token_types_supported" to json("""["urn:x"]"""))
    of { ask(StubServer().client(listing)) }
    of { ask(StubServer().answerTokens().client()) }
    of { ask(StubServer().answerTokens(ISSUED).client()) }
    of { ask(provider(typ = "at+jwt")) }
    of { ask(provider(audience = "https://b.example.com")) }
    of { ask(provider().withDpop(Dpop(SigningKey.generate("ES256")))) }
    of { ask(provider(thumbprint = "x").withDpop(Dpop(SigningKey.generate("ES256")))) }
    val assertion = ask(provider())
    of { StubServer().client().jwtBearerGrant(assertion) }
    val profiles = "authorization_grant_profiles_supported" to json("[]")
    of { StubServer().client(everyEndpoint("issuer" to text(OTHER_SERVER), profiles)).jwtBearerGrant(assertion) }
}
