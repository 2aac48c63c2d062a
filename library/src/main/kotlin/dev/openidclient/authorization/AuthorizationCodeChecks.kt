package dev.openidclient.authorization

import java.time.Duration
import java.util.function.Consumer

/**
 * What a callback and the tokens of its code are checked against, where the caller made `state`, `nonce` and the PKCE
 * verifier itself. With `authorizationRequest { }` there is no need for it: [PendingAuthorization] does the same by
 * itself.
 *
 * The page `docs/callback.md` shows it in a whole sign-in.
 */
public class AuthorizationCodeChecks
    @JvmOverloads
    constructor(
        configure: Consumer<AuthorizationCodeChecks> = Consumer {},
    ) {
        /** The `state` of the request. Null: the callback must have none. */
        @set:JvmSynthetic // Java has the function
        public var expectedState: String? = null

        /** Sets [expectedState] and returns these settings: for Java. */
        public fun expectedState(expectedState: String?): AuthorizationCodeChecks =
            apply { this.expectedState = expectedState }

        /** The `nonce` of the request. Null: the ID Token must have none. */
        @set:JvmSynthetic // Java has the function
        public var expectedNonce: String? = null

        /** Sets [expectedNonce] and returns these settings: for Java. */
        public fun expectedNonce(expectedNonce: String?): AuthorizationCodeChecks =
            apply { this.expectedNonce = expectedNonce }

        /** The verifier of the request's `code_challenge`. Null: the request had none. */
        @set:JvmSynthetic // Java has the function
        public var pkceCodeVerifier: String? = null

        /** Sets [pkceCodeVerifier] and returns these settings: for Java. */
        public fun pkceCodeVerifier(pkceCodeVerifier: String?): AuthorizationCodeChecks =
            apply { this.pkceCodeVerifier = pkceCodeVerifier }

        /** How long ago the person may have signed in. Default: the client metadata's `default_max_age`. */
        @set:JvmSynthetic // Java has the function
        public var maxAge: Duration? = null

        /** Sets [maxAge] and returns these settings: for Java. */
        public fun maxAge(maxAge: Duration?): AuthorizationCodeChecks = apply { this.maxAge = maxAge }

        /** The `redirect_uri` of the request. Default: the callback's URL without query. */
        @set:JvmSynthetic // Java has the function
        public var redirectUri: String? = null

        /** Sets [redirectUri] and returns these settings: for Java. */
        public fun redirectUri(redirectUri: String?): AuthorizationCodeChecks = apply { this.redirectUri = redirectUri }

        internal var isIdTokenExpected = false
            private set

        internal var isStateCheckSkipped = false
            private set

        init {
            configure.accept(this)
        }

        /** An ID Token must come even though neither a nonce nor a maximum age is expected. */
        public fun idTokenExpected(): AuthorizationCodeChecks {
            isIdTokenExpected = true
            return this
        }

        /**
         * Takes a callback with any `state`: something else must then protect against login CSRF. Refused with a
         * security profile.
         */
        public fun skipStateCheck(): AuthorizationCodeChecks {
            isStateCheckSkipped = true
            return this
        }

        override fun toString(): String = "AuthorizationCodeChecks"
    }

/** Checks with what [configure] sets. */
@JvmSynthetic // a constructor, but that would not hide from Java, where a lambda would fit both
public fun AuthorizationCodeChecks(configure: AuthorizationCodeChecks.() -> Unit): AuthorizationCodeChecks =
    AuthorizationCodeChecks().apply(configure)
