package dev.openidclient.samples.docs

import dev.openidclient.client.OpenIdClient
import dev.openidclient.tokensource.ClientCredentialsTokens
import dev.openidclient.tokensource.ExchangedTokens
import dev.openidclient.tokensource.TokenSource
import dev.openidclient.tokensource.UserTokens
import dev.openidclient.tokenstore.StoreKey
import dev.openidclient.tokenstore.TokenCipher
import dev.openidclient.tokenstore.TokenStore
import java.time.Duration
import java.time.Instant
import java.util.Base64

fun users(
    client: OpenIdClient,
    ourStore: TokenStore,
): UserTokens {
    // region store
    val key = StoreKey("2026-11", Base64.getDecoder().decode(System.getenv("TOKEN_STORE_KEY")))

    val users =
        UserTokens(client) {
            store(ourStore, TokenCipher.of(key)) // the same in all instances
            nearCopy = Duration.ofSeconds(5) // so long may a sign-out elsewhere go unnoticed
        }
    // endregion
    return users
}

fun service(
    client: OpenIdClient,
    ourStore: TokenStore,
    cipher: TokenCipher,
    incomingToken: String,
    endOfIncomingToken: Instant,
): List<TokenSource> {
    // region service
    val service = ClientCredentialsTokens(client) { store(ourStore, cipher) }
    val orders = service.source { scope("orders:read") } // one request for all instances

    val downstream = ExchangedTokens.tokenExchange(client) { store(ourStore, cipher).audience("billing") }
    val onBehalf = downstream.source(incomingToken, notAfter = endOfIncomingToken)
    // endregion
    return listOf(orders, onBehalf)
}

fun afterTheChange(
    new: StoreKey,
    old: StoreKey,
): TokenCipher {
    // region keys
    val cipher = TokenCipher.of(new, old) // the first seals, all open
    // endregion
    return cipher
}
