@file:Suppress("ktlint:standard:filename") // the class of Java beside it has that name

package dev.openidclient.samples.docs

import dev.openidclient.authorization.AuthorizationRequest
import dev.openidclient.authorization.authorizationRequest
import dev.openidclient.authorization.push
import dev.openidclient.authorization.sign
import dev.openidclient.client.OpenIdClient
import dev.openidclient.clientauth.ClientSecretBasic
import dev.openidclient.jose.SigningKey
import dev.openidclient.token.TokenResponse
import dev.openidclient.userinfo.userInfo
import java.time.Duration

class SignInKotlin {
    fun stepUp(client: OpenIdClient): AuthorizationRequest {
        // region step-up
        val request =
            client.authorizationRequest {
                redirectUri("https://rp.example.com/callback")
                scope("openid")
                maxAge(Duration.ofMinutes(5)) // the person must have signed in within the last five minutes
                acrValues("urn:example:mfa") // a wish, which a server may ignore
                requireAcr() // … and now no wish any more: the ID Token must have that acr
            }
        // endregion
        return request
    }

    suspend fun user(
        client: OpenIdClient,
        tokens: TokenResponse,
    ): String? {
        // region user
        val person = checkNotNull(tokens.claims).subject // the key of your account, together with the issuer
        val user = client.userInfo(tokens)
        val email = user.email.takeIf { user.emailVerified == true } // else anybody may have typed it
        val team = user["team"] // a claim without a name here: kotlinx.serialization's JsonElement
        // endregion
        return "$person $email $team"
    }
}
