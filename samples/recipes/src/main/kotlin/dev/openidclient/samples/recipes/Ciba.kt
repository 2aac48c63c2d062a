package dev.openidclient.samples.recipes

import dev.openidclient.ciba.BackchannelAuthenticationResponse
import dev.openidclient.ciba.backchannelAuthentication
import dev.openidclient.ciba.backchannelAuthenticationGrant
import dev.openidclient.client.OpenIdClient
import dev.openidclient.token.TokenResponse
import java.security.MessageDigest

/** The person is not at this device, but at a phone: show [code] here, so that both screens can be compared. */
suspend fun askOnPhone(
    client: OpenIdClient,
    loginHint: String,
    code: String,
): BackchannelAuthenticationResponse =
    client.backchannelAuthentication {
        scope("openid", "email")
        loginHint(loginHint)
        bindingMessage(code)
    }

/** Polls until the person has agreed; throws where they refuse (`access_denied`) or the time is up. */
suspend fun waitForPhone(
    client: OpenIdClient,
    response: BackchannelAuthenticationResponse,
): TokenResponse = client.backchannelAuthenticationGrant(response)

/** Ping mode: the server says when to ask. [notificationToken] is random, for this request only. */
suspend fun askOnPhoneWithPing(
    client: OpenIdClient,
    loginHint: String,
    notificationToken: String,
): BackchannelAuthenticationResponse =
    client.backchannelAuthentication {
        scope("openid")
        loginHint(loginHint)
        clientNotificationToken(notificationToken)
    }

/** At the notification endpoint; then `waitForPhone` has its tokens at the first poll. */
fun isGenuinePing(
    authorization: String?,
    notificationToken: String,
): Boolean =
    // in a time that does not tell how much of it was right
    MessageDigest.isEqual("Bearer $notificationToken".toByteArray(), authorization.orEmpty().toByteArray())
