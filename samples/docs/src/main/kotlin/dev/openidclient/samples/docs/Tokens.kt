@file:Suppress("ktlint:standard:filename") // the class of Java beside it has that name

package dev.openidclient.samples.docs

import dev.openidclient.client.OpenIdClient
import dev.openidclient.error.WwwAuthenticateChallengeException
import dev.openidclient.http.HttpResponse
import dev.openidclient.resource.resource
import dev.openidclient.token.TokenResponse
import dev.openidclient.tokensource.ClientCredentialsTokens
import dev.openidclient.tokensource.ExchangedTokens
import dev.openidclient.tokensource.TokenSource
import dev.openidclient.tokensource.UserTokens
import java.time.Instant

class TokensKotlin(
    private val client: OpenIdClient,
) {
    suspend fun ofService(): HttpResponse {
        // region service
        val service = ClientCredentialsTokens(client) // one for the program; close it at the end
        val orders = service.source { scope("orders:read") }

        val answer = client.resource("https://api.example.com/orders", orders.token()) // before each call
        // endregion
        service.close()
        return answer
    }

    suspend fun ofUsers(
        sessionId: String,
        issued: TokenResponse,
    ): TokenResponse {
        // region users
        val users = UserTokens(client) // one for the program; close it at the end
        users.put(sessionId, issued) // after the sign-in

        val tokens = users.source(sessionId).token() // in each request of this session
        users.load(sessionId)?.claims?.subject // what is there, without a refresh
        users.revoke(sessionId) // at the sign-out: forgotten here, and at the server
        // endregion
        users.close()
        return tokens
    }

    suspend fun onBehalf(
        received: String,
        receivedUntil: Instant,
    ): TokenResponse {
        // region on-behalf
        val stock = ExchangedTokens.tokenExchange(client) { resource("https://stock.example.com") }
        val tokens = stock.source(received, notAfter = receivedUntil).token()
        // endregion
        stock.close()
        return tokens
    }

    // region invalidate
    suspend fun orders(source: TokenSource): HttpResponse {
        val tokens = source.token()
        return try {
            client.resource("https://api.example.com/orders", tokens)
        } catch (e: WwwAuthenticateChallengeException) {
            if (e.error != "invalid_token") throw e
            source.invalidate(tokens)
            client.resource("https://api.example.com/orders", source.token()) // once more, no oftener
        }
    }
    // endregion

    fun stored(tokens: TokenResponse): TokenResponse {
        // region store
        val text = tokens.encode() // a secret: encrypt it where you keep it
        val again = TokenResponse.decode(text)
        // endregion
        return again
    }
}
