package dev.openidclient.ciba

import dev.openidclient.client.OpenIdClient
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.OAuthException
import dev.openidclient.error.ResponseBodyException
import dev.openidclient.error.TransportException
import dev.openidclient.http.Parameters
import dev.openidclient.token.Poll
import dev.openidclient.token.Polling
import dev.openidclient.token.TokenRequestBuilder
import dev.openidclient.token.TokenResponse
import dev.openidclient.token.acceptTokens
import dev.openidclient.token.postTokenRequest
import kotlinx.coroutines.Job
import kotlinx.coroutines.flow.Flow

private const val GRANT_TYPE = "urn:openid:params:grant-type:ciba"

/**
 * Waits until the person has decided and returns the tokens ([CIBA
 * §10.1](https://openid.net/specs/openid-client-initiated-backchannel-authentication-core-1_0.html#token_request)). Cancel
 * the coroutine to stop.
 *
 * In ping mode complete [ping], a `Job()` or a `CompletableDeferred`, when the server's ping for
 * [BackchannelAuthenticationResponse.authReqId] has come ([CIBA
 * §10.2](https://openid.net/specs/openid-client-initiated-backchannel-authentication-core-1_0.html#ping_callback)): then
 * the next poll comes at once, whatever is left of the interval. Without one, or until then, or where it is cancelled,
 * the interval alone counts, so that a ping that is lost loses nothing.
 *
 * Polls at the server's interval, slows down as it asks, and goes on after network failures, `429` and `5xx`, ever more
 * slowly, until the request expires: then [TransportException] with the code [ErrorCode.TIMEOUT]. Throws
 * [ResponseBodyException] where the person or the server refuses (`access_denied`, `expired_token`), another
 * [OAuthException] where the answer may not be trusted; the ID Token must have been issued within the last hour.
 *
 * The page `docs/device-and-ciba.md` shows poll and ping.
 */
public suspend fun OpenIdClient.backchannelAuthenticationGrant(
    response: BackchannelAuthenticationResponse,
    ping: Job? = null,
    configure: TokenRequestBuilder.() -> Unit = {},
): TokenResponse = polling(response, ping, configure).tokens()

/**
 * The same as a cold flow of what each poll brought, the tokens last; a collector that is cancelled stops the polling.
 * Failures that end it are thrown to the collector.
 */
public fun OpenIdClient.backchannelAuthenticationPolls(
    response: BackchannelAuthenticationResponse,
    ping: Job? = null,
    configure: TokenRequestBuilder.() -> Unit = {},
): Flow<Poll> = polling(response, ping, configure).polls()

private fun OpenIdClient.polling(
    response: BackchannelAuthenticationResponse,
    ping: Job?,
    configure: TokenRequestBuilder.() -> Unit,
): Polling {
    val own = Parameters.of("auth_req_id" to response.authReqId)
    return Polling(
        response.interval ?: Polling.DEFAULT_INTERVAL,
        response.expiresIn,
        time.clock,
        request = { postTokenRequest(GRANT_TYPE, own, response.asked.resource, configure) },
        accept = { answer ->
            acceptTokens(answer, asked = response.asked) { read ->
                read.idToken?.let(::checkIssuedLately)
            }
        },
        ping = ping,
    )
}
