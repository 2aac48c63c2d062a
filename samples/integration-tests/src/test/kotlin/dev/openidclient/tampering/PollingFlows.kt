package dev.openidclient.tampering

import dev.openidclient.ciba.BackchannelAuthenticationResponse
import dev.openidclient.ciba.backchannelAuthentication
import dev.openidclient.ciba.backchannelAuthenticationPolls
import dev.openidclient.client.OpenIdClient
import dev.openidclient.device.DeviceAuthorization
import dev.openidclient.device.deviceAuthorization
import dev.openidclient.device.deviceCodePolls
import dev.openidclient.integration.OidcProvider
import dev.openidclient.token.Poll
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.flow.onEach
import kotlinx.coroutines.flow.Flow as Polls

/** The flows that wait for a person on another device. */
internal object PollingFlows {
    val device = Flow("device authorization", "device") { { startDevice() } }

    val ciba = Flow("backchannel authentication", "ciba") { { startCiba() } }

    /** One poll before the person agrees, one after. */
    val devicePolls =
        Flow("device polling", "device", prepare = mapOf(Endpoint.DEVICE to IN_HASTE)) {
            {
                val client = open()
                val device = client.startedDevice()
                granted(client.deviceCodePolls(device)) {
                    OidcProvider.browser().approveDevice(requireNotNull(device.verificationUriComplete))
                }
            }
        }

    val cibaPolls =
        Flow("backchannel polling", "ciba", prepare = mapOf(Endpoint.CIBA to IN_HASTE)) {
            {
                val client = open()
                val response = client.startedCiba()
                granted(client.backchannelAuthenticationPolls(response)) { issuer.approve(response.authReqId) }
            }
        }

    private suspend fun Stage.startDevice(): DeviceAuthorization = open().startedDevice()

    private suspend fun Stage.startCiba(): BackchannelAuthenticationResponse = open().startedCiba()

    private suspend fun OpenIdClient.startedDevice() = deviceAuthorization { scope("openid", "email") }

    private suspend fun OpenIdClient.startedCiba() = backchannelAuthentication { scope("openid").loginHint("carol") }

    private suspend fun Stage.granted(
        polls: Polls<Poll>,
        agree: () -> Unit,
    ): Poll = polls.onEach { if (isGenuine && it is Poll.Pending) agree() }.first { it is Poll.Granted }
}

/** Nobody waits longer than a second between polls, nor minutes for the end. */
private val IN_HASTE =
    Edit { _, answer ->
        if (answer.isSuccess) {
            answer.withJson(
                answer.json.changed("interval" to HASTE, "expires_in" to SOON),
            )
        } else {
            answer
        }
    }

private const val HASTE = 1
private const val SOON = 8
