package dev.openidclient.error

/**
 * A token source has no token to give, for a reason of its own: [code] is [ErrorCode.SIGN_IN_REQUIRED],
 * [ErrorCode.REFRESH_IN_DOUBT], [ErrorCode.TOKEN_STORE_FAILED] or [ErrorCode.TOKEN_STORE_UNREADABLE]. Where a request
 * failed, that failure is the [cause]. What a request alone decides is thrown as it is.
 */
public class TokenSourceException
    @JvmOverloads
    constructor(
        code: String,
        message: String,
        cause: Throwable? = null,
    ) : OAuthException(code, message, cause) {
        override fun copy(
            message: String,
            cause: Throwable?,
        ): TokenSourceException = TokenSourceException(code, message, cause)

        private companion object {
            private const val serialVersionUID: Long = 1L
        }
    }
