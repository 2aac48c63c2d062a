package dev.openidclient.metadata

/** Which of the two well-known documents tells about the authorization server. */
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
}
