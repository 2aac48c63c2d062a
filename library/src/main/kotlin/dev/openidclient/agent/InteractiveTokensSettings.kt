package dev.openidclient.agent

import dev.openidclient.authorization.AuthorizationCallback
import dev.openidclient.authorization.AuthorizationHandler
import dev.openidclient.authorization.AuthorizationRequest
import dev.openidclient.authorization.AuthorizationRequestBuilder
import dev.openidclient.client.Connection
import dev.openidclient.client.ConnectionSettings
import dev.openidclient.dpop.Dpop
import dev.openidclient.metadata.DraftSpecification
import dev.openidclient.metadata.OpenIdClientDsl
import dev.openidclient.tokensource.SharedTokensSettings
import dev.openidclient.tokensource.TokenSourceSettings
import dev.openidclient.tokenstore.InMemoryTokenStore
import dev.openidclient.tokenstore.SharedStore
import dev.openidclient.tokenstore.TokenCipher
import dev.openidclient.tokenstore.TokenStore
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.asCoroutineDispatcher
import java.time.Duration
import java.util.concurrent.Executor
import java.util.function.Consumer
import kotlin.coroutines.CoroutineContext

/**
 * The settings of [InteractiveTokens] and [McpAccess]: who the program is, how a person agrees, and where tokens are kept.
 * Read once, when they are made.
 */
@OpenIdClientDsl
@Suppress("TooManyFunctions") // each is one setting, with its form for Java
public class InteractiveTokensSettings internal constructor() : IdentitySettings<InteractiveTokensSettings>() {
    /**
     * Sends the person to the server, and brings the callback: `LoopbackRedirect.authorization { url -> … }` opens the
     * browser of this machine. Null, the default: the program does it, with [redirectUri].
     */
    @set:JvmSynthetic // Java has the function
    public var authorize: AuthorizationHandler? = null

    /** Sets [authorize] and returns these settings: for Java. */
    public fun authorize(authorize: AuthorizationHandler?): InteractiveTokensSettings =
        apply { this.authorize = authorize }

    /**
     * Sends the person to the `url` of the request, and returns the URL that their browser came back to, which is
     * [redirectUri] with a query.
     */
    @JvmSynthetic // hidden from Java, which has the handler
    public fun authorize(callback: suspend (AuthorizationRequest) -> String): InteractiveTokensSettings =
        apply {
            authorize =
                AuthorizationHandler { begin ->
                    val uri = requireNotNull(redirectUri) { "authorize { } needs the redirectUri that it waits at" }
                    AuthorizationCallback.url(callback(begin(uri)))
                }
        }

    /**
     * Where browsers come back to at this web application. Without [authorize] a request that needs a person ends with
     * [AuthorizationRequiredException][dev.openidclient.error.AuthorizationRequiredException].
     */
    @set:JvmSynthetic // Java has the function
    public var redirectUri: String? = null

    /** Sets [redirectUri] and returns these settings: for Java. */
    public fun redirectUri(redirectUri: String?): InteractiveTokensSettings = apply { this.redirectUri = redirectUri }

    internal var service: ServiceGrant? = null
        private set

    /**
     * There is no person: the tokens are the client's own ([RFC 6749
     * §4.4](https://www.rfc-editor.org/rfc/rfc6749#section-4.4)), which must be [registered].
     */
    public fun clientCredentials(): InteractiveTokensSettings = served(ServiceGrant.ClientCredentials)

    /**
     * There is no person in front: tokens are for the JWT of another party that [assertion] brings for the server it is
     * given ([RFC 7523 §2.1](https://www.rfc-editor.org/rfc/rfc7523#section-2.1)). The client must be [registered].
     */
    public fun jwtBearer(assertion: AssertionProvider): InteractiveTokensSettings =
        served(ServiceGrant.JwtBearer(assertion))

    /**
     * There is no person in front: tokens are for what an identity provider says of them
     * (draft-ietf-oauth-identity-assertion-authz-grant-04), as [provider] brings it. The client must be [registered].
     */
    @DraftSpecification
    public fun identityAssertion(provider: IdentityAssertionProvider): InteractiveTokensSettings =
        served(ServiceGrant.Identity(provider))

    private fun served(grant: ServiceGrant): InteractiveTokensSettings =
        apply {
            require(service == null) {
                "clientCredentials(), jwtBearer { } and identityAssertion { } exclude each other: say one of them"
            }
            service = grant
        }

