package dev.openidclient.client

import dev.openidclient.metadata.AuthorizationServerMetadata
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.Job
import kotlinx.coroutines.asCoroutineDispatcher
import java.time.Duration
import java.util.concurrent.Executor
import kotlin.coroutines.CoroutineContext

/**
 * How a client is kept that outlives the metadata of its server: for [OpenIdClient.lazily] and a [ClientRegistry]. A
 * client that is made at once refuses them with [IllegalArgumentException].
 */
public abstract class LazySettings internal constructor() : LooserChecks() {
    private val names = LinkedHashSet<String>()

    /**
     * How old the known metadata become before they are asked for anew, in the background. At least 5 minutes. Default
     * 12 hours.
     */
    @set:JvmSynthetic // Java has the function
    public var metadataLifetime: Duration = Duration.ofHours(DEFAULT_LIFETIME_HOURS)
        set(value) {
            names += "metadataLifetime"
            field = value
        }

    /** Sets [metadataLifetime] and returns these settings: for Java. */
    public fun metadataLifetime(metadataLifetime: Duration): ClientSettings =
        self().also { this.metadataLifetime = metadataLifetime }

    /**
     * What the server said of itself some time ago: used while it cannot be asked and nothing better is known. It must
     * name the issuer of this client. Default null: none.
     */
    @set:JvmSynthetic // Java has the function
    public var fallbackMetadata: AuthorizationServerMetadata? = null
        set(value) {
            names += "fallbackMetadata"
            field = value
        }

    /** Sets [fallbackMetadata] and returns these settings: for Java. */
    public fun fallbackMetadata(fallbackMetadata: AuthorizationServerMetadata?): ClientSettings =
        self().also { this.fallbackMetadata = fallbackMetadata }

    /** The same from the text of the document, as [AuthorizationServerMetadata.parse] takes it. */
    public fun fallbackMetadata(json: String): ClientSettings =
        fallbackMetadata(AuthorizationServerMetadata.parse(json))

    /**
     * Where discovery runs: it outlives the callers who wait for it. A `Job` in it becomes the parent of the client's
     * own. Default: [Dispatchers.Default].
     */
    @set:JvmSynthetic // Java has executor
    @get:JvmSynthetic
    @Suppress("InjectDispatcher") // this is where it is injected
    public var coroutineContext: CoroutineContext = Dispatchers.Default
        set(value) {
            names += COROUTINE_CONTEXT
            field = value
        }

    /** Where discovery runs: for Java, in place of [coroutineContext]. */
    public fun executor(executor: Executor): ClientSettings =
        self().also { coroutineContext = executor.asCoroutineDispatcher() }

    /** Null: chance as it is. */
    internal var random: (() -> Double)? = null

    internal fun requireNotLazy() {
        require(names.isEmpty()) {
            "${names.joinToString()} cannot be set for a client that is made at once and keeps its metadata: " +
                "it belongs to OpenIdClient.lazily and ClientRegistry"
        }
    }

    /** Throws [IllegalArgumentException] where a client of a [ClientRegistry] names what is the registry's. */
    internal fun requireOfRegistry() {
        require(COROUTINE_CONTEXT !in names) {
            "coroutineContext, or executor, cannot be set for a client of a registry: set it for the ClientRegistry"
        }
    }

    /** Throws [IllegalArgumentException] where these settings contradict themselves. */
    internal fun checkLazy() {
        require(metadataLifetime >= SHORTEST_LIFETIME) {
            "metadataLifetime must be 5 minutes at least, but is $metadataLifetime"
        }
        require(coroutineContext[Job]?.isActive != false) { "the Job in coroutineContext has ended already" }
    }

    private companion object {
        const val DEFAULT_LIFETIME_HOURS = 12L
        const val COROUTINE_CONTEXT = "coroutineContext"
        val SHORTEST_LIFETIME: Duration = Duration.ofMinutes(5)
    }
}
