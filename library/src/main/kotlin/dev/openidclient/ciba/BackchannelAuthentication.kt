package dev.openidclient.ciba

import dev.openidclient.client.AccessRequestBuilder
import dev.openidclient.client.EndpointCall
import dev.openidclient.client.OpenIdClient
import dev.openidclient.client.ask
import dev.openidclient.client.endpoint
import dev.openidclient.client.sending
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.OAuthException
import dev.openidclient.http.jsonObject
import dev.openidclient.json.JsonMembers
import dev.openidclient.json.MemberReader
import java.time.Duration
import kotlinx.serialization.json.JsonObject

/**
 * Asks a person, whom a hint names, to agree on a device of their own ([CIBA
 * §7](https://openid.net/specs/openid-client-initiated-backchannel-authentication-core-1_0.html#auth_request)); then
 * call [backchannelAuthenticationGrant]. Throws [OAuthException]; [IllegalArgumentException] unless exactly one hint is
 * given, or a signed `request` in place of all.
 */
public suspend fun OpenIdClient.backchannelAuthentication(
    configure: BackchannelAuthenticationBuilder.() -> Unit,
): BackchannelAuthenticationResponse {
    val parameters = BackchannelAuthenticationBuilder().apply(configure).parameters
    // CIBA §7.1: exactly one of the three
    val hints = HINTS.count { it in parameters }
    require("request" in parameters || hints == 1) {
        "exactly one of ${HINTS.joinToString()} must be given, but $hints are"
    }
    val form = parameters.with("client_id", clientId)
    return sending {
        ask(EndpointCall.form(endpoint("backchannel_authentication_endpoint"), form, due = "auth_req_id")).read {
            backchannelAuthenticationResponse(jsonObject(), requestedScope = form["scope"])
        }
    }
}

private fun backchannelAuthenticationResponse(
    json: JsonObject,
    requestedScope: String?,
): BackchannelAuthenticationResponse {
    val read =
        MemberReader(json) {
            InvalidResponseException(ErrorCode.INVALID_RESPONSE, "backchannel authentication response: $it")
        }
    return BackchannelAuthenticationResponse(
        json,
        authReqId = read.requiredString("auth_req_id"),
        expiresIn = read.requiredLifetime("expires_in"),
        interval = read.presentPositiveSeconds("interval"),
        requestedScope = requestedScope,
    )
}

private val HINTS = listOf("login_hint", "login_hint_token", "id_token_hint")

/** The parameters of a backchannel authentication request. */
public class BackchannelAuthenticationBuilder internal constructor() :
    AccessRequestBuilder<BackchannelAuthenticationBuilder>(OWNED) {
        /** `login_hint`: who is to agree, by a name that the server knows. */
        public fun loginHint(hint: String): BackchannelAuthenticationBuilder = set("login_hint", hint)

        /** `login_hint_token`: who is to agree, by a token that the server knows. */
        public fun loginHintToken(token: String): BackchannelAuthenticationBuilder = set("login_hint_token", token)

        /** `id_token_hint`: who is to agree, by an earlier ID Token. */
        public fun idTokenHint(idToken: String): BackchannelAuthenticationBuilder = set("id_token_hint", idToken)

        /** `binding_message`: what both devices show, so that the person knows which request they agree to. */
        public fun bindingMessage(message: String): BackchannelAuthenticationBuilder = set("binding_message", message)

        /** `acr_values`: the authentication contexts to use, the preferred one first. */
        public fun acrValues(vararg values: String): BackchannelAuthenticationBuilder =
            set("acr_values", values.joinToString(" "))

        /** `user_code`: a secret that only the person knows, against unwanted requests. */
        public fun userCode(code: String): BackchannelAuthenticationBuilder = set("user_code", code)

        /** `requested_expiry`, whole seconds: how long the person has. */
        public fun requestedExpiry(expiry: Duration): BackchannelAuthenticationBuilder {
            require(expiry.seconds > 0) { "requested_expiry must be a second at least, but is $expiry" }
            return set("requested_expiry", expiry.seconds.toString())
        }

        /** `client_notification_token`: what the server's ping must carry. */
        public fun clientNotificationToken(token: String): BackchannelAuthenticationBuilder =
            set("client_notification_token", token)

        override fun self(): BackchannelAuthenticationBuilder = this

        private companion object {
            val OWNED =
                listOf(
                    "client_id",
                    "client_secret",
                    "client_assertion",
                    "client_assertion_type",
                ).associateWith { null }
        }
    }

/**
 * A request that waits for the person ([CIBA
 * §7.3](https://openid.net/specs/openid-client-initiated-backchannel-authentication-core-1_0.html)); unknown members
 * survive in [json]. `toString` does not show the identifier.
 */
public class BackchannelAuthenticationResponse internal constructor(
    json: JsonObject,
    /** For the token endpoint: a secret. */
    public val authReqId: String,
    /** How long the request lives, from the answer on. */
    public val expiresIn: Duration,
    /** How long to wait between two polls; null: 5 seconds. */
    public val interval: Duration?,
    internal val requestedScope: String? = null,
) : JsonMembers(json) {
    override val shown: Set<String> get() = setOf("expires_in", "interval")
}
