@file:Suppress("ktlint:standard:filename") // the class of Java beside it has that name

package dev.openidclient.samples.docs

import dev.openidclient.authorization.AuthorizationRequest
import dev.openidclient.authorization.RequestObjectByReference
import dev.openidclient.authorization.authorizationRequest
import dev.openidclient.authorization.byReference
import dev.openidclient.authorization.sign
import dev.openidclient.client.OpenIdClient
import dev.openidclient.client.findIssuer
import dev.openidclient.jose.SigningKey
import dev.openidclient.token.TokenResponse
import dev.openidclient.userinfo.UserInfo

class SpecialRequestsKotlin {
    fun claims(client: OpenIdClient): AuthorizationRequest {
        // region claims
        val request =
            client.authorizationRequest {
                redirectUri("https://rp.example.com/callback")
                scope("openid")
                claims {
                    idToken("acr") { essential().values("phr", "phrh") }
                    userinfo("email") { essential() }
                    userinfo("picture")
                }
            }
        // endregion
        return request
    }

    fun again(
        client: OpenIdClient,
        earlier: TokenResponse,
    ): AuthorizationRequest {
        // region hint
        val request =
            client.authorizationRequest {
                redirectUri("https://rp.example.com/callback")
                scope("openid")
                prompt("none")
                idTokenHint(earlier) // or earlier.claims
            }
        // endregion
        return request
    }

    suspend fun reference(
        client: OpenIdClient,
        request: AuthorizationRequest,
        key: SigningKey,
        serve: (String, String) -> Unit,
    ): RequestObjectByReference {
        // region reference
        val referenced = client.byReference(client.sign(request, key), "https://rp.example.com/requests/4711")
        serve(RequestObjectByReference.CONTENT_TYPE, referenced.content) // at that URL, before the browser goes
        val url = referenced.url // and referenced.pending, to be kept until the callback
        // endregion
        check(url.isNotEmpty())
        return referenced
    }

    suspend fun find(
        typed: String,
        known: Map<String, OpenIdClient>,
        isOutside: (String) -> Boolean,
    ): OpenIdClient? {
        // region webfinger
        val issuer = OpenIdClient.findIssuer(typed) { connection { permitUrl { isOutside(it) } } }
        return known[issuer] // a server where this program is registered, or none
        // endregion
    }

    // region sources
    fun endpoints(user: UserInfo): List<String> = user.claimSources.values.mapNotNull { it.endpoint }
    // endregion
}
