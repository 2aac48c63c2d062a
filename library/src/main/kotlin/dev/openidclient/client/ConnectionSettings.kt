package dev.openidclient.client

import dev.openidclient.event.ClientListener
import dev.openidclient.event.Listeners
import dev.openidclient.http.HttpEngine
import dev.openidclient.http.HttpRequest
import dev.openidclient.http.HttpTransport
import dev.openidclient.http.OriginMapping
import dev.openidclient.http.ProxySettings
import dev.openidclient.http.TlsSettings
import dev.openidclient.http.mapped
import dev.openidclient.http.mapping
import dev.openidclient.http.opened
import dev.openidclient.metadata.OpenIdClientDsl
import java.time.Clock
import java.time.Duration
import java.util.function.Consumer
import java.util.function.Predicate

/** The settings of a [Connection] that is opened for several clients. Read once, when it is opened. */
public class ConnectionSettings internal constructor() : SendingSettings<ConnectionSettings>() {
    override fun self(): ConnectionSettings = this

    internal fun open(): Connection {
        checkSending()
        return open(traits())
    }
}

/**
 * How requests are sent, by whomever: what [ClientSettings] and [ConnectionSettings] have in common. [S] is the settings
 * themselves, so that calls chain.
 */
@OpenIdClientDsl
public abstract class SendingSettings<S : SendingSettings<S>> internal constructor() {
    /** What was said, by the name of its setting, whatever its value is. */
    internal val sendingNames: MutableSet<String> = LinkedHashSet()

    /** The time that one HTTP request may take, with the body of the answer. Default 30 seconds; zero: no limit. */
    @set:JvmSynthetic // Java has the function
    public var timeout: Duration = Duration.ofSeconds(DEFAULT_TIMEOUT_SECONDS)
        set(value) = named("timeout") { field = value }

    /** Sets [timeout] and returns these settings: for Java. */
    public fun timeout(timeout: Duration): S = self().also { this.timeout = timeout }

    /**
     * Sends all requests. Nobody here closes it. Default: one of [engine], closed with the client or connection. That
     * has threads and connections of its own: several clients are given one that [HttpEngine.open] made, or a
     * [Connection].
     */
    @set:JvmSynthetic // Java has the function
    public var transport: HttpTransport? = null
        set(value) = named("transport") { field = value }

    /** Sets [transport] and returns these settings: for Java. */
    public fun transport(transport: HttpTransport?): S = self().also { this.transport = transport }

    /** The engine that is made where no [transport] is given. Default [HttpEngine.AUTOMATIC]. */
    @set:JvmSynthetic // Java has the function
    public var engine: HttpEngine = HttpEngine.AUTOMATIC
        set(value) = named("engine") { field = value }

    /** Sets [engine] and returns these settings: for Java. */
    public fun engine(engine: HttpEngine): S = self().also { this.engine = engine }

    /** Where the time comes from. Default: the system's clock. */
    @set:JvmSynthetic // Java has the function
    public var clock: Clock = Clock.systemUTC()
        set(value) = named("clock") { field = value }

    /** Sets [clock] and returns these settings: for Java. */
    public fun clock(clock: Clock): S = self().also { this.clock = clock }

    /**
     * Added to the clock's time: positive where this machine's clock is behind. Whole seconds, a day at the most.
     * Default zero.
     */
    @set:JvmSynthetic // Java has the function
    public var clockSkew: Duration = Duration.ZERO
        set(value) = named("clockSkew") { field = value }

    /** Sets [clockSkew] and returns these settings: for Java. */
    public fun clockSkew(clockSkew: Duration): S = self().also { this.clockSkew = clockSkew }

    /**
     * How far the clocks may be apart when times are checked. Whole seconds, not negative, a day at the most. Default
     * 30 seconds.
     */
    @set:JvmSynthetic // Java has the function
    public var clockTolerance: Duration = Duration.ofSeconds(DEFAULT_TOLERANCE_SECONDS)
        set(value) = named("clockTolerance") { field = value }

    /** Sets [clockTolerance] and returns these settings: for Java. */
    public fun clockTolerance(clockTolerance: Duration): S = self().also { this.clockTolerance = clockTolerance }

