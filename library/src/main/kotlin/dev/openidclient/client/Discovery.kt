package dev.openidclient.client

import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.ensureActive

/** [askForMetadata], and the connection that the client alone would have had is closed where that fails. */
internal suspend fun discover(
    issuer: String,
    configuration: Configuration,
): OpenIdClient {
    var discovered: OpenIdClient? = null
    try {
        val client = askForMetadata(issuer, configuration)
        // who is cancelled by now never gets the client, so nobody else would close it
        currentCoroutineContext().ensureActive()
        discovered = client
        return client
    } finally {
        if (discovered == null) configuration.close()
    }
}

/** A client of [issuer], which is asked for its metadata. Closes nothing: where it fails it may be called again. */
internal suspend fun askForMetadata(
    issuer: String,
    configuration: Configuration,
): OpenIdClient =
    sending {
        val address =
            metadataAddress(
                issuer,
                configuration.discoveryAlgorithm,
                configuration.connection.traits.insecureRequestsAllowed,
            )
        val found = configuration.connection.findMetadata(address)
        OpenIdClient(found.metadata, configuration, found.expectedIssuer)
    }
