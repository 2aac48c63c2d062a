package dev.openidclient.resource

import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.ResponseBodyException
import dev.openidclient.error.WwwAuthenticateChallenge
import kotlinx.serialization.json.JsonPrimitive
import kotlinx.serialization.json.contentOrNull
import java.time.Duration
import java.util.Locale

/**
 * What a resource server asks of the client by refusing its request ([RFC 6750
 * §3](https://www.rfc-editor.org/rfc/rfc6750#section-3), [RFC 9470
 * §3](https://www.rfc-editor.org/rfc/rfc9470#section-3)). [of] tells which of the four it is.
 */
public sealed class AccessChallenge {
    /** Null where the server has refused without a word. */
    public abstract val challenge: WwwAuthenticateChallenge?

    override fun toString(): String = "${name()}(${challenge ?: "no challenge"})"

    internal abstract fun name(): String

    /** The request had no token, and needs one. */
    public class TokenRequired internal constructor(
        override val challenge: WwwAuthenticateChallenge?,
    ) : AccessChallenge() {
        override fun name(): String = "TokenRequired"
    }

    /** The token is not valid, or no longer: another one may be. */
    public class TokenRefused internal constructor(
        override val challenge: WwwAuthenticateChallenge?,
    ) : AccessChallenge() {
        override fun name(): String = "TokenRefused"
    }

    /** The person must sign in otherwise, or again (`insufficient_user_authentication`): no refresh does that. */
    public class StepUp internal constructor(
        override val challenge: WwwAuthenticateChallenge,
    ) : AccessChallenge() {
        /** `acr_values`: the authentication contexts that would do, the preferred one first; empty: any. */
        public val acrValues: List<String> get() = challenge.acrValues

        /**
         * `max_age`: how long ago the person may have signed in; null: it does not matter. Throws
         * [InvalidResponseException] where it is no number of seconds.
         */
        public val maxAge: Duration? get() = challenge.maxAge

        override fun name(): String = "StepUp"
    }

    /** The token is for less than the request needs (`insufficient_scope`). */
    public class MoreScopes internal constructor(
        override val challenge: WwwAuthenticateChallenge,
    ) : AccessChallenge() {
        /** `scope`: what the request needs; empty where the server does not say. */
        public val scopes: List<String> get() = challenge.scopes

        override fun name(): String = "MoreScopes"
    }

    public companion object {
        private const val UNAUTHORIZED = 401
        private const val FORBIDDEN = 403
        private const val INSUFFICIENT_SCOPE = "insufficient_scope"
        private const val INSUFFICIENT_USER_AUTHENTICATION = "insufficient_user_authentication"
        private val SCHEMES = setOf("bearer", "dpop")

        /**
         * What an answer with [status] and [challenges] asks for; null: nothing that another token would bring, so it is
         * the caller's. [sentScheme] is that of the token of the request, `Bearer` or `DPoP`; null: it had none.
         *
         * Challenges of other schemes do not count. Of several the one of [sentScheme] does, else the first that has an
         * `error`, else the first. A 401 without any challenge is a word about the token all the same.
         */
        @JvmStatic
        public fun of(
            status: Int,
            challenges: List<WwwAuthenticateChallenge>,
            sentScheme: String?,
        ): AccessChallenge? {
            val challenge = chosen(challenges, sentScheme)
            // many servers say nothing, against RFC 9110 §11.6.1; who wants a password wants no token
            if (challenge == null && challenges.isNotEmpty()) return null
            val error = challenge?.error
            return when {
                status != UNAUTHORIZED && status != FORBIDDEN -> null
                challenge != null && error == INSUFFICIENT_SCOPE && (status == FORBIDDEN || sentScheme != null) ->
                    MoreScopes(challenge)
                status == FORBIDDEN -> null
                sentScheme == null -> TokenRequired(challenge)
                error == null || error == "invalid_token" -> TokenRefused(challenge)
                error == INSUFFICIENT_USER_AUTHENTICATION -> StepUp(challenge)
                else -> null
            }
        }

        /**
         * What a token endpoint asks for that refuses with [refusal]: the sign-in that its [StepUp] describes, as an
         * identity provider does before it issues an assertion. Null where it refuses for another reason.
         */
        @JvmStatic
        public fun of(refusal: ResponseBodyException): StepUp? {
            if (refusal.error != INSUFFICIENT_USER_AUTHENTICATION) return null
            val parameters =
                listOf("error", "error_description", "acr_values", "max_age").mapNotNull { name ->
                    (refusal.json[name] as? JsonPrimitive)?.contentOrNull?.let { name to it }
                }
            return StepUp(WwwAuthenticateChallenge("bearer", parameters.toMap()))
        }

        private fun chosen(
            challenges: List<WwwAuthenticateChallenge>,
            sentScheme: String?,
        ): WwwAuthenticateChallenge? {
            val known = challenges.filter { it.scheme.lowercase(Locale.ROOT) in SCHEMES }
            val own = known.filter { it.scheme.equals(sentScheme, ignoreCase = true) }.ifEmpty { known }
            return own.firstOrNull { it.error != null } ?: own.firstOrNull()
        }
    }
}
