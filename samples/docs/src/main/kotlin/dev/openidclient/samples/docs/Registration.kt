@file:Suppress("ktlint:standard:filename") // the class of Java beside it has that name

package dev.openidclient.samples.docs

import dev.openidclient.client.ClientSettings
import dev.openidclient.client.OpenIdClient
import dev.openidclient.clientauth.PrivateKeyJwt
import dev.openidclient.error.RegistrationException
import dev.openidclient.jose.JwkSet
import dev.openidclient.jose.SigningKey
import dev.openidclient.metadata.AuthorizationServerMetadata
import dev.openidclient.metadata.ClientMetadata
import dev.openidclient.registration.RegistrationBuilder
import dev.openidclient.registration.register
import dev.openidclient.resource.resource
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.jsonPrimitive

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

    // region orphan

    /** Deletes what was registered otherwise than it was asked for, where the server lets it (RFC 7592 §2.3). */
    suspend fun delete(
        server: AuthorizationServerMetadata,
        failure: RegistrationException,
        configure: ClientSettings.() -> Unit = {},
    ): Boolean {
        val registration: JsonObject = failure.registration
        val uri = registration["registration_client_uri"]?.jsonPrimitive?.content ?: return false
        val token = registration["registration_access_token"]?.jsonPrimitive?.content ?: return false
        val clientId = registration.getValue("client_id").jsonPrimitive.content
        return OpenIdClient(server, clientId, configure).use { client ->
            client.resource(uri, token) { method = "DELETE" }.status == 204
        }
    }
    // endregion
}
