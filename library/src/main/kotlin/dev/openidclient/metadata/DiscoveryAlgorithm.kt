package dev.openidclient.metadata

/** Which well-known documents tell about the authorization server. */
public enum class DiscoveryAlgorithm {
    /**
     * `/.well-known/openid-configuration` after the issuer's path ([OpenID Connect Discovery
     * §4](https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderConfig)).
     */
    OIDC,

    /**
     * `/.well-known/oauth-authorization-server` before the issuer's path ([RFC 8414
     * §3](https://www.rfc-editor.org/rfc/rfc8414#section-3)).
     */
    OAUTH2,

    /**
     * Whichever the server has ([RFC 8414 §5](https://www.rfc-editor.org/rfc/rfc8414#section-5)): first
     * `/.well-known/oauth-authorization-server`, then `/.well-known/openid-configuration`, both before the issuer's
     * path, and then the latter after it. A status from 400 to 499 says that there is none at that place; every other
     * answer is final. The document must name the issuer exactly as it was asked for, letter for letter, but for the
     * slash of a bare origin.
     */
    ANY,
}