    /** The most bytes of an answer's body that are read; a longer one is an error. Default 1 MiB. */
    @set:JvmSynthetic // Java has the function
    public var maximumResponseSize: Int = HttpRequest.DEFAULT_MAXIMUM_RESPONSE_SIZE
        set(value) = named("maximumResponseSize") { field = value }

    /** Sets [maximumResponseSize] and returns these settings: for Java. */
    public fun maximumResponseSize(maximumResponseSize: Int): S =
        self().also { this.maximumResponseSize = maximumResponseSize }

    /**
     * Asked before each request to a URL that came from the network: the endpoints and the `jwks_uri` that a server
     * named, with their query; not the issuer and the protected resource, which the program gave. Where it says false
     * nothing is sent, and the call ends with a [dev.openidclient.error.MetadataException]
     * (`OAUTH_HTTP_REQUEST_FORBIDDEN`). For programs whose issuers come from outside, which must not reach what is behind
     * their firewall ([RFC 9728 §7.7](https://www.rfc-editor.org/rfc/rfc9728#section-7.7)). Default: all.
     */
    @set:JvmSynthetic // Java has the function
    public var permitUrl: Predicate<String> = ALL
        set(value) = named("permitUrl") { field = value }

    /** Sets [permitUrl] and returns these settings: `permitUrl { url -> … }`, and for Java. */
    public fun permitUrl(permitUrl: Predicate<String>): S = self().also { this.permitUrl = permitUrl }

    private val listeners = mutableListOf<ClientListener>()
    private var insecureRequestsAllowed = false
    private var certificatePresented = false
    private var tls: TlsSettings? = null
    private var proxy: ProxySettings? = null
    private var mapping = OriginMapping.NONE

    /** Adds [listener] to those that hear of every request, and of what becomes of tokens; there may be several. */
    public fun listener(listener: ClientListener): S = self().also { named("listener(…)") { listeners += listener } }

    /**
     * Sends requests for the origin [from], as `https://id.example.com`, to [to], as `https://keycloak.internal:8443`: for
     * a server that has another address here than for browsers. Scheme, host and port are compared exactly; path and query
     * stay. TLS checks the certificate for [to], and the server gets that name in `Host`. All else has the public URL: the
     * issuer and all that is checked against it, `htu` of DPoP proofs and `aud` of assertions, [permitUrl], listeners, and
     * what the browser is sent to, which no request of this client is. May be called again for another origin.
     *
     * Throws [IllegalArgumentException] where one of them is more than an origin, [to] is `http`
     * ([mapOriginInsecure] permits it), [from] is mapped already, or one that is mapped would be mapped to. The page
     * `docs/split-horizon.md` shows it.
     */
    public fun mapOrigin(
        from: String,
        to: String,
    ): S = map(from, to, insecureAllowed = false)

    /**
     * The same, where [to] may be `http`: to that origin tokens and secrets then go as plain text, so that the network
     * between must be trusted. No other URL may be `http` for this. A security profile refuses it.
     */
    @InsecureRequests
    public fun mapOriginInsecure(
        from: String,
        to: String,
    ): S = map(from, to, insecureAllowed = true)

    private fun map(
        from: String,
        to: String,
        insecureAllowed: Boolean,
    ): S = self().also { named("mapOrigin(…)") { mapping = mapping.and(from, to, insecureAllowed) } }

    /** Permits `http` URLs: for tests. There is no other exemption from `https`, also not for localhost. */
    @InsecureRequests
    public fun allowInsecureRequests(): S =
        self().also { named("allowInsecureRequests()") { insecureRequestsAllowed = true } }

    /** Client certificate and trusted authorities of the engine that is made. */
    @JvmSynthetic // hidden from Java, where a lambda would fit both
    public fun tls(configure: TlsSettings.() -> Unit): S =
        self().also { named("tls { }") { tls = (tls ?: TlsSettings()).apply(configure) } }

    /** Client certificate and trusted authorities of the engine that is made: for Java. */
    public fun tls(configure: Consumer<TlsSettings>): S = tls { configure.accept(this) }

