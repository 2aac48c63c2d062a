@file:Suppress("ktlint:standard:filename") // the class of Java beside it has that name

package dev.openidclient.samples.docs

import dev.openidclient.client.InsecureRequests
import dev.openidclient.client.OpenIdClient

class TestingKotlin {
    // region insecure
    @OptIn(InsecureRequests::class)
    suspend fun testClient(issuer: String): OpenIdClient =
        OpenIdClient.discover(issuer, "s6BhdRkqt3") { allowInsecureRequests() }
    // endregion
}
