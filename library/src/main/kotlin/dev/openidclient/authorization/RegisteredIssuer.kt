package dev.openidclient.authorization

import dev.openidclient.client.ClientRegistry
import dev.openidclient.client.OpenIdClient
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.OAuthException
import dev.openidclient.error.Reached
import dev.openidclient.error.ValidationException
import dev.openidclient.error.ValidationSubject
import dev.openidclient.error.printable
import dev.openidclient.metadata.ExpectedIssuer

/**
 * The client of the server that the person of [pending] was sent to: for the callback, whoever says that he sent it.
 * Throws [OAuthException] as [ClientRegistry.client] does.
 */
public suspend fun ClientRegistry.client(pending: PendingAuthorization): OpenIdClient =
    client(pending.askedIssuer ?: pending.issuer)

/**
 * The same for the callback with [callbackUrl]: where that names its server (`iss`, [RFC
 * 9207](https://www.rfc-editor.org/rfc/rfc9207)), it must be the one of [pending]. Throws [ValidationException] where
 * it is another one, so that a code goes to nobody but the server that gave it ([RFC 9700
 * §4.4](https://www.rfc-editor.org/rfc/rfc9700#section-4.4)); nothing is sent then.
 *
 * Whether `iss` may be absent is for the client to say: give a server that does not send it a redirect URI of its own,
 * or demand it with [requireAuthorizationResponseIss][dev.openidclient.client.ClientSettings.requireAuthorizationResponseIss].
 */
public suspend fun ClientRegistry.clientFor(
    callbackUrl: String,
    pending: PendingAuthorization,
): OpenIdClient = clientFor(AuthorizationCallback.url(callbackUrl), pending)

/** The same for any callback, as a posted form. */
public suspend fun ClientRegistry.clientFor(
    callback: AuthorizationCallback,
    pending: PendingAuthorization,
): OpenIdClient {
    for (parameters in listOf(callback.codeParameters, callback.frontChannelParameters)) {
        val iss = parameters.single("iss")
        if (iss.isNullOrEmpty() || ExpectedIssuer.ofMetadata(pending.issuer).takes(iss)) continue
        throw ValidationException(
            ErrorCode.INVALID_RESPONSE,
            "the callback is of \"${printable(iss)}\" (\"iss\"), but this person was sent to " +
                "\"${printable(pending.issuer)}\": another server has sent it",
            subject = ValidationSubject.ISS,
        ).retold(reached = Reached.NO)
    }
    return client(pending)
}
