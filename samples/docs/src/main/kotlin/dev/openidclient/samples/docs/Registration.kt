@file:Suppress("ktlint:standard:filename") // the class of Java beside it has that name

package dev.openidclient.samples.docs

import dev.openidclient.agent.ClientIdentities
import dev.openidclient.client.OpenIdClient
import dev.openidclient.clientauth.PrivateKeyJwt
import dev.openidclient.error.RegistrationException
import dev.openidclient.jose.JwkSet
import dev.openidclient.jose.SigningKey
import dev.openidclient.metadata.AuthorizationServerMetadata
import dev.openidclient.metadata.ClientMetadata
import dev.openidclient.registration.RegistrationBuilder
import dev.openidclient.registration.deleteRegistration
import dev.openidclient.registration.readRegistration
import dev.openidclient.registration.register
import dev.openidclient.registration.registration
import dev.openidclient.registration.updateRegistration
import dev.openidclient.tokenstore.TokenCipher
import dev.openidclient.tokenstore.TokenStore

class RegistrationKotlin {
    suspend fun register(
        issuer: String,
        token: String,
        store: (String) -> Unit,
    ): OpenIdClient {
        // region register
        val client =
            OpenIdClient.register(issuer) {
                initialAccessToken = token // where the server wants one
                clientName("Orders")
                redirectUris("https://rp.example.com/callback")
                tokenEndpointAuthMethod("client_secret_basic")
            }
        store(client.metadata.json.toString()) // a secret: it has the client_secret, which is told this once
        // endregion
        return client
    }

    suspend fun again(
        issuer: String,
        stored: String,
    ): OpenIdClient {
        // region again
        val registered = ClientMetadata.parse(stored)
        val client = OpenIdClient.discover(issuer, registered.clientId) { metadata { members(registered) } }
        // endregion
        return client
    }

    suspend fun withKey(
        server: AuthorizationServerMetadata,
        key: SigningKey,
        configure: RegistrationBuilder.() -> Unit,
    ): OpenIdClient {
        // region key
        val client =
            OpenIdClient.register(server) {
                // metadata that is known: nothing is discovered
                redirectUris("https://rp.example.com/callback")
                tokenEndpointAuthMethod("private_key_jwt")
                tokenEndpointAuthSigningAlg("ES256")
                idTokenSignedResponseAlg("ES256") // what is asked for is demanded
                jwks(JwkSet.of(key.publicJwk)) // public keys only; or jwksUri("https://rp.example.com/jwks")
                settings { authentication = PrivateKeyJwt(key) }
                configure()
            }
        // endregion
        return client
    }

    fun identities(
        secret: String,
        store: TokenStore,
        cipher: TokenCipher,
    ): ClientIdentities {
        // region identities
        val identities =
            ClientIdentities {
                registered("https://as.example.com", "s6BhdRkqt3") { clientSecret(secret) }
                metadataDocument("https://app.example.com/oauth/client.json")
                register { clientName("An agent") } // kept, and used again
                store(store, cipher)
            }
        // endregion
        return identities
    }

    // region orphan

    /** Deletes what was registered otherwise than it was asked for, where the server lets it. */
    suspend fun delete(
        server: AuthorizationServerMetadata,
        failure: RegistrationException,
    ) {
        val registered = ClientMetadata(failure.registration)
        OpenIdClient(server, registered.clientId) { metadata { members(registered) } }.use { client ->
            if (client.registration != null) client.deleteRegistration()
        }
    }
    // endregion

    suspend fun manage(
        client: OpenIdClient,
        store: (String) -> Unit,
    ) {
        // region manage
        val updated = client.updateRegistration { clientName("Orders of today") }
        store(updated.metadata.json.toString()) // perhaps with another secret, and another token

        val now = updated.readRegistration() // what the server knows, as after a secret was rotated there
        store(now.metadata.json.toString())

        now.deleteRegistration() // the client is gone, and its tokens with it
        client.close() // the first one: the others share its connections
        // endregion
    }
}
