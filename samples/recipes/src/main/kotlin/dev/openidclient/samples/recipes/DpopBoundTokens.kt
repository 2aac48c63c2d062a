package dev.openidclient.samples.recipes

import dev.openidclient.client.OpenIdClient
import dev.openidclient.dpop.Dpop
import dev.openidclient.jose.SigningKey
import dev.openidclient.resource.resource
import dev.openidclient.token.TokenResponse

/**
 * Tokens that are of no use without the key: who steals one cannot use it. Nonces of servers are learned on the way. A
 * pushed request binds the code to the key too; without PAR, `dpopJkt(dpop)` in the request does.
 *
 * Keep [key] as long as the tokens: a refresh token of a public client is bound to it too. One key serves many people;
 * `SigningKey.generate("ES256")` makes one for this process.
 */
fun dpopClient(
    client: OpenIdClient,
    key: SigningKey,
): OpenIdClient = client.withDpop(Dpop(key)) // shares connections and keys with `client`, which stays as it was

suspend fun ordersWithDpop(
    client: OpenIdClient,
    tokens: TokenResponse,
    api: String,
): String {
    // requireSenderConstrained() in the settings checks it, too
    check(tokens.isSenderConstrained) { "the server ignored DPoP" }
    return client.resource(api, tokens).bodyText()
}
