package dev.openidclient.event

import java.time.Duration

/** A request that is about to be sent: what for, and where to. It names no client, no user and no query. */
public class Operation internal constructor(
    /**
     * One of a fixed set: `discovery`, `jwks`, `par`, `token.authorization_code`, `token.client_credentials`,
     * `token.refresh_token`, `token.device_code`, `token.ciba`, `token.token_exchange`, `token.jwt_bearer`,
     * `token.saml2_bearer`, `token.other`, `device_authorization`, `backchannel_authentication`, `userinfo`,
     * `introspection`, `revocation`, `registration`, `resource`, `resource_metadata`. More may come.
     */
    public val name: String,
    /** The issuer of the authorization server; null where none is known yet. */
    public val issuer: String?,
    /** The host that is asked. */
    public val serverAddress: String,
    /** The port that is asked. */
    public val serverPort: Int,
    /** 1 for the first time; 2 where the server wanted a nonce, or proof, and is asked again. */
    public val attempt: Int,
) {
    override fun toString(): String = "Operation($name at $serverAddress:$serverPort, attempt $attempt)"
}

/** How the request of an [Operation] ended. */
public class Outcome internal constructor(
    /** The HTTP status; null where no answer came. */
    public val status: Int?,
    /** From the beginning of the request to its end. */
    public val duration: Duration,
    /**
     * One of [ErrorCode][dev.openidclient.error.ErrorCode], or `CANCELLED` where the caller gave up; null where the
     * request succeeded.
     */
    public val errorCode: String?,
    /** The `error` of the answer where that is a registered one, `other` where it is not; null where there is none. */
    public val error: String?,
) {
    override fun toString(): String =
        "Outcome(status=$status, ${duration.toMillis()} ms" +
            errorCode?.let { ", $it" }.orEmpty() + error?.let { ", error=$it" }.orEmpty() + ")"

    public companion object {
        /** [errorCode] where the caller was cancelled before there was an answer. */
        public const val CANCELLED: String = "CANCELLED"
    }
}
