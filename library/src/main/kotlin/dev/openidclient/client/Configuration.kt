package dev.openidclient.client

import dev.openidclient.clientauth.ClientAuthentication
import dev.openidclient.http.HttpTransport
import dev.openidclient.http.OwnTransport
import dev.openidclient.jose.Decryption
import dev.openidclient.metadata.ClientMetadata
import dev.openidclient.metadata.DiscoveryAlgorithm
import java.time.Duration

/** [ClientSettings], checked and fixed. */
internal class Configuration(
    val metadata: ClientMetadata,
    val authentication: ClientAuthentication,
    val timeout: Duration,
    val time: ProtocolTime,
    val maximumResponseSize: Int,
    val pendingAuthorizationLifetime: Duration,
    val jwksOutageTolerance: Duration,
    val discoveryAlgorithm: DiscoveryAlgorithm,
    val insecureRequestsAllowed: Boolean,
    val nonRepudiation: Boolean,
    val requireSenderConstrained: Boolean,
    val hasClientCertificate: Boolean,
    val responseKind: ResponseKind,
    val detachedSignature: Boolean,
    val decryption: Decryption?,
    val profile: SecurityProfile?,
    /** What this client made for itself, and closes. */
    val ownTransport: OwnTransport?,
    private val givenTransport: HttpTransport?,
) {
    val transport: HttpTransport = givenTransport ?: checkNotNull(ownTransport)

    /** The same for a client that has just been registered. */
    fun registered(
        metadata: ClientMetadata,
        authentication: ClientAuthentication,
    ): Configuration =
        Configuration(
            metadata,
            authentication,
            timeout,
            time,
            maximumResponseSize,
            pendingAuthorizationLifetime,
            jwksOutageTolerance,
            discoveryAlgorithm,
            insecureRequestsAllowed,
            nonRepudiation,
            requireSenderConstrained,
            hasClientCertificate,
            responseKind,
            detachedSignature,
            decryption,
            profile,
            ownTransport,
            givenTransport,
        )
}
