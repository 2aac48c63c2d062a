package dev.openidclient.resourceserver

import dev.openidclient.client.ClientSettings
import dev.openidclient.clientauth.ClientAuthentication
import dev.openidclient.jose.JwsAlgorithm
import dev.openidclient.metadata.AuthorizationServerMetadata
import dev.openidclient.metadata.DiscoveryAlgorithm
import dev.openidclient.metadata.OpenIdClientDsl
import java.time.Duration
import java.util.function.Consumer

/**
 * What a [ResourceServer] knows of one authorization server, and takes of it. By default its access tokens are JWTs as
 * [RFC 9068](https://www.rfc-editor.org/rfc/rfc9068) has them, and its keys are found by discovery.
 *
 * The page `docs/receiving-tokens.md` shows what to set for which server.
 */
@OpenIdClientDsl
public class IssuerSettings internal constructor() {
    /** Which document discovery asks for. Default [DiscoveryAlgorithm.OIDC]. */
    @set:JvmSynthetic // Java has the function
    public var discoveryAlgorithm: DiscoveryAlgorithm = DiscoveryAlgorithm.OIDC

    /** Sets [discoveryAlgorithm] and returns these settings: for Java. */
    public fun discoveryAlgorithm(discoveryAlgorithm: DiscoveryAlgorithm): IssuerSettings =
        apply { this.discoveryAlgorithm = discoveryAlgorithm }

    /**
     * What the server says of itself: then it is not asked for that, only for its keys. It must name this issuer.
     * Default null: it is discovered when the first token of it comes, and anew as that grows old.
     */
    @set:JvmSynthetic // Java has the function
    public var metadata: AuthorizationServerMetadata? = null

    /** Sets [metadata] and returns these settings: for Java. */
    public fun metadata(metadata: AuthorizationServerMetadata?): IssuerSettings = apply { this.metadata = metadata }

    /** The same from the text of the document, as [AuthorizationServerMetadata.parse] takes it. */
    public fun metadata(json: String): IssuerSettings = metadata(AuthorizationServerMetadata.parse(json))

    /**
     * How much longer than the ordinary 5 minutes the known keys of the server stay usable, for the `kid`s that are
     * known, while its JWK Set cannot be downloaded. Default zero: not at all.
     */
    @set:JvmSynthetic // Java has the function
    public var jwksOutageTolerance: Duration = Duration.ZERO

    /** Sets [jwksOutageTolerance] and returns these settings: for Java. */
    public fun jwksOutageTolerance(jwksOutageTolerance: Duration): IssuerSettings =
        apply { this.jwksOutageTolerance = jwksOutageTolerance }

    private var algorithms: Set<JwsAlgorithm> = JwsAlgorithm.values().toSet()
    private val missing = LinkedHashSet<String>()
    private var isUntypedAccepted = false
    private var scopeClaim: String? = null
    private var introspection: IntrospectionClient? = null
    private var ttl = Duration.ZERO
    private var staleOnOutage = Duration.ZERO
    private var isAudienceRequired = false

    /**
     * The `alg` that access tokens may have; `EdDSA` and `Ed25519` are one. Default: all of [JwsAlgorithm], of which the
     * keys of the server choose. `none` and HMACs are never taken. Throws [IllegalArgumentException] where there is none.
     */
    public fun algorithms(vararg algorithms: JwsAlgorithm): IssuerSettings {
        require(algorithms.isNotEmpty()) { "algorithms(…) needs an algorithm at least" }
        val named = algorithms.toSet()
        this.algorithms = if (named.any { it in ED25519 }) named + ED25519 else named
        return this
    }

    /**
     * Access tokens may say nothing of their kind, or that they are a `JWT` (`typ`), as those of Microsoft Entra ID,
     * Amazon Cognito and, by default, Keycloak do. Those that look like an ID Token are refused all the same: with
     * `nonce` or `at_hash`.
     */
    public fun acceptUntyped(): IssuerSettings = apply { isUntypedAccepted = true }