    private val extras = mutableListOf<AuthorizationRequestBuilder.() -> Unit>()

    /** What each authorization request has besides, as `loginHint(…)`. Runs for each of them. */
    @JvmSynthetic // hidden from Java, where a lambda would fit both
    public fun authorizationRequest(configure: AuthorizationRequestBuilder.() -> Unit): InteractiveTokensSettings =
        apply { extras += configure }

    /** The same for Java. */
    public fun authorizationRequest(configure: Consumer<AuthorizationRequestBuilder>): InteractiveTokensSettings =
        authorizationRequest { configure.accept(this) }

    internal fun addTo(request: AuthorizationRequestBuilder) {
        for (extra in extras) request.extra()
    }

    internal var scopes: List<String> = emptyList()
        private set

    /** What is asked for where neither the resource's challenge nor its metadata name scopes. */
    public fun scope(vararg scopes: String): InteractiveTokensSettings = apply { this.scopes = scopes.asList() }

    /** The issuer to use of those that the resource names; null, the default: one that has a client here, else the first. */
    @set:JvmSynthetic // Java has the function
    public var issuer: String? = null

    /** Sets [issuer] and returns these settings: for Java. */
    public fun issuer(issuer: String?): InteractiveTokensSettings = apply { this.issuer = issuer }

    /** The key that access tokens are bound to ([RFC 9449](https://www.rfc-editor.org/rfc/rfc9449)). Default: none. */
    @set:JvmSynthetic // Java has the function
    public var dpop: Dpop? = null

    /** Sets [dpop] and returns these settings: for Java. */
    public fun dpop(dpop: Dpop?): InteractiveTokensSettings = apply { this.dpop = dpop }

    /**
     * Whose tokens these are, where one program acts for several people with the same [store]: any name of the program's
     * own. Default empty.
     */
    @set:JvmSynthetic // Java has the function
    public var subject: String = ""

    /** Sets [subject] and returns these settings: for Java. */
    public fun subject(subject: String): InteractiveTokensSettings = apply { this.subject = subject }

    internal var shared: SharedStore? = null
        private set

    /**
     * Keeps tokens, registrations and what was asked for in [store], sealed with [cipher]: over a restart, and for all
     * instances of the program. The store stays open. Default: in the memory of this process.
     */
    public fun store(
        store: TokenStore,
        cipher: TokenCipher,
    ): InteractiveTokensSettings =
        apply {
            shared = SharedStore(store, cipher)
            keepRegistrations(store, cipher)
        }

    /** Keeps them in [store], which nobody else can read: for several of one process, as in tests. */
    public fun store(store: InMemoryTokenStore): InteractiveTokensSettings =
        apply {
            shared = SharedStore(store, cipher = null)
            keepRegistrations(store)
        }

    /** The time that one call of the [store] or its cipher may take; then it counts as an outage. Default 1 second. */
    @set:JvmSynthetic // Java has the function
    public var storeTimeout: Duration = Duration.ofSeconds(1)

    /** Sets [storeTimeout] and returns these settings: for Java. */
    public fun storeTimeout(storeTimeout: Duration): InteractiveTokensSettings =
        apply { this.storeTimeout = storeTimeout }

    /** What tells the entries of this program from those of others in the same [store]. Default empty. */
    @set:JvmSynthetic // Java has the function
    public var namespace: String = ""

    /** Sets [namespace] and returns these settings: for Java. */
    public fun namespace(namespace: String): InteractiveTokensSettings = apply { this.namespace = namespace }

    private val tokenSettings = mutableListOf<TokenSourceSettings<*>.() -> Unit>()

    /** How tokens are kept fresh: margins and back-off, as for every token source. */
    @JvmSynthetic // hidden from Java, where a lambda would fit both
    public fun tokens(configure: TokenSourceSettings<*>.() -> Unit): InteractiveTokensSettings =
        apply { tokenSettings += configure }

    /** The same for Java. */
    public fun tokens(configure: Consumer<TokenSourceSettings<*>>): InteractiveTokensSettings =
        tokens { configure.accept(this) }

    /** These, as far as they are those of [settings]. */
    internal fun addTo(settings: TokenSourceSettings<*>) {
        settings.coroutineContext = coroutineContext
        if (settings is SharedTokensSettings<*>) share(settings)
        for (configure in tokenSettings) settings.configure()
    }

