package dev.openidclient.client

import dev.openidclient.metadata.OpenIdClientDsl

/**
 * Which messages are signed under [FAPI 2.0 Message
 * Signing](https://openid.net/specs/fapi-message-signing-2_0-final.html), where a server has not both: one at least must
 * be named, else [IllegalArgumentException].
 */
@OpenIdClientDsl
public class Fapi2MessageSigning internal constructor() {
    private var requests = false
    private var responses = false

    /** Authorization requests are signed request objects (§5.3). */
    public fun signedRequests(): Fapi2MessageSigning = apply { requests = true }

    /** Authorization responses are signed JWTs (§5.4): [ClientSettings.useJwtResponseMode] is implied. */
    public fun signedResponses(): Fapi2MessageSigning = apply { responses = true }

    internal fun profile(): SecurityProfile =
        when {
            requests && responses -> SecurityProfile.FAPI2_MESSAGE_SIGNING
            requests -> SecurityProfile.FAPI2_SIGNED_REQUESTS
            responses -> SecurityProfile.FAPI2_SIGNED_RESPONSES
            else -> throw IllegalArgumentException(
                "fapi2MessageSigning { } must name signedRequests(), signedResponses(), or both",
            )
        }
}
