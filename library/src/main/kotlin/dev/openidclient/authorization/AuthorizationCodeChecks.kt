package dev.openidclient.authorization

import java.time.Duration
import java.util.function.Consumer

/**
 * What a callback and the tokens of its code are checked against, where the caller made `state`, `nonce` and the PKCE
 * verifier itself. With `authorizationRequest { }` there is no need for it: [PendingAuthorization] does the same by
 * itself.
 */
public class AuthorizationCodeChecks
    @JvmOverloads
    constructor(
        configure: Consumer<AuthorizationCodeChecks> = Consumer {},
    ) {
        /** The `state` of the request. Null: the callback must have none. */
        public var expectedState: String? = null

        /** The `nonce` of the request. Null: the ID Token must have none. */
        public var expectedNonce: String? = null

        /** The verifier of the request's `code_challenge`. Null: the request had none. */
        public var pkceCodeVerifier: String? = null

        /** How long ago the person may have signed in. Default: the client metadata's `default_max_age`. */
        public var maxAge: Duration? = null

        /** The `redirect_uri` of the request. Default: the callback's URL without query. */
        public var redirectUri: String? = null

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

        /** Takes a callback with any `state`: something else must then protect against login CSRF. */
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
