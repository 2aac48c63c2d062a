package dev.openidclient.error

/**
 * A person must agree first, and this program has no way to ask them by itself: send their browser to [url], keep
 * [pending] where only this person's browser session leads to it, and finish with both when the callback comes. Neither is
 * shown in the message, for whoever has them can take part in the sign-in.
 */
public class AuthorizationRequiredException private constructor(
    message: String,
    cause: Throwable?,
    @Transient private val location: String?,
    @Transient private val state: String?,
) : OAuthException(ErrorCode.AUTHORIZATION_REQUIRED, message, cause) {
    /** For tests of what a program does with it. */
    public constructor(message: String, url: String, pending: String) : this(message, null, url, pending)

    /** Where to send the browser of the person. */
    public val url: String get() = location.orEmpty()

    /** What has to be remembered until the callback comes: an encoded `PendingAuthorization`, which holds secrets. */
    public val pending: String get() = state.orEmpty()

    override fun copy(
        message: String,
        cause: Throwable?,
    ): AuthorizationRequiredException = AuthorizationRequiredException(message, cause, location, state)

    private companion object {
        private const val serialVersionUID: Long = 1L
    }
}
