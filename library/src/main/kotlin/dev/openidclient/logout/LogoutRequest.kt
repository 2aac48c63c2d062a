package dev.openidclient.logout

import dev.openidclient.error.ErrorCode
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.MASK
import dev.openidclient.error.printable
import dev.openidclient.http.MediaType
import dev.openidclient.http.Parameters

/**
 * What the server posts to the `backchannel_logout_uri` ([OpenID Connect Back-Channel Logout
 * §2.5](https://openid.net/specs/openid-connect-backchannel-1_0.html#BCRequest)). Nothing of it is checked before
 * [verifyLogoutToken]. `toString` does not show the token.
 *
 * The page `docs/logout.md` shows it in a web application.
 */
public class LogoutRequest private constructor(
    /** `logout_token` */
    public val logoutToken: String,
) {
    override fun toString(): String = "LogoutRequest($MASK)"

    public companion object {
        private const val NAME = "logout_token"

        /** 64 KiB */
        private const val MOST_CHARACTERS = 64 * 1024

        /**
         * Reads the body of a `POST` as it came. Throws [InvalidResponseException] where [contentType] is not
         * `application/x-www-form-urlencoded`, [body] is longer than 64 KiB, or has not exactly one `logout_token`.
         */
        @JvmStatic
        public fun read(
            contentType: String?,
            body: String,
        ): LogoutRequest {
            if (MediaType.of(contentType) != MediaType.FORM) {
                throw invalid(
                    "a logout request must have the content type ${MediaType.FORM}, " +
                        "but has \"${printable(contentType.orEmpty())}\"",
                )
            }
            if (body.length > MOST_CHARACTERS) {
                throw invalid("a logout request may have $MOST_CHARACTERS characters, but has ${body.length}")
            }
            return read(Parameters.parse(body))
        }

        /** The same for a form that the web framework has parsed: the parameters of the body, none of the query. */
        @JvmStatic
        public fun read(form: Parameters): LogoutRequest {
            val token = form.single(NAME)
            if (token.isNullOrEmpty()) throw invalid("a logout request must have the parameter \"$NAME\"")
            return LogoutRequest(token)
        }

        private fun invalid(message: String) = InvalidResponseException(ErrorCode.INVALID_RESPONSE, message)
    }
}
