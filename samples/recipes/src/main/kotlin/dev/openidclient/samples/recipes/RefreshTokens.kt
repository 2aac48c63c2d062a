package dev.openidclient.samples.recipes

import dev.openidclient.client.OpenIdClient
import dev.openidclient.error.ResponseBodyException
import dev.openidclient.token.TokenResponse
import dev.openidclient.token.refreshTokenGrant
import java.time.Duration

/**
 * Null: the person has to sign in again. Store what comes in place of [tokens], for most servers take a refresh token
 * once; so let one request at a time refresh the tokens of a person.
 *
 * A refresh token is there where the server gives one: for most, where the sign-in asked for `offline_access`.
 */
suspend fun refresh(
    client: OpenIdClient,
    tokens: TokenResponse,
): TokenResponse? =
    try {
        client.refreshTokenGrant(tokens)
    } catch (e: ResponseBodyException) {
        if (e.error != "invalid_grant") throw e
        null // expired, revoked, or used before
    }

/** Whether it is time: a little before the end, as the next request takes time too. */
fun isRefreshDue(tokens: TokenResponse): Boolean = tokens.isExpiring(Duration.ofSeconds(30))
