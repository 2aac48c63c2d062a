package dev.openidclient.samples.recipes

import dev.openidclient.client.OpenIdClient
import dev.openidclient.clientauth.ClientSecretBasic
import dev.openidclient.jose.DecryptionKey

/**
 * The server encrypts the ID Token for a public key of this client, which it finds in the registered `jwks`. Encrypted
 * UserInfo, introspection and authorization responses are opened with the same keys.
 */
suspend fun clientThatDecrypts(
    issuer: String,
    clientId: String,
    secret: String,
    jwk: String,
): OpenIdClient =
    OpenIdClient.discover(issuer, clientId) {
        authentication = ClientSecretBasic(secret)
        // While a key is being replaced, name both. An ID Token inside is still signed, and checked.
        decryption(listOf(DecryptionKey.fromJwk(jwk)), "A128GCM") // the `enc` that is registered, and no other
    }