    private fun share(settings: SharedTokensSettings<*>) {
        val shared = shared ?: return
        val cipher = shared.cipher
        if (cipher == null) settings.store(shared.store as InMemoryTokenStore) else settings.store(shared.store, cipher)
        settings.storeTimeout = storeTimeout
        settings.namespace = namespace
    }

    /**
     * Where authorizations and renewals run: they outlive the callers who wait for them. A `Job` in it becomes the parent
     * of their own. Default: [Dispatchers.Default].
     */
    @set:JvmSynthetic // Java has executor
    @get:JvmSynthetic
    @Suppress("InjectDispatcher") // this is where it is injected
    public var coroutineContext: CoroutineContext = Dispatchers.Default

    /** Where authorizations and renewals run: for Java, in place of [coroutineContext]. */
    public fun executor(executor: Executor): InteractiveTokensSettings =
        apply { coroutineContext = executor.asCoroutineDispatcher() }

    /** What all requests go through; it stays open. Default: one of their own. */
    @set:JvmSynthetic // Java has the function
    public var connection: Connection? = null

    private var ownConnection: ConnectionSettings? = null

    /** Sets [connection] and returns these settings: for Java. */
    public fun connection(connection: Connection?): InteractiveTokensSettings = apply { this.connection = connection }

    /**
     * How requests are sent: timeouts, proxy, TLS, clock, and `permitUrl`, which is asked about each URL that the resource
     * and its servers name.
     */
    @JvmSynthetic // hidden from Java, where a lambda would fit both
    public fun connection(configure: ConnectionSettings.() -> Unit): InteractiveTokensSettings =
        apply { ownConnection = (ownConnection ?: ConnectionSettings()).apply(configure) }

    /** How requests are sent: for Java. */
    public fun connection(configure: Consumer<ConnectionSettings>): InteractiveTokensSettings =
        connection { configure.accept(this) }

    internal var isCoveringAccepted = false
        private set

    /**
     * The metadata may name a resource that covers the URL, as its origin does. The default of [McpAccess]. Refused with a
     * security profile.
     */
    public fun acceptCoveringResource(): InteractiveTokensSettings = apply { isCoveringAccepted = true }

    /** The metadata must name the URL itself ([RFC 9728 §3.3](https://www.rfc-editor.org/rfc/rfc9728#section-3.3)). */
    public fun exactResource(): InteractiveTokensSettings = apply { isCoveringAccepted = false }

    internal var isListingRequired = false
        private set

    /** The server must name the resource in its own metadata, too (RFC 9728 §4). */
    public fun requireListed(): InteractiveTokensSettings = apply { isListingRequired = true }

    internal var isLegacyAccepted = false
        private set

    /**
     * A resource without any metadata has its server at its own origin, as in the Model Context Protocol of March 2025.
     * Refused with a security profile.
     */
    public fun legacyEndpoints(): InteractiveTokensSettings = apply { isLegacyAccepted = true }

    /** Whether the server's metadata must say that it knows PKCE. */
    internal var isPkceAnnounced = false

    internal fun checked(): InteractiveTokensSettings {
        require(connection == null || ownConnection == null) {
            "connection { } says how a connection of its own is to be: " +
                "with a connection that is given, say it in Connection.open { }"
        }
        require(service == null || (authorize == null && redirectUri == null)) {
            "clientCredentials(), jwtBearer { } and identityAssertion { } have no person: " +
                "leave out authorize and redirectUri"
        }
        require(service != null || authorize != null || redirectUri != null) {
            "nobody can agree: set authorize, as LoopbackRedirect.authorization { url -> … }; or redirectUri, and " +
                "send the browser yourself; or say clientCredentials() where there is no person"
        }
        requireOneIdentity()
        return this
    }

    internal fun identified(): ClientIdentities = identified(namespace, storeTimeout)

    override fun self(): InteractiveTokensSettings = this

    internal val isInsecureAllowed: Boolean
        get() = (connection?.traits ?: (ownConnection ?: ConnectionSettings()).traits()).insecureRequestsAllowed

    internal fun opened(): Connection = connection ?: (ownConnection ?: ConnectionSettings()).open()

    override fun toString(): String = "InteractiveTokensSettings()"
}
