package dev.openidclient.ciba

import dev.openidclient.error.MASK
import dev.openidclient.error.RequestRefusedException
import dev.openidclient.http.HttpHeaders
import dev.openidclient.json.parseJson
import dev.openidclient.json.text
import kotlinx.serialization.json.JsonObject
import java.security.MessageDigest
import java.util.function.Function

/**
 * The server's word that a person has decided ([CIBA
 * §10.2](https://openid.net/specs/openid-client-initiated-backchannel-authentication-core-1_0.html#ping_callback)). Answer
 * it with [STATUS] and no body, and complete the `ping` of [backchannelAuthenticationGrant]. `toString` does not show the
 * identifier.
 *
 * The page `docs/device-and-ciba.md` shows it.
 */
public class PingNotification private constructor(
    /** `auth_req_id`: that of [BackchannelAuthenticationResponse.authReqId]. */
    public val authReqId: String,
) {
    override fun toString(): String = "PingNotification($MASK)"

    public companion object {
        /** The status to answer with: 204. */
        public const val STATUS: Int = 204

        private const val UNAUTHORIZED = 401
        private const val BAD_REQUEST = 400
        private const val AUTH_REQ_ID = "auth_req_id"
        private const val SCHEME = "bearer "

        /** 64 KiB */
        private const val MOST_CHARACTERS = 64 * 1024

        /**
         * Reads a `POST` with [headers] (`HttpHeaders.received(…)`) and [body] as they came. [expectedToken] is the
         * `client_notification_token` of the request, which is compared in constant time.
         *
         * Throws [RequestRefusedException], whose status and headers are the answer: 401 where the token is another one
         * or none, 400 where [body] is no JSON object with a text `auth_req_id` or longer than 64 KiB;
         * [IllegalArgumentException] where [expectedToken] is empty.
         */
        @JvmStatic
        public fun read(
            headers: HttpHeaders,
            body: String,
            expectedToken: String,
        ): PingNotification {
            require(expectedToken.isNotEmpty()) { "the expected client_notification_token must not be empty" }
            requireToken(headers, expectedToken)
            return PingNotification(authReqIdIn(body))
        }

        /**
         * The same where each request has a token of its own: [expectedToken] gives that of an `auth_req_id`, and null
         * where that is none of yours, which is refused with 401 too.
         */
        @JvmStatic
        public fun read(
            headers: HttpHeaders,
            body: String,
            expectedToken: Function<String, String?>,
        ): PingNotification {
            val authReqId = authReqIdIn(body)
            requireToken(headers, expectedToken.apply(authReqId).orEmpty())
            return PingNotification(authReqId)
        }

        private fun authReqIdIn(body: String): String {
            val json = if (body.length > MOST_CHARACTERS) null else parseJson(body) as? JsonObject
            val authReqId = text(json?.get(AUTH_REQ_ID))
            if (authReqId.isNullOrEmpty()) {
                val message = "the ping must be a JSON object with a text \"$AUTH_REQ_ID\", of 64 KiB at the most"
                throw refused(BAD_REQUEST, emptyMap(), message)
            }
            return authReqId
        }

        private fun requireToken(
            headers: HttpHeaders,
            expectedToken: String,
        ) {
            if (expectedToken.isNotEmpty() && isAuthorized(headers, expectedToken)) return
            val challenge = mapOf("www-authenticate" to listOf("Bearer"))
            throw refused(UNAUTHORIZED, challenge, "the ping does not have the client_notification_token")
        }

        private fun isAuthorized(
            headers: HttpHeaders,
            expectedToken: String,
        ): Boolean {
            val value = headers.all("authorization").singleOrNull() ?: return false
            if (!value.startsWith(SCHEME, ignoreCase = true)) return false
            val token = value.substring(SCHEME.length).trim(' ').encodeToByteArray()
            return MessageDigest.isEqual(token, expectedToken.encodeToByteArray())
        }

        private fun refused(
            status: Int,
            headers: Map<String, List<String>>,
            message: String,
        ) = RequestRefusedException(status, error = null, headers, message)
    }
}
