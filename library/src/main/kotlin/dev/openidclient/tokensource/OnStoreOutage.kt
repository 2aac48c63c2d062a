package dev.openidclient.tokensource

/**
 * Whether [UserTokens] refreshes while its token store is out of reach. In both cases access tokens that are known here
 * are handed out as long as they can be used.
 *
 * The page `docs/many-instances.md` says what else happens then.
 */
public enum class OnStoreOutage {
    /**
     * Not: nobody can say then whether another instance is sending the same refresh token. Once the access token has
     * expired, callers get [TokenSourceException][dev.openidclient.error.TokenSourceException] with
     * `OAUTH_TOKEN_STORE_FAILED`. The default.
     */
    FAIL,

    /**
     * With what this process knows of the latest 5 000 sessions that it has used. What it gets is written when the store
     * is back: within about a minute while the access token lives, later with the next call for the session, and once
     * more at [UserTokens.close]. Only for a service of one instance, also while it is replaced by a new version: two
     * would send the same refresh token, and a server that rotates takes that for theft ([RFC 9700
     * §4.14.2](https://www.rfc-editor.org/rfc/rfc9700#section-4.14.2)). A process that ends before the store is back
     * loses what it could not write.
     */
    REFRESH_ALONE,
}
