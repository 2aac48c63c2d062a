package dev.openidclient.samples.docs

import dev.openidclient.client.OpenIdClient
import dev.openidclient.error.OAuthException
import dev.openidclient.error.Reached
import dev.openidclient.error.ResponseBodyException
import dev.openidclient.error.TransportException
import dev.openidclient.error.ValidationException
import dev.openidclient.token.IntrospectionResponse
import dev.openidclient.token.TokenResponse
import dev.openidclient.token.TokenType
import dev.openidclient.token.introspect
import dev.openidclient.token.jwtBearerGrant
import dev.openidclient.token.refreshTokenGrant
import dev.openidclient.token.revoke
import dev.openidclient.token.samlBearerGrant
import dev.openidclient.token.tokenExchangeGrant
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.sync.Mutex
import kotlinx.coroutines.sync.withLock
import kotlinx.coroutines.withContext
import java.time.Clock
import java.time.Duration

class TokensKotlin(
    private val client: OpenIdClient,
) {
    // region refresh

    /** Null: the person has to sign in again. */
    suspend fun refreshed(earlier: TokenResponse): TokenResponse? =
        try {
            client.refreshTokenGrant(earlier) // store it in place of the earlier ones, all of it
        } catch (e: ResponseBodyException) {
            if (e.error != "invalid_grant") throw e
            null // expired, revoked, or used before
        } catch (e: TransportException) {
            if (e.reached == Reached.NO) throw e // nothing was used up: try again later
            null // the server may have taken the refresh token and given another, which was lost
        } catch (e: ValidationException) {
            e.unacceptedTokens?.refreshToken?.let { revokeOrLeave(it) } // was issued, is not to be trusted
            null
        }

    private suspend fun revokeOrLeave(token: String) {
        try {
            client.revoke(token)
        } catch (_: OAuthException) {
            // the refusal is what counts
        }
    }
    // endregion

    suspend fun signOut(tokens: TokenResponse) {
        // region revoke
        tokens.refreshToken?.let { client.revoke(it) { tokenTypeHint("refresh_token") } } // this one first
        client.revoke(tokens.accessToken) { tokenTypeHint("access_token") }
        // endregion
    }

    suspend fun accepted(token: String): IntrospectionResponse? {
        // region introspect
        val answer = client.introspect(token) { tokenTypeHint("access_token") }
        val isAccepted = answer.isActive && "orders:read" in answer.scope.orEmpty().split(' ')
        // endregion
        return answer.takeIf { isAccepted }
    }

    suspend fun exchanged(received: String): TokenResponse {
        // region exchange
        val tokens =
            client.tokenExchangeGrant(received, TokenType.ACCESS_TOKEN) {
                scope("stock:read") // less than the token that came
                resource("https://stock.example.com") // or parameter("audience", "stock")
            }
        // endregion
        return tokens
    }

    suspend fun asserted(
        jwt: String,
        saml: String,
    ): List<TokenResponse> {
        // region assertions
        val forJwt = client.jwtBearerGrant(jwt) { scope("orders:read") }
        val forSaml = client.samlBearerGrant(saml) { scope("orders:read") } // the XML: it is encoded here
        // endregion
        return listOf(forJwt, forSaml)
    }
}

// region one-at-a-time

/** The tokens of one person's session: refreshed by one request, however many wait for it. */
class PersonTokens(
    private val client: OpenIdClient,
    @Volatile private var tokens: TokenResponse,
    private val clock: Clock = Clock.systemUTC(),
) {
    private val refreshing = Mutex()

    suspend fun get(): TokenResponse =
        tokens.takeUnless(::isDue) ?: refreshing.withLock {
            tokens.takeUnless(::isDue) ?: withContext(NonCancellable) {
                // who is cancelled meanwhile would lose the new tokens
                client.refreshTokenGrant(tokens).also { tokens = it }
            }
        }

    private fun isDue(it: TokenResponse) = it.refreshToken != null && it.isExpiring(Duration.ofSeconds(30), clock)
}
// endregion