    /**
     * Access tokens may lack [claims], of `sub`, `client_id`, `iat` and `jti`; those that are there are checked. Another
     * call adds to the earlier ones. Throws [IllegalArgumentException] for others: without `iss`, `exp` or `aud` no token
     * can be judged.
     */
    public fun acceptMissing(vararg claims: String): IssuerSettings {
        val needed = claims.filter { it !in AccessTokenValidation.OPTIONAL }
        require(needed.isEmpty()) {
            "acceptMissing(…) takes ${AccessTokenValidation.OPTIONAL.joinToString()}, not ${needed.joinToString()}"
        }
        missing += claims
        return this
    }

    /** The claim that has the scopes, as text or as an array: `scp`. Default: `scope`, as text. */
    public fun scopeClaim(name: String): IssuerSettings {
        require(name.isNotEmpty()) { "scopeClaim(…) needs the name of a claim" }
        return apply { scopeClaim = name }
    }

    /**
     * The server is asked about each of its tokens ([RFC 7662](https://www.rfc-editor.org/rfc/rfc7662)), as the client
     * [clientId] that it knows this resource server by; also about those that are JWTs. One issuer at the most has this,
     * for nothing says whose an opaque token is. [configure] says what else the server knows of that client, as
     * `introspection_signed_response_alg`.
     */
    @JvmSynthetic // hidden from Java, where a lambda would fit both
    public fun introspection(
        clientId: String,
        authentication: ClientAuthentication,
        configure: ClientSettings.() -> Unit,
    ): IssuerSettings = apply { introspection = IntrospectionClient(clientId, authentication, configure) }

    /** The same with settings for Java. */
    public fun introspection(
        clientId: String,
        authentication: ClientAuthentication,
        configure: Consumer<ClientSettings>,
    ): IssuerSettings = introspection(clientId, authentication) { configure.accept(this) }

    /** The same with nothing else to say of the client. */
    public fun introspection(
        clientId: String,
        authentication: ClientAuthentication,
    ): IssuerSettings = introspection(clientId, authentication) {}

    /**
     * What the server answers to [introspection] is kept for [ttl], and not beyond `exp`; that a token is not active for
     * 5 seconds at the most. A token that is revoked meanwhile is still taken. Default zero: nothing is kept.
     */
    public fun cache(ttl: Duration): IssuerSettings {
        require(!ttl.isNegative) { "the time of cache(…) must not be negative, but is $ttl" }
        return apply { this.ttl = ttl }
    }

    /**
     * What [cache] keeps serves for [duration] more while the server cannot be reached, and not beyond `exp`. For 5
     * seconds after a failure whoever can be served so does not wait for the server. Default zero: not at all.
     */
    public fun staleOnOutage(duration: Duration): IssuerSettings {
        require(!duration.isNegative) { "the time of staleOnOutage(…) must not be negative, but is $duration" }
        return apply { staleOnOutage = duration }
    }

    /**
     * A token is refused of which [introspection] names no `aud`. Default: it is taken, as many servers name none, unless
     * the resource server has several names ([ResourceServerSettings.audience]).
     */
    public fun requireAudience(): IssuerSettings = apply { isAudienceRequired = true }

    internal val introspectingClient: IntrospectionClient? get() = introspection

    internal fun rules(): AccessTokenRules =
        AccessTokenRules(algorithms, isUntypedAccepted, AccessTokenValidation.required(missing), scopeClaim)

    internal fun introspectionRules(audiences: Set<String>): IntrospectionRules =
        IntrospectionRules(audiences, isAudienceRequired || audiences.size > 1, ttl, staleOnOutage)

    /** Throws [IllegalArgumentException] where these settings of [issuer] contradict themselves. */
    internal fun check(issuer: String) {
        require(metadata == null || metadata?.issuer == issuer) {
            "the metadata given for the issuer \"$issuer\" are of \"${metadata?.issuer}\""
        }
        val isOfIntrospection = !ttl.isZero || !staleOnOutage.isZero || isAudienceRequired
        require(introspection != null || !isOfIntrospection) {
            "cache(…), staleOnOutage(…) and requireAudience() of the issuer \"$issuer\" belong to introspection(…)"
        }
    }

    private companion object {
        val ED25519 = setOf(JwsAlgorithm.ED25519, JwsAlgorithm.EDDSA)
    }
}

/** As whom a resource server asks about tokens. */
internal class IntrospectionClient(
    val clientId: String,
    val authentication: ClientAuthentication,
    val configure: ClientSettings.() -> Unit,
)
