package dev.openidclient.samples.recipes

import dev.openidclient.client.OpenIdClient
import dev.openidclient.token.TokenResponse
import dev.openidclient.userinfo.userInfo

/** More about the person than the ID Token says. The answer is refused where it is about another person. */
suspend fun emailOf(
    client: OpenIdClient,
    tokens: TokenResponse,
): String? {
    val user = client.userInfo(tokens)
    // An address that the server has not verified proves nothing: never find an account by it.
    return user.email.takeIf { user.emailVerified == true }
}

/** Where only the access token and the person's `sub` were stored. */
suspend fun profileOf(
    client: OpenIdClient,
    accessToken: String,
    subject: String,
): Map<String, Any?> = client.userInfo(accessToken, subject).toMap()
