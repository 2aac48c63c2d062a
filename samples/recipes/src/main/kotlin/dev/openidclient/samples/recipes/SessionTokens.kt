package dev.openidclient.samples.recipes

import dev.openidclient.client.OpenIdClient
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.TokenSourceException
import dev.openidclient.token.TokenResponse
import dev.openidclient.tokensource.UserTokens
import java.time.Duration

/** One for the program, beside the client; close it before the client. */
fun sessionTokens(client: OpenIdClient): UserTokens =
    UserTokens(client) { sessionLifetime = Duration.ofHours(8) } // after the last renewal

/** After the sign-in. [sessionId] is random, and a secret of the browser's. */
suspend fun keepTokens(
    users: UserTokens,
    sessionId: String,
    issued: TokenResponse,
): Unit = users.put(sessionId, issued)

/** In each request of the session; null: the person has to sign in again. */
suspend fun usableTokens(
    users: UserTokens,
    sessionId: String,
): TokenResponse? =
    try {
        users.source(sessionId).token()
    } catch (e: TokenSourceException) {
        if (e.code != ErrorCode.SIGN_IN_REQUIRED && e.code != ErrorCode.REFRESH_IN_DOUBT) throw e
        null
    }

/** At the sign-out: forgotten here, and at the server. */
suspend fun forgetTokens(
    users: UserTokens,
    sessionId: String,
): Unit = users.revoke(sessionId)
