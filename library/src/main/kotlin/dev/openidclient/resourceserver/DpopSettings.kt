package dev.openidclient.resourceserver

import dev.openidclient.error.MASK
import dev.openidclient.jose.JwsAlgorithm
import dev.openidclient.metadata.OpenIdClientDsl
import dev.openidclient.tokenstore.InMemoryReplayCache
import dev.openidclient.tokenstore.ReplayCache
import java.time.Duration

/**
 * What a resource server takes for a DPoP proof ([RFC 9449 §4.3](https://www.rfc-editor.org/rfc/rfc9449#section-4.3)).
 * Read once, when the server is made.
 *
 * The page `docs/receiving-tokens.md` shows what several instances share.
 */
@OpenIdClientDsl
public class DpopSettings internal constructor() {
    /**
     * Remembers the proofs that came, so that each is taken once. Several instances share one, or each takes a proof by
     * itself. Default null: an [InMemoryReplayCache] of its own, which has room for 100 000: a proof stays in it for about
     * 2 minutes, with [requireNonce] for 5, so it is enough for some 800 requests a second, or 300. More get 503, until
     * there is a larger one.
     */
    @set:JvmSynthetic // Java has the function
    public var replayCache: ReplayCache? = null

    /** Sets [replayCache] and returns these settings: for Java. */
    public fun replayCache(replayCache: ReplayCache?): DpopSettings = apply { this.replayCache = replayCache }

    /**
     * How far the `iat` of a proof may be from now, beside the tolerance for clocks. Whole seconds, an hour at the most.
     * Default 60 seconds. With [requireNonce] the nonce tells the time, and `iat` is not judged.
     */
    @set:JvmSynthetic // Java has the function
    public var proofLifetime: Duration = Duration.ofSeconds(DEFAULT_LIFETIME_SECONDS)
        set(value) {
            require(value > Duration.ZERO && value <= LONGEST_LIFETIME && value.nano == 0) {
                "proofLifetime must be whole seconds, from 1 second to 1 hour, but is $value"
            }
            field = value
        }

    /** Sets [proofLifetime] and returns these settings: for Java. */
    public fun proofLifetime(proofLifetime: Duration): DpopSettings = apply { this.proofLifetime = proofLifetime }

    internal var algorithms: List<JwsAlgorithm> = DEFAULT_ALGORITHMS
        private set

    internal var isNonceRequired = false
        private set

    internal var nonceSecrets: List<ByteArray>? = null
        private set

    /**
     * The algorithms that a proof may be signed with, as challenges name them too; `EdDSA` and `Ed25519` are one.
     * Default: all of [JwsAlgorithm] but ML-DSA, which must be named.
     */
    public fun algorithms(vararg algorithms: JwsAlgorithm): DpopSettings =
        apply {
            require(algorithms.isNotEmpty()) { "algorithms(…) of dpop { } must name one algorithm at least" }
            this.algorithms = algorithms.distinct()
        }

    /**
     * Every proof must have a nonce of this server ([RFC 9449 §9](https://www.rfc-editor.org/rfc/rfc9449#section-9)): a
     * client without one is told one, and asks again. A nonce is good for 5 minutes and any number of proofs; a new one
     * comes in `dpop-nonce` after half of that. Nothing is stored for it.
     */
    public fun requireNonce(): DpopSettings = apply { isNonceRequired = true }

    /**
     * What nonces are made with: 32 random bytes or more, the same in all instances. Nonces of [previous] are taken too,
     * while all instances change to a new one. Both are copied. Default: random bytes of this instance, whose nonces no
     * other takes.
     */
    @JvmOverloads
    public fun nonceSecrets(
        current: ByteArray,
        previous: ByteArray? = null,
    ): DpopSettings =
        apply {
            nonceSecrets =
                listOfNotNull(current, previous).map { secret ->
                    require(secret.size >= SHORTEST_SECRET) {
                        "a secret for nonces must have $SHORTEST_SECRET bytes at least, but one has ${secret.size}"
                    }
                    secret.copyOf()
                }
        }

    override fun toString(): String = "DpopSettings(nonceSecrets=$MASK)"

    private companion object {
        const val DEFAULT_LIFETIME_SECONDS = 60L
        const val SHORTEST_SECRET = 32

        val LONGEST_LIFETIME: Duration = Duration.ofHours(1)

        /** The smallest signatures come first: a client may take the first that it has. */
        val DEFAULT_ALGORITHMS =
            listOf(
                JwsAlgorithm.ES256,
                JwsAlgorithm.ED25519,
                JwsAlgorithm.EDDSA,
                JwsAlgorithm.ES384,
                JwsAlgorithm.ES512,
                JwsAlgorithm.PS256,
                JwsAlgorithm.PS384,
                JwsAlgorithm.PS512,
                JwsAlgorithm.RS256,
                JwsAlgorithm.RS384,
                JwsAlgorithm.RS512,
            )
    }
}
