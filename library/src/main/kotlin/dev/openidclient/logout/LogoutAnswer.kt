package dev.openidclient.logout

import dev.openidclient.error.OAuthException

/**
 * What to answer to a logout request ([OpenID Connect Back-Channel Logout
 * §2.8](https://openid.net/specs/openid-connect-backchannel-1_0.html#BCResponse)), ready to be sent.
 *
 * The page `docs/logout.md` shows it in a web application.
 */
public class LogoutAnswer private constructor(
    /** 200 or 400 */
    public val status: Int,
    /** The headers to send, by their lower-case names; among them `cache-control`. */
    public val headers: Map<String, String>,
    /** Empty, or a JSON document. */
    public val body: String,
    /** Why the request was refused, for the log; null where it was not. None of it is in the answer. */
    public val failure: OAuthException?,
) {
    override fun toString(): String = "LogoutAnswer($status)"

    public companion object {
        private const val OK = 200
        private const val BAD_REQUEST = 400
        private val NOT_STORED = "cache-control" to "no-store"

        /** The sessions have ended, or there were none. */
        @JvmStatic
        public fun accepted(): LogoutAnswer = LogoutAnswer(OK, mapOf(NOT_STORED), "", null)

        /**
         * The token may not be trusted, or the sessions could not be ended: 400, as the specification says for both.
         * [failure] is not told.
         */
        @JvmStatic
        public fun refused(failure: OAuthException): LogoutAnswer {
            val headers = mapOf(NOT_STORED, "content-type" to "application/json")
            return LogoutAnswer(BAD_REQUEST, headers, """{"error":"invalid_request"}""", failure)
        }
    }
}
