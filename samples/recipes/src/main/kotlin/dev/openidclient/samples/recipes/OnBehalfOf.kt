package dev.openidclient.samples.recipes

import dev.openidclient.client.OpenIdClient
import dev.openidclient.token.TokenResponse
import dev.openidclient.tokensource.ExchangedTokens
import java.time.Instant

/** By token exchange (RFC 8693). One for the program and the API that is called; close it before the client. */
fun stockTokens(client: OpenIdClient): ExchangedTokens =
    ExchangedTokens.tokenExchange(client) {
        audience("stock")
        scope("stock:read")
    }

/** By the JWT bearer grant, as Entra ID wants it. */
fun entraStockTokens(client: OpenIdClient): ExchangedTokens =
    ExchangedTokens.jwtBearer(client) {
        parameter("requested_token_use", "on_behalf_of")
        scope("api://stock/.default")
    }

/** For whoever sent [received], whose end your check of it has found; exchanged once, while it lives. */
suspend fun tokensOnBehalf(
    stock: ExchangedTokens,
    received: String,
    receivedUntil: Instant,
): TokenResponse = stock.source(received, notAfter = receivedUntil).token()
