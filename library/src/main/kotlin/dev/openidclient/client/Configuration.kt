package dev.openidclient.client

import dev.openidclient.clientauth.ClientAuthentication
import dev.openidclient.clientauth.TlsClientAuth
import dev.openidclient.clientauth.defaultClientAuthentication
import dev.openidclient.dpop.Dpop
import dev.openidclient.jose.Decryption
import dev.openidclient.metadata.ClientMetadata
import dev.openidclient.metadata.DiscoveryAlgorithm
import java.time.Duration

/**
 * [ClientSettings], checked together with what the server knows of the client, and fixed. The constructor throws
 * [IllegalArgumentException] where they contradict each other, before it makes a connection.
 */
internal class Configuration(
    val metadata: ClientMetadata,
    private val given: GivenSettings,
    private val rules: ClientRules,
    traits: ConnectionTraits,
    /** Whether the connection is this client's alone, to be closed with it. */
    val ownsConnection: Boolean,
    /** Null: these metadata are kept. */
    val doubt: MetadataDoubt? = null,
    makeConnection: () -> Connection,
) {
    val givenAuthentication: ClientAuthentication? get() = given.authentication
    val pendingAuthorizationLifetime: Duration get() = given.pendingAuthorizationLifetime
    val jwksOutageTolerance: Duration get() = given.jwksOutageTolerance
    val discoveryAlgorithm: DiscoveryAlgorithm get() = given.discoveryAlgorithm
    val askedIssuer: String? get() = given.askedIssuer
    val decryption: Decryption? get() = given.decryption
    val responseRules: ResponseRules get() = rules.response
    val responseKind: ResponseKind get() = responseRules.kind
    val nonRepudiation: Boolean get() = rules.nonRepudiation
    val requireSenderConstrained: Boolean get() = rules.requireSenderConstrained
    val leniency: Leniency get() = rules.leniency
    val profile: SecurityProfile? get() = rules.profile

    val authentication: ClientAuthentication = givenAuthentication ?: defaultClientAuthentication(metadata)

    init {
        require(authentication !is TlsClientAuth || traits.hasClientCertificate) {
            "TlsClientAuth needs the client certificate: set it with tls { } or, for HttpEngine.JAVA, in the system " +
                "property javax.net.ssl.keyStore, or say transportPresentsCertificate() of the given transport"
        }
        leniency.check(profile, requireSenderConstrained && profile == null, responseKind)
        profile?.check(authentication, responseKind, traits, metadata)
    }

    val connection: Connection = makeConnection()

    val hasClientCertificate: Boolean get() = connection.traits.hasClientCertificate

    /**
     * RFC 8705 §5: a client that authenticates with a certificate, or has tokens bound to it, goes where the server asks
     * for one. What is bound to the key of [dpop] needs none.
     */
    fun usesMtlsEndpointAliases(dpop: Dpop?): Boolean =
        metadata.useMtlsEndpointAliases ?: (
            authentication is TlsClientAuth || metadata.tlsClientCertificateBoundAccessTokens ||
                (requireSenderConstrained && hasClientCertificate && dpop == null)
        )

    /**
     * The same for the client that the server has registered with [metadata]. Throws [IllegalArgumentException] where
     * that contradicts the settings.
     */
    fun registered(
        metadata: ClientMetadata,
        ownsConnection: Boolean = this.ownsConnection,
    ): Configuration = Configuration(metadata, given, rules, connection.traits, ownsConnection, doubt) { connection }

    /** Throws [IllegalArgumentException] where the profile does not allow what the key of [dpop] signs with. */
    fun checkDpop(dpop: Dpop) {
        profile?.checkAlgorithm("DPoP proofs must be signed with", dpop.key.algorithm.identifier)
    }

    /** Closes the connection, unless others share it. */
    fun close() {
        if (ownsConnection) connection.close()
    }
}

/** What a client was given to work with. */
internal class GivenSettings(
    /** Null: what the client metadata says. */
    val authentication: ClientAuthentication?,
    val decryption: Decryption?,
    val discoveryAlgorithm: DiscoveryAlgorithm,
    val pendingAuthorizationLifetime: Duration,
    val jwksOutageTolerance: Duration,
    /** As a server is asked for that is discovered later; null: the client was made at once. */
    val askedIssuer: String?,
)

/** What a client demands of its server, and where it demands less than others. */
internal class ClientRules(
    val response: ResponseRules,
    val nonRepudiation: Boolean,
    val requireSenderConstrained: Boolean,
    val leniency: Leniency,
    val profile: SecurityProfile?,
)
