package dev.openidclient.samples.recipes

import dev.openidclient.client.DiscoveredClient
import dev.openidclient.client.DiscoveryState
import dev.openidclient.client.OpenIdClient
import dev.openidclient.clientauth.ClientSecretBasic
import dev.openidclient.resource.resource
import dev.openidclient.tokensource.ClientCredentialsTokens
import dev.openidclient.tokensource.TokenSource
import java.time.Duration

/** When the application starts, whether its server is there or not: nothing is sent. Close it with the application. */
fun longLivedClient(
    issuer: String,
    clientId: String,
    secret: String,
): DiscoveredClient =
    OpenIdClient.lazily(issuer, clientId) {
        authentication = ClientSecretBasic(secret)
        metadataLifetime = Duration.ofHours(6) // then the server is asked anew, in the background
        jwksOutageTolerance = Duration.ofHours(1) // known keys go on while it is down
    }

/** It is given wherever a client is; close this before it. */
fun longLivedTokens(oauth: DiscoveredClient): ClientCredentialsTokens = ClientCredentialsTokens(oauth)

/** Asks for the client each time, and keeps none. */
suspend fun callOfLongLivedService(
    oauth: DiscoveredClient,
    tokens: TokenSource,
    url: String,
): String = oauth.client().resource(url, tokens.token()).bodyText()

/** For a health check: sends nothing. */
fun isServerKnown(oauth: DiscoveredClient): Boolean =
    when (val state = oauth.state()) {
        is DiscoveryState.Failing -> state.hasClient
        else -> true // known, or not asked yet
    }
