package dev.openidclient.ciba

import dev.openidclient.authorization.IdTokenHolder
import dev.openidclient.authorization.requireOwnIdToken
import dev.openidclient.authorization.signRequest
import dev.openidclient.client.AccessRequestBuilder
import dev.openidclient.client.EndpointCall
import dev.openidclient.client.OpenIdClient
import dev.openidclient.client.Purpose
import dev.openidclient.client.askProvingOnDemand
import dev.openidclient.client.endpoint
import dev.openidclient.client.sending
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.OAuthException
import dev.openidclient.http.Parameters
import dev.openidclient.http.jsonObject
import dev.openidclient.jose.ModifyAssertion
import dev.openidclient.jose.SigningKey
import dev.openidclient.json.JsonMembers
import dev.openidclient.json.MemberReader
import dev.openidclient.token.AskedFor
import kotlinx.serialization.json.JsonObject
import java.time.Duration

/**
 * Asks a person, whom a hint names, to agree on a device of their own ([CIBA
 * §7](https://openid.net/specs/openid-client-initiated-backchannel-authentication-core-1_0.html#auth_request)); then
 * call [backchannelAuthenticationGrant]. Throws [OAuthException]; [IllegalArgumentException] unless exactly one hint is
 * given, or a signed `request` in place of all, and where the security profile demands a signed one and this is none.
 *
 * The page `docs/device-and-ciba.md` shows the whole flow.
 */
public suspend fun OpenIdClient.backchannelAuthentication(
    configure: BackchannelAuthenticationBuilder.() -> Unit,
): BackchannelAuthenticationResponse {
    val builder = BackchannelAuthenticationBuilder().apply(configure)
    builder.hinted.forEach(::requireOwnIdToken)
    val parameters = builder.parameters
    // CIBA §7.1: exactly one of the three
    val hints = HINTS.count { it in parameters }
    require(isSigned(parameters) || hints == 1) {
        "exactly one of ${HINTS.joinToString()} must be given, but $hints are"
    }
    val form = formOf(parameters, builder.signer).with("client_id", clientId)
    return sending {
        val endpoint = endpoint("backchannel_authentication_endpoint")
        val call = EndpointCall.form(Purpose.BACKCHANNEL_AUTHENTICATION, endpoint, form, due = "auth_req_id")
        askProvingOnDemand(call).read {
            backchannelAuthenticationResponse(jsonObject(it), AskedFor(parameters["scope"], parameters.all("resource")))
        }
    }
}

private fun backchannelAuthenticationResponse(
    json: JsonObject,
    asked: AskedFor,
): BackchannelAuthenticationResponse {
    val read =
        MemberReader(json) {
            InvalidResponseException(ErrorCode.INVALID_RESPONSE, "backchannel authentication response: $it")
        }
    return BackchannelAuthenticationResponse(
        json,
        authReqId = read.requiredString("auth_req_id"),
        expiresIn = read.requiredLifetime("expires_in"),
        interval = read.optionalInterval("interval"),
        asked = asked,
    )
}

/** By the caller; an empty parameter counts as left out (RFC 6749 §3.1). */
private fun isSigned(parameters: Parameters): Boolean = !parameters["request"].isNullOrEmpty()

/** The parameters as they are, or all of them in a JWT that [signer] signs (CIBA §7.1.1). */
private suspend fun OpenIdClient.formOf(
    parameters: Parameters,
    signer: RequestSigner?,
): Parameters {
    val profile = configuration.profile
    require(profile?.requiresSignedBackchannelRequest != true || signer != null || isSigned(parameters)) {
        "${profile?.title}: the backchannel authentication request must be signed: " +
            "backchannelAuthentication { …; sign(key) }"
    }
    if (signer == null) return parameters
    require(!isSigned(parameters)) { "the request is signed already: leave out sign(…), or \"request\"" }
    val algorithms = server.backchannelAuthenticationRequestSigningAlgValuesSupported
    val signed = signRequest(parameters, emptyMap(), signer.key, algorithms, type = null, signer.modifyAssertion)
    return Parameters.of("request" to signed)
}

internal class RequestSigner(
    val key: SigningKey,
    val modifyAssertion: ModifyAssertion?,
)

private val HINTS = listOf("login_hint", "login_hint_token", "id_token_hint")

/** The parameters of a backchannel authentication request. */
public class BackchannelAuthenticationBuilder internal constructor() :
    AccessRequestBuilder<BackchannelAuthenticationBuilder>(OWNED, "BackchannelAuthenticationBuilder") {
        /** `login_hint`: who is to agree, by a name that the server knows. */
        public fun loginHint(hint: String): BackchannelAuthenticationBuilder = set("login_hint", hint)

        /** `login_hint_token`: who is to agree, by a token that the server knows. */
        public fun loginHintToken(token: String): BackchannelAuthenticationBuilder = set("login_hint_token", token)

        /** `id_token_hint`: who is to agree, by an earlier ID Token. */
        public fun idTokenHint(idToken: String): BackchannelAuthenticationBuilder = set("id_token_hint", idToken)

        /** `id_token_hint` from the tokens or the claims of an earlier sign-in, if they have an ID Token. */
        public fun idTokenHint(holder: IdTokenHolder): BackchannelAuthenticationBuilder {
            hinted += holder
            return holder.idToken?.let(::idTokenHint) ?: this
        }

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

        internal val hinted = mutableListOf<IdTokenHolder>()

        internal var signer: RequestSigner? = null
            private set

        /**
         * Sends all parameters in a JWT signed with [key], which lives 60 seconds ([CIBA
         * §7.1.1](https://openid.net/specs/openid-client-initiated-backchannel-authentication-core-1_0.html#signed_auth_request));
         * [modifyAssertion] may change header and claims. The key's algorithm must be one of the security profile's,
         * else [IllegalArgumentException].
         */
        @JvmOverloads
        public fun sign(
            key: SigningKey,
            modifyAssertion: ModifyAssertion? = null,
        ): BackchannelAuthenticationBuilder {
            signer = RequestSigner(key, modifyAssertion)
            return this
        }

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
    /** How long to wait between two polls, 1 second at least; null: 5 seconds. */
    public val interval: Duration?,
    internal val asked: AskedFor = AskedFor(),
) : JsonMembers(json, "BackchannelAuthenticationResponse") {
    override val shown: Set<String> get() = setOf("expires_in", "interval")
}
