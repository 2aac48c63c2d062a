package dev.openidclient.token

import dev.openidclient.client.AccessRequestBuilder
import dev.openidclient.client.EndpointCall
import dev.openidclient.client.OpenIdClient
import dev.openidclient.client.endpoint
import dev.openidclient.client.perform
import dev.openidclient.http.Parameters
import dev.openidclient.http.jsonObject
import dev.openidclient.jose.JwtValidation

/** The parameters of a token request, beside those of its grant and of the client's authentication. */
public class TokenRequestBuilder internal constructor(
    owned: Set<String>,
) : AccessRequestBuilder<TokenRequestBuilder>((owned + ALWAYS_OWNED).associateWith { null }) {
    override fun self(): TokenRequestBuilder = this

    private companion object {
        val ALWAYS_OWNED =
            setOf("grant_type", "client_id", "client_secret", "client_assertion", "client_assertion_type")
    }
}

/**
 * Posts a token request ([RFC 6749 §3.2](https://www.rfc-editor.org/rfc/rfc6749#section-3.2)): the caller's parameters, then [own],
 * which they cannot override, then `grant_type`; reads the answer, lets [check] judge it, and verifies the signature of its ID Token
 * where the settings ask for that.
 */
internal suspend fun OpenIdClient.requestTokens(
    grantType: String,
    own: Parameters,
    configure: TokenRequestBuilder.() -> Unit,
    extraTokenTypes: Set<String> = emptySet(),
    earlier: TokenResponse? = null,
    check: IdTokenValidation.(ReadTokens) -> Unit = {},
): TokenResponse {
    val caller = TokenRequestBuilder(own.names).apply(configure).parameters
    val form = (caller + own).with("grant_type", grantType)
    val response = perform(EndpointCall.form(endpoint("token_endpoint"), form))
    val validation = idTokenValidation()
    val read = readTokenResponse(response.jsonObject(), time.clock.instant(), validation, extraTokenTypes, earlier)
    validation.check(read)
    if (configuration.nonRepudiation) read.idToken?.let { jwks.verify(it) }
    return read.response
}

internal fun OpenIdClient.idTokenValidation(): IdTokenValidation =
    IdTokenValidation(server, metadata, expectedIssuer, JwtValidation(time.now, time.tolerance))
