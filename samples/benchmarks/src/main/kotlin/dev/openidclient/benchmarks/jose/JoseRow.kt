package dev.openidclient.benchmarks.jose

import dev.openidclient.benchmarks.measure.Metric
import dev.openidclient.benchmarks.measure.Target

/** A row of the table: one operation with one algorithm. */
enum class JoseRow(
    private val operation: Operation,
    val algorithm: String,
    /** The share of the raw signature's throughput that the library must reach with the JDK's cryptography. */
    val leastShare: Double,
) {
    ID_TOKEN_RS256(Operation.ID_TOKEN, "RS256", 0.80),
    ID_TOKEN_PS256(Operation.ID_TOKEN, "PS256", 0.85),
    ID_TOKEN_ES256(Operation.ID_TOKEN, "ES256", 0.95),
    ID_TOKEN_ED25519(Operation.ID_TOKEN, "Ed25519", 0.90),
    ACCESS_TOKEN_RS256(Operation.ACCESS_TOKEN, "RS256", 0.90),
    ACCESS_TOKEN_ES256(Operation.ACCESS_TOKEN, "ES256", 0.90),
    ACCESS_TOKEN_ED25519(Operation.ACCESS_TOKEN, "Ed25519", 0.90),
    BOUND_TOKEN_ES256(Operation.BOUND_TOKEN, "ES256", 0.90),
    DPOP_ES256(Operation.DPOP, "ES256", 0.95),
    ASSERTION_RS256(Operation.ASSERTION, "RS256", 0.95),
    ASSERTION_ES256(Operation.ASSERTION, "ES256", 0.95),
    ;

    private enum class Operation(
        val title: String,
        val floor: JoseSubject,
        val library: JoseSubject,
        val peers: List<JoseSubject>,
        val peerOnNode: String = JOSE_ON_NODE,
    ) {
        ID_TOKEN(
            "ID Token validation",
            JoseSubject.RAW_VERIFY,
            JoseSubject.ID_TOKEN,
            listOf(JoseSubject.SPRING_ID_TOKEN, JoseSubject.NIMBUS_ID_TOKEN),
        ),
        ACCESS_TOKEN(
            "Access token validation",
            JoseSubject.RAW_VERIFY_ACCESS_TOKEN,
            JoseSubject.ACCESS_TOKEN,
            listOf(JoseSubject.SPRING_ACCESS_TOKEN),
            OAUTH4WEBAPI_ON_NODE,
        ),
        BOUND_TOKEN(
            "Access token and DPoP proof validation",
            JoseSubject.RAW_VERIFY_BOTH,
            JoseSubject.BOUND_TOKEN,
            emptyList(),
            OAUTH4WEBAPI_ON_NODE,
        ),
        DPOP("DPoP proof", JoseSubject.RAW_SIGN, JoseSubject.DPOP, listOf(JoseSubject.NIMBUS_DPOP)),
        ASSERTION(
            "private_key_jwt assertion",
            JoseSubject.RAW_SIGN,
            JoseSubject.ASSERTION,
            listOf(JoseSubject.NIMBUS_ASSERTION),
        ),
    }

    val title: String get() = "${operation.title}, $algorithm"
    val floor: JoseSubject get() = operation.floor
    val library: JoseSubject get() = operation.library
    val peerOnNode: String get() = operation.peerOnNode

    /** Whether it is about a request that an API judges. */
    val isReceived: Boolean get() = operation == Operation.ACCESS_TOKEN || operation == Operation.BOUND_TOKEN

    /** Neither peer takes Ed25519 without one more library. */
    val peers: List<JoseSubject> get() = if (algorithm == "Ed25519") emptyList() else operation.peers
}

/** JDK 17 is what the gain by a provider is told against. */
private const val JDK_OF_GAIN = 17
private const val LEAST_GAIN = 15.0
private const val LEAST_SHARE_OF_ACCP = 0.85

/** What the library must reach in this suite, on the JDK of the feature release [jdk]. */
internal fun targets(jdk: Int = Runtime.version().feature()): List<Target> =
    JoseRow.entries.map { throughput(it, it.leastShare, CryptoProviders.JDK, null) } +
        listOfNotNull(
            throughput(
                JoseRow.ID_TOKEN_ES256,
                LEAST_GAIN,
                CryptoProviders.ACCP,
                Target.Reference(OPENID_CLIENT, parameters = CryptoProviders.JDK.parameters),
            ).takeIf { jdk == JDK_OF_GAIN },
            throughput(
                JoseRow.ID_TOKEN_ES256,
                1.0,
                CryptoProviders.ACCP,
                Target.Reference(JOSE_ON_NODE, parameters = emptyMap()),
            ),
        ) + JoseRow.entries.filter { it.isReceived }.flatMap(::ofReceived)

/** What the receiving side must reach beside that. */
private fun ofReceived(row: JoseRow): List<Target> =
    listOfNotNull(
        throughput(row, LEAST_SHARE_OF_ACCP, CryptoProviders.ACCP, null)
            .takeIf { row.library == JoseSubject.ACCESS_TOKEN },
        throughput(row, 1.0, CryptoProviders.ACCP, Target.Reference(row.peerOnNode, parameters = emptyMap())),
    ) +
        row.peers.map {
            val reference = Target.Reference(it.title, parameters = CryptoProviders.JDK.parameters)
            throughput(row, 1.0, CryptoProviders.JDK, reference)
        }

private fun throughput(
    row: JoseRow,
    bound: Double,
    provider: CryptoProviders,
    against: Target.Reference?,
) = Target(
    row.title,
    OPENID_CLIENT,
    Metric.OPERATIONS_PER_SECOND,
    Target.Relation.RATIO,
    Target.Rule.AT_LEAST,
    bound,
    provider.parameters,
    against,
)
