package dev.openidclient.device

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
import kotlinx.coroutines.flow.Flow

private const val GRANT_TYPE = "urn:ietf:params:oauth:grant-type:device_code"

/**
 * Waits until the person has decided on the other device and returns the tokens
 * ([RFC 8628 §3.4](https://www.rfc-editor.org/rfc/rfc8628#section-3.4)). Cancel the coroutine to stop.
 *
 * Polls at the server's interval, slows down as it asks, and goes on after network failures, `429` and `5xx`, ever more
 * slowly, until the code expires: then [TransportException] with the code [ErrorCode.TIMEOUT]. Throws
 * [ResponseBodyException] where the person or the server refuses (`access_denied`, `expired_token`), another
 * [OAuthException] where the answer may not be trusted.
 *
 * The page `docs/device-and-ciba.md` shows what ends the polling.
 */
public suspend fun OpenIdClient.deviceCodeGrant(
    device: DeviceAuthorization,
    configure: TokenRequestBuilder.() -> Unit = {},
): TokenResponse = polling(device, configure).tokens()

/**
 * The same as a cold flow of what each poll brought, the tokens last; a collector that is cancelled stops the polling.
 * Failures that end it are thrown to the collector.
 */
public fun OpenIdClient.deviceCodePolls(
    device: DeviceAuthorization,
    configure: TokenRequestBuilder.() -> Unit = {},
): Flow<Poll> = polling(device, configure).polls()

private fun OpenIdClient.polling(
    device: DeviceAuthorization,
    configure: TokenRequestBuilder.() -> Unit,
): Polling {
    val own = Parameters.of("device_code" to device.deviceCode)
    return Polling(
        device.interval ?: Polling.DEFAULT_INTERVAL,
        device.expiresIn,
        time.clock,
        request = { postTokenRequest(GRANT_TYPE, own, device.asked.resource, configure) },
        accept = { answer -> acceptTokens(answer, asked = device.asked) },
    )
}
