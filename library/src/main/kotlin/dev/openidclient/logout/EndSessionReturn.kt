package dev.openidclient.logout

import dev.openidclient.client.OpenIdClient
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.ValidationException
import dev.openidclient.error.ValidationSubject
import dev.openidclient.http.Parameters

/**
 * Checks that the browser comes back to the `post_logout_redirect_uri` from the logout that was begun in it ([OpenID
 * Connect RP-Initiated Logout §3](https://openid.net/specs/openid-connect-rpinitiated-1_0.html#RedirectionAfterLogout)).
 * [query] are the parameters of the URL, [expectedState] is what [EndSessionBuilder.state] was given, kept in a cookie
 * of that browser. Only for a page that does something there: anybody can open a page that says good-bye.
 *
 * Throws [ValidationException] where `state` is not that one, [InvalidResponseException] where it comes twice;
 * [IllegalArgumentException] where [expectedState] is empty.
 *
 * The page `docs/logout.md` shows the whole logout.
 */
@Suppress("UnusedReceiverParameter") // every operation is the client's
public fun OpenIdClient.verifyEndSessionReturn(
    query: Parameters,
    expectedState: String,
) {
    require(expectedState.isNotEmpty()) { "the expected state must not be empty" }
    val state = query.single("state")
    if (state == expectedState) return
    val why = if (state.isNullOrEmpty()) "has no \"state\"" else "has another \"state\" than the logout that began here"
    throw ValidationException(
        ErrorCode.INVALID_RESPONSE,
        "what the browser came back with after the logout $why",
        subject = ValidationSubject.STATE,
    )
}
