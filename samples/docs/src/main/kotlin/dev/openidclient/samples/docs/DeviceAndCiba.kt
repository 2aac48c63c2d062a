@file:Suppress("ktlint:standard:filename") // the class of Java beside it has that name

package dev.openidclient.samples.docs

import dev.openidclient.ciba.BackchannelAuthenticationResponse
import dev.openidclient.ciba.PingNotification
import dev.openidclient.ciba.backchannelAuthentication
import dev.openidclient.ciba.backchannelAuthenticationGrant
import dev.openidclient.client.OpenIdClient
import dev.openidclient.device.DeviceAuthorization
import dev.openidclient.device.deviceAuthorization
import dev.openidclient.device.deviceCodeGrant
import dev.openidclient.device.deviceCodePolls
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.RequestRefusedException
import dev.openidclient.error.ResponseBodyException
import dev.openidclient.error.TransportException
import dev.openidclient.http.HttpHeaders
import dev.openidclient.token.Poll
import dev.openidclient.token.TokenResponse
import kotlinx.coroutines.CompletableJob
import kotlinx.coroutines.Job
import kotlinx.coroutines.flow.filterIsInstance
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.flow.onEach
import java.util.concurrent.ConcurrentHashMap

class DeviceAndCibaKotlin(
    private val client: OpenIdClient,
) {
    suspend fun device(show: (String) -> Unit): TokenResponse {
        // region device
        val device = client.deviceAuthorization { scope("openid", "email") }
        show("Open ${device.verificationUri} and enter ${device.userCode}")
        val tokens = client.deviceCodeGrant(device) // waits; cancel the coroutine to give up
        // endregion
        return tokens
    }

    suspend fun watched(
        device: DeviceAuthorization,
        show: (String) -> Unit,
    ): TokenResponse {
        // region polls
        val tokens =
            client
                .deviceCodePolls(device)
                .onEach { poll ->
                    when (poll) {
                        is Poll.Pending -> show("waiting, asking again in ${poll.nextIn.seconds} s")
                        is Poll.Failed -> show("no answer (${poll.failure.code}), trying again")
                        is Poll.Granted -> show("signed in")
                    }
                }.filterIsInstance<Poll.Granted>()
                .first()
                .tokens
        // endregion
        return tokens
    }

    // region end
    suspend fun signIn(device: DeviceAuthorization): String =
        try {
            "Hello, ${client.deviceCodeGrant(device).claims?.subject}"
        } catch (e: ResponseBodyException) {
            when (e.error) {
                "access_denied" -> "You did not allow it."
                "expired_token" -> "The code is too old: begin again."
                else -> throw e
            }
        } catch (e: TransportException) {
            if (e.code != ErrorCode.TIMEOUT) throw e
            "The code is too old: begin again."
        }
    // endregion

    suspend fun ciba(
        account: String,
        show: (String) -> Unit,
    ): TokenResponse {
        // region ciba
        val request =
            client.backchannelAuthentication {
                scope("openid")
                loginHint(account) // or loginHintToken(…), idTokenHint(…): exactly one
                bindingMessage("W4SCT") // shown on both devices, so that the person compares
            }
        show("Compare W4SCT on your phone, and agree there.")
        val tokens = client.backchannelAuthenticationGrant(request)
        // endregion
        return tokens
    }

    // region ping
    private val waiting = ConcurrentHashMap<String, Pair<String, CompletableJob>>()

    /** [token] is random, for this request alone, and was its `clientNotificationToken(token)`. */
    suspend fun tokens(
        request: BackchannelAuthenticationResponse,
        token: String,
    ): TokenResponse {
        val ping = Job()
        waiting[request.authReqId] = token to ping
        try {
            return client.backchannelAuthenticationGrant(request, ping)
        } finally {
            waiting.remove(request.authReqId)
        }
    }

    /** `POST /ciba-ping`, with its headers and its body as they came: the status to answer. */
    fun pinged(
        headers: Map<String, List<String>>,
        body: String,
    ): Int =
        try {
            val ping = PingNotification.read(HttpHeaders.received(headers), body) { waiting[it]?.first }
            waiting[ping.authReqId]?.second?.complete() // the next poll comes at once
            PingNotification.STATUS
        } catch (e: RequestRefusedException) {
            e.status // 401 for another token, 400 for another body
        }
    // endregion
}