    /**
     * The proxy of the engine that is made. Default: what the system properties of the JVM name (`http.proxyHost`,
     * `https.proxyHost`, their ports, `http.nonProxyHosts`).
     */
    @JvmSynthetic // hidden from Java, where a lambda would fit both
    public fun proxy(configure: ProxySettings.() -> Unit): S =
        self().also { named("proxy { }") { proxy = (proxy ?: ProxySettings()).apply(configure) } }

    /** The proxy of the engine that is made: for Java. */
    public fun proxy(configure: Consumer<ProxySettings>): S = proxy { configure.accept(this) }

    /**
     * Says that the given [transport] presents a client certificate ([RFC
     * 8705](https://www.rfc-editor.org/rfc/rfc8705)), which is not visible from here: but for one that
     * [HttpEngine.open] made with a certificate, which needs no word. Only with a [transport].
     */
    public fun transportPresentsCertificate(): S =
        self().also { named("transportPresentsCertificate()") { certificatePresented = true } }

    internal abstract fun self(): S

    private inline fun named(
        setting: String,
        set: () -> Unit,
    ) {
        sendingNames += setting
        set()
    }

    /** Throws [IllegalArgumentException] where these settings contradict themselves. */
    internal fun checkSending() {
        require(!timeout.isNegative) { "the timeout must not be negative, but is $timeout" }
        require(clockSkew in A_DAY.negated()..A_DAY) { "clockSkew must be a day at the most, but is $clockSkew" }
        require(clockTolerance in Duration.ZERO..A_DAY) {
            "clockTolerance must be between zero and a day, but is $clockTolerance"
        }
        require(maximumResponseSize > 0) { "maximumResponseSize must be positive, but is $maximumResponseSize" }
        require(transport == null || tls == null) {
            "tls { } configures the engine that the client makes for itself: " +
                "configure it in the given transport's engine instead"
        }
        require(transport == null || proxy == null) {
            "proxy { } configures the engine that the client makes for itself: " +
                "configure it in the given transport's engine instead"
        }
        require(!certificatePresented || transport != null) {
            "transportPresentsCertificate() belongs to a given transport: the certificate of the engine that the " +
                "client makes for itself is set with tls { }"
        }
        allMappings()
    }

    /** Throws [IllegalArgumentException] where those of the given transport contradict these. */
    private fun allMappings(): OriginMapping = transport?.mapping?.and(mapping) ?: mapping

    /** Throws [IllegalArgumentException] where anything is named although [what] is given a connection. */
    internal fun requireNothingElse(what: String) {
        require(sendingNames.isEmpty()) {
            "${sendingNames.joinToString()} cannot be set for $what that is given a connection: " +
                "set it in Connection.open { }"
        }
    }

    internal fun traits(): ConnectionTraits =
        ConnectionTraits(
            insecureRequestsAllowed,
            allMappings().isInsecure,
            hasClientCertificate(),
            permitUrl.takeIf { it !== ALL },
        )

    /** Opens what these settings describe, of which [traits] are known. */
    internal fun open(
        traits: ConnectionTraits,
        onlyRecommendedSuites: Boolean = false,
    ): Connection {
        val given = transport
        val own = if (given == null) engine.createTransport(tls, proxy, onlyRecommendedSuites) else null
        return Connection(
            (given ?: checkNotNull(own)).mapped(mapping),
            own,
            AnswerLimits(timeout, maximumResponseSize),
            ProtocolTime(clock, clockSkew.seconds, clockTolerance.seconds),
            traits,
            Listeners.of(listeners),
        )
    }

    private fun hasClientCertificate(): Boolean =
        when (val given = transport) {
            null -> engine.presentsCertificate(tls)
            else -> certificatePresented || given.opened?.presentsCertificate == true
        }

    private companion object {
        const val DEFAULT_TIMEOUT_SECONDS = 30L
        const val DEFAULT_TOLERANCE_SECONDS = 30L

        val ALL: Predicate<String> = Predicate { true }

        /** Clocks that are further apart show another mistake, which a setting must not hide. */
        val A_DAY: Duration = Duration.ofDays(1)
    }
}
