package dev.openidclient.samples.recipes

import dev.openidclient.client.OpenIdClient
import dev.openidclient.error.WwwAuthenticateChallengeException
import dev.openidclient.resource.resource
import dev.openidclient.token.TokenResponse
import dev.openidclient.token.refreshTokenGrant

/** Calls an API; where the token has ended before its time, it is refreshed, once, and [store]d. */
suspend fun orders(
    client: OpenIdClient,
    api: String,
    tokens: TokenResponse,
    store: (TokenResponse) -> Unit,
): String =
    try {
        read(client, api, tokens)
    } catch (e: WwwAuthenticateChallengeException) {
        // `insufficient_scope` is no reason to refresh: the person has to agree to more
        if (e.challenges.none { it.error == "invalid_token" } || tokens.refreshToken == null) throw e
        read(client, api, client.refreshTokenGrant(tokens).also(store))
    }

private suspend fun read(
    client: OpenIdClient,
    api: String,
    tokens: TokenResponse,
): String {
    val answer = client.resource(api, tokens) { header("accept", "application/json") }
    // an error without a challenge is an answer like any other
    check(answer.status == 200) { "the API answered ${answer.status}" }
    return answer.bodyText()
}
