package dev.openidclient.token

import dev.openidclient.client.EndpointCall
import dev.openidclient.client.OpenIdClient
import dev.openidclient.client.Purpose
import dev.openidclient.client.askProvingOnDemand
import dev.openidclient.client.endpoint
import dev.openidclient.client.sending
import dev.openidclient.error.OAuthException
import dev.openidclient.http.HttpHeaders

/**
 * Makes the server forget [token], an access or a refresh token ([RFC 7009
 * §2](https://www.rfc-editor.org/rfc/rfc7009#section-2)); one that it does not know is no error. A client with a DPoP
 * key sends a proof where the server's answer asks for one. Throws [OAuthException]; [IllegalArgumentException] where
 * [token] is empty.
 *
 * The page `docs/tokens.md` shows when, `docs/logout.md` shows it in a logout.
 */
public suspend fun OpenIdClient.revoke(
    token: String,
    configure: TokenQueryBuilder.() -> Unit = {},
) {
    require(token.isNotEmpty()) { "the token must not be empty" }
    val form = TokenQueryBuilder().apply(configure).parameters.plus("token", token)
    sending {
        askProvingOnDemand(
            EndpointCall.form(Purpose.REVOCATION, endpoint("revocation_endpoint"), form, HttpHeaders.EMPTY),
        )
    }
}
