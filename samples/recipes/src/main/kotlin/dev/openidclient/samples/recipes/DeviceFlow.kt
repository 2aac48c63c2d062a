package dev.openidclient.samples.recipes

import dev.openidclient.client.OpenIdClient
import dev.openidclient.device.DeviceAuthorization
import dev.openidclient.device.deviceAuthorization
import dev.openidclient.device.deviceCodeGrant
import dev.openidclient.device.deviceCodePolls
import dev.openidclient.token.Poll
import dev.openidclient.token.TokenResponse
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.map

/** For a television or a terminal: the person signs in on a phone. Cancel the coroutine to give up. */
suspend fun signInOnDevice(
    client: OpenIdClient,
    show: (DeviceAuthorization) -> Unit,
): TokenResponse {
    val device = client.deviceAuthorization { scope("openid", "email") }
    show(device) // `userCode` and `verificationUri`, and a QR code of `verificationUriComplete`
    // Waits as the server says, goes on after outages, and throws where the person refuses or the time is up.
    return client.deviceCodeGrant(device)
}

/** The same with something to see meanwhile; each collection of the flow polls by itself. */
fun watchDevice(
    client: OpenIdClient,
    device: DeviceAuthorization,
): Flow<String> =
    client.deviceCodePolls(device).map { poll ->
        when (poll) {
            is Poll.Pending -> "waiting for the person, asking again in ${poll.nextIn.seconds} s"
            is Poll.Failed -> "no answer (${poll.failure.code}), trying again in ${poll.nextIn.seconds} s"
            is Poll.Granted -> "signed in as ${poll.tokens.claims?.subject}"
        }
    }
