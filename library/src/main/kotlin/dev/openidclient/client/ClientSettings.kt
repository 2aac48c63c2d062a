package dev.openidclient.client

import dev.openidclient.clientauth.ClientAuthentication
import dev.openidclient.clientauth.defaultClientAuthentication
import dev.openidclient.http.HttpEngine
import dev.openidclient.http.HttpRequest
import dev.openidclient.http.HttpTransport
import dev.openidclient.http.KtorTransport
import dev.openidclient.metadata.ClientMetadata
import dev.openidclient.metadata.ClientMetadataBuilder
import dev.openidclient.metadata.DiscoveryAlgorithm
import dev.openidclient.metadata.OpenIdClientDsl
import java.time.Clock
import java.time.Duration
import java.util.function.Consumer

/** The settings of an [OpenIdClient]. Read once, when the client is made; later changes have no effect. */
@OpenIdClientDsl
public class ClientSettings internal constructor() {
    /**
     * How the client authenticates. Default: what the client metadata's `token_endpoint_auth_method` names if the
     * `client_secret` suffices for it, else `client_secret_post` with a secret, else `none`.
     */
    public var authentication: ClientAuthentication? = null

    /** The time that one HTTP request may take, with the body of the answer. Default 30 seconds; zero: no limit. */
    public var timeout: Duration = Duration.ofSeconds(DEFAULT_TIMEOUT_SECONDS)

    /** Sends all requests. The client does not close it. Default: a Ktor client of [engine], closed with the client. */
    public var transport: HttpTransport? = null

    /** The engine that the client makes for itself where no [transport] is given. Default [HttpEngine.AUTOMATIC]. */
    public var engine: HttpEngine = HttpEngine.AUTOMATIC

    /** Where the time comes from. Default: the system's clock. */
    public var clock: Clock = Clock.systemUTC()

    /** Added to the clock's time: positive where this machine's clock is behind. Whole seconds. Default zero. */
    public var clockSkew: Duration = Duration.ZERO

    /** How far the clocks may be apart when times are checked. Whole seconds, not negative. Default 30 seconds. */
    public var clockTolerance: Duration = Duration.ofSeconds(DEFAULT_TOLERANCE_SECONDS)

    /** The most bytes of an answer's body that are read; a longer one is an error. Default 1 MiB. */
    public var maximumResponseSize: Int = HttpRequest.DEFAULT_MAXIMUM_RESPONSE_SIZE

    /** How long after the authorization request its callback is taken. Default 1 hour. */
    public var pendingAuthorizationLifetime: Duration = Duration.ofHours(1)

    /**
     * How much longer than the ordinary 5 minutes the known keys of the server stay usable, for the `kid`s that are known,
     * while its JWK Set cannot be downloaded. Default zero: not at all.
     */
    public var jwksOutageTolerance: Duration = Duration.ZERO

    /** Which document discovery asks for. Default [DiscoveryAlgorithm.OIDC]. Without effect on a client from given metadata. */
    public var discoveryAlgorithm: DiscoveryAlgorithm = DiscoveryAlgorithm.OIDC

    private val metadataBuilder = ClientMetadataBuilder()
    private var insecureRequestsAllowed = false
    private var nonRepudiation = false

    /** What the server knows of this client. */
    @JvmSynthetic // hidden from Java, where a lambda would fit both
    public fun metadata(configure: ClientMetadataBuilder.() -> Unit): ClientSettings {
        metadataBuilder.configure()
        return this
    }

    /** What the server knows of this client: for Java. */
    public fun metadata(configure: Consumer<ClientMetadataBuilder>): ClientSettings = metadata { configure.accept(this) }

    /** Short for `metadata { clientSecret(secret) }`. */
    public fun clientSecret(secret: String): ClientSettings = metadata { clientSecret(secret) }

    /** Permits `http` URLs: for tests. There is no other exemption from `https`, also not for localhost. */
    @InsecureRequests
    public fun allowInsecureRequests(): ClientSettings {
        insecureRequestsAllowed = true
        return this
    }

    /**
     * Verifies the signatures of the JWTs that come straight from the server over TLS too: ID Tokens of the token endpoint and
     * UserInfo. Those that come through the browser are always verified.
     */
    public fun nonRepudiationChecks(): ClientSettings {
        nonRepudiation = true
        return this
    }

    internal fun build(clientId: String): Configuration {
        require(!timeout.isNegative) { "the timeout must not be negative, but is $timeout" }
        require(!clockTolerance.isNegative) { "the clock tolerance must not be negative, but is $clockTolerance" }
        require(maximumResponseSize > 0) { "the maximum response size must be positive, but is $maximumResponseSize" }
        require(!pendingAuthorizationLifetime.isNegative && !pendingAuthorizationLifetime.isZero) {
            "the lifetime of a pending authorization must be positive, but is $pendingAuthorizationLifetime"
        }
        require(!jwksOutageTolerance.isNegative) { "the JWKS outage tolerance must not be negative, but is $jwksOutageTolerance" }
        val metadata = metadataBuilder.build(clientId)
        return Configuration(
            metadata = metadata,
            authentication = authentication ?: defaultClientAuthentication(metadata),
            timeout = timeout,
            time = ProtocolTime(clock, clockSkew.seconds, clockTolerance.seconds),
            maximumResponseSize = maximumResponseSize,
            pendingAuthorizationLifetime = pendingAuthorizationLifetime,
            jwksOutageTolerance = jwksOutageTolerance,
            discoveryAlgorithm = discoveryAlgorithm,
            insecureRequestsAllowed = insecureRequestsAllowed,
            nonRepudiation = nonRepudiation,
            ownTransport = if (transport == null) KtorTransport(engine) else null,
            givenTransport = transport,
        )
    }

    private companion object {
        const val DEFAULT_TIMEOUT_SECONDS = 30L
        const val DEFAULT_TOLERANCE_SECONDS = 30L
    }
}

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
    /** What this client made for itself, and closes. */
    val ownTransport: KtorTransport?,
    givenTransport: HttpTransport?,
) {
    val transport: HttpTransport = givenTransport ?: checkNotNull(ownTransport)
}
