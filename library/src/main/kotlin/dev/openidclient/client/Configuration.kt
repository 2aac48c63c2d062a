package dev.openidclient.client

import dev.openidclient.clientauth.ClientAuthentication
import dev.openidclient.clientauth.TlsClientAuth
import dev.openidclient.clientauth.defaultClientAuthentication
import dev.openidclient.dpop.Dpop
import dev.openidclient.http.HttpTransport
import dev.openidclient.http.OwnTransport
import dev.openidclient.jose.Decryption
import dev.openidclient.metadata.ClientMetadata
import dev.openidclient.metadata.DiscoveryAlgorithm
import java.time.Duration

/**
 * [ClientSettings], checked together with what the server knows of the client, and fixed. The constructor throws
 * [IllegalArgumentException] where they contradict each other, before it makes a transport.
 */
internal class Configuration(
    val metadata: ClientMetadata,
    /** What the settings name; null: what [metadata] says. */
    val givenAuthentication: ClientAuthentication?,
    val timeout: Duration,
    val time: ProtocolTime,
    val maximumResponseSize: Int,
    val pendingAuthorizationLifetime: Duration,
    val jwksOutageTolerance: Duration,
    val discoveryAlgorithm: DiscoveryAlgorithm,
    val insecureRequestsAllowed: Boolean,
    val nonRepudiation: Boolean,
    val requireSenderConstrained: Boolean,
    /** Whether the transport really presents a client certificate, whatever [metadata] says. */
    val hasClientCertificate: Boolean,
    val responseRules: ResponseRules,
    val decryption: Decryption?,
    val leniency: Leniency,
    val profile: SecurityProfile?,
    private val givenTransport: HttpTransport?,
    makeTransport: () -> OwnTransport,
) {
    val authentication: ClientAuthentication = givenAuthentication ?: defaultClientAuthentication(metadata)

    val responseKind: ResponseKind get() = responseRules.kind

    init {
        require(authentication !is TlsClientAuth || hasClientCertificate) {
            "TlsClientAuth needs the client certificate: set it with tls { } or, for HttpEngine.JAVA, in the system " +
                "property javax.net.ssl.keyStore, or say transportPresentsCertificate() of the given transport"
        }
        leniency.check(profile, requireSenderConstrained && profile == null, responseKind)
        profile?.check(authentication, responseKind, insecureRequestsAllowed, hasClientCertificate, metadata)
    }

    /**
     * RFC 8705 §5: a client that authenticates with a certificate, or has tokens bound to it, goes where the server asks
     * for one. What is bound to the key of [dpop] needs none.
     */
    fun usesMtlsEndpointAliases(dpop: Dpop?): Boolean =
        metadata.useMtlsEndpointAliases ?: (
            authentication is TlsClientAuth || metadata.tlsClientCertificateBoundAccessTokens ||
                (requireSenderConstrained && hasClientCertificate && dpop == null)
        )

    /** What this client made for itself, and closes. */
    val ownTransport: OwnTransport? = if (givenTransport == null) makeTransport() else null

    val transport: HttpTransport = givenTransport ?: checkNotNull(ownTransport)

    /**
     * The same for the client that the server has registered with [metadata]. Throws [IllegalArgumentException] where
     * that contradicts the settings.
     */
    fun registered(metadata: ClientMetadata): Configuration =
        Configuration(
            metadata,
            givenAuthentication,
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
            responseRules,
            decryption,
            leniency,
            profile,
            givenTransport,
            makeTransport = { checkNotNull(ownTransport) },
        )
}
