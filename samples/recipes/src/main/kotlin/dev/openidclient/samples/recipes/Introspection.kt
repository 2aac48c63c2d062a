package dev.openidclient.samples.recipes

import dev.openidclient.client.OpenIdClient
import dev.openidclient.clientauth.ClientSecretBasic
import dev.openidclient.token.IntrospectionResponse
import dev.openidclient.token.introspect

/** At an API, for a token that it was given: what the token is good for, or null where it is good for nothing. */
suspend fun acceptedToken(
    client: OpenIdClient,
    token: String,
    scope: String,
): IntrospectionResponse? {
    val answer = client.introspect(token) { tokenTypeHint("access_token") }
    // `active` says that the token lives, not that it may do this
    return answer.takeIf { it.isActive && scope in it.scope.orEmpty().split(' ') }
}

/** RFC 9701: the answer is a signed JWT, which can be shown to others later. Plain JSON is then refused. */
suspend fun clientWithSignedIntrospection(
    issuer: String,
    clientId: String,
    secret: String,
): OpenIdClient =
    OpenIdClient.discover(issuer, clientId) {
        authentication = ClientSecretBasic(secret)
        metadata { introspectionSignedResponseAlg("RS256") } // as it is registered
        nonRepudiationChecks() // verify the signature too, not only TLS
    }
