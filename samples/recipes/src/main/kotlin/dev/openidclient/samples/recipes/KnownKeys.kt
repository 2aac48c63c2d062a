package dev.openidclient.samples.recipes

import dev.openidclient.client.OpenIdClient

/** For a function in a cloud, which forgets all between calls: [cached] spares the download of the server's keys. */
fun useCachedKeys(
    client: OpenIdClient,
    cached: String?,
) {
    // Ignored where it is too old. Public keys, but what is written there is trusted: guard the cache against writing.
    cached?.let(client::importJwks)
}

/** To be cached when the work is done; null where no key was needed. */
fun keysToCache(client: OpenIdClient): String? = client.exportJwks()
