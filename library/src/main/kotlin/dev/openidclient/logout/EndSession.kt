package dev.openidclient.logout

import dev.openidclient.client.OpenIdClient
import dev.openidclient.client.RequestBuilder
import dev.openidclient.client.endpoint
import dev.openidclient.error.MetadataException
import dev.openidclient.token.TokenResponse
import dev.openidclient.token.requireOwn

/**
 * Where to send the person's browser to sign out at the server too ([OpenID Connect RP-Initiated Logout
 * §2](https://openid.net/specs/openid-connect-rpinitiated-1_0.html#RPLogout)). End your own session first. Sends
 * nothing; `client_id` is added.
 *
 * Throws [MetadataException] where the server has no end session endpoint, or one that is not `https`;
 * [IllegalArgumentException] where the tokens of the hint are another client's or of another issuer.
 *
 * The page `docs/logout.md` shows the whole logout.
 */
public fun OpenIdClient.endSessionUrl(configure: EndSessionBuilder.() -> Unit = {}): String {
    val endpoint = endpoint("end_session_endpoint", aliased = false)
    val builder = EndSessionBuilder().apply(configure)
    builder.hinted.forEach(::requireOwn)
    val parameters = builder.parameters
    val named = if ("client_id" in parameters) parameters else parameters.plus("client_id", clientId)
    return endpoint.withParameters(named)
}

private const val NAME = "EndSessionBuilder"

/** The parameters of a logout request. */
public class EndSessionBuilder internal constructor() : RequestBuilder<EndSessionBuilder>(emptyMap(), NAME) {
    internal val hinted = mutableListOf<TokenResponse>()

    /** `id_token_hint`: the ID Token of the session that ends; with it most servers ask no question. */
    public fun idTokenHint(idToken: String): EndSessionBuilder = set("id_token_hint", idToken)

    /** `id_token_hint` from [tokens], if they have an ID Token. */
    public fun idTokenHint(tokens: TokenResponse): EndSessionBuilder {
        hinted += tokens
        return tokens.idToken?.let(::idTokenHint) ?: this
    }

    /** `post_logout_redirect_uri`: where the browser comes back to, exactly as it is registered. */
    public fun postLogoutRedirectUri(uri: String): EndSessionBuilder = set("post_logout_redirect_uri", uri)

    /** `logout_hint`: who is probably signing out. */
    public fun logoutHint(hint: String): EndSessionBuilder = set("logout_hint", hint)

    /** `state`: comes back with the browser. */
    public fun state(state: String): EndSessionBuilder = set("state", state)

    /** `ui_locales`: BCP 47 language tags, the preferred one first. */
    public fun uiLocales(vararg locales: String): EndSessionBuilder = set("ui_locales", locales.joinToString(" "))

    override fun self(): EndSessionBuilder = this
}
