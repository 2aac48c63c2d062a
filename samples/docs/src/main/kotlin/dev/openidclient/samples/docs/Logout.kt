@file:Suppress("ktlint:standard:filename") // the class of Java beside it has that name

package dev.openidclient.samples.docs

import dev.openidclient.client.OpenIdClient
import dev.openidclient.error.OAuthException
import dev.openidclient.logout.endSessionUrl
import dev.openidclient.token.TokenResponse
import dev.openidclient.token.revoke
import org.slf4j.LoggerFactory

class LogoutKotlin(
    private val client: OpenIdClient,
) {
    private val log = LoggerFactory.getLogger(LogoutKotlin::class.java)

    fun url(tokens: TokenResponse): String {
        // region url
        // POST /logout: end your own session first, whatever comes afterwards
        val url =
            client.endSessionUrl {
                idTokenHint(tokens) // who signs out; with it most servers ask no question
                postLogoutRedirectUri("https://rp.example.com/signed-out") // exactly as it is registered
            }
        // redirect to url
        // endregion
        return url
    }

    // region whole

    /** Where to send the browser next. The own session is over by now. */
    suspend fun signOut(tokens: TokenResponse): String {
        try {
            if (client.server.revocationEndpoint != null) tokens.refreshToken?.let { client.revoke(it) }
        } catch (e: OAuthException) {
            log.info("the refresh token was not revoked, {}: {}", e.code, e.message) // the person leaves all the same
        }
        if (client.server.endSessionEndpoint == null) return "https://rp.example.com/signed-out"
        return client.endSessionUrl {
            idTokenHint(tokens)
            postLogoutRedirectUri("https://rp.example.com/signed-out")
        }
    }
    // endregion
}
