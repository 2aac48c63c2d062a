@file:Suppress("ktlint:standard:filename") // the class of Java beside it has that name

package dev.openidclient.samples.docs

import dev.openidclient.agent.identityAssertion
import dev.openidclient.agent.jwtBearerGrant
import dev.openidclient.client.OpenIdClient
import dev.openidclient.clientauth.Audience
import dev.openidclient.clientauth.ClientAssertion
import dev.openidclient.clientauth.PrivateKeyJwt
import dev.openidclient.error.ResponseBodyException
import dev.openidclient.jose.SigningKey
import dev.openidclient.metadata.DraftSpecification
import dev.openidclient.resource.AccessChallenge
import dev.openidclient.token.TokenResponse
import java.nio.file.Path

class WorkloadIdentityKotlin {
    suspend fun kubernetes(
        issuer: String,
        clientId: String,
    ): OpenIdClient {
        // region file
        val client =
            OpenIdClient.discover(issuer, clientId) {
                authentication = ClientAssertion.fromFile(Path.of("/var/run/secrets/tokens/as.example.com"))
            }
        // endregion
        return client
    }

    suspend fun federated(
        issuer: String,
        clientId: String,
        tokenOf: suspend (String) -> String,
    ): OpenIdClient {
        // region source
        val client =
            OpenIdClient.discover(issuer, clientId) {
                authentication = ClientAssertion.from { tokenOf("api://AzureADTokenExchange") }
            }
        // endregion
        return client
    }

    suspend fun endpoint(
        issuer: String,
        clientId: String,
        key: SigningKey,
    ): OpenIdClient {
        // region endpoint
        val client =
            OpenIdClient.discover(issuer, clientId) {
                authentication = PrivateKeyJwt(key, Audience.ENDPOINT)
            }
        // endregion
        return client
    }

    // region identity
    @OptIn(DraftSpecification::class)
    suspend fun access(
        company: OpenIdClient, // the client that the person signed in with
        tokens: TokenResponse,
        other: OpenIdClient, // this program's client of the other server
    ): TokenResponse {
        val assertion = company.identityAssertion(tokens, other.server.issuer) { scope("files:read") }
        return other.jwtBearerGrant(assertion)
    }
    // endregion

    // region stepup

    /** What the person must do before the provider issues an assertion; null: it refuses for another reason. */
    fun wanted(refused: ResponseBodyException): List<String>? = AccessChallenge.of(refused)?.acrValues
    // endregion
}
