package dev.openidclient.client

import dev.openidclient.metadata.OpenIdClientDsl
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.Job
import kotlinx.coroutines.asCoroutineDispatcher
import java.time.Duration
import java.util.concurrent.Executor
import kotlin.coroutines.CoroutineContext

/**
 * The settings of a [ClientRegistry]: how the requests of all its clients are sent, and who they are. Read once, when it
 * is made. [permitUrl] is asked about the issuers too.
 */
@OpenIdClientDsl
public class RegistrySettings internal constructor() : SendingSettings<RegistrySettings>() {
    private var finder: ClientFinder? = null

    /** Says who finds the clients: `find { issuer -> ClientEntry("s6BhdRkqt3") { … } }`. It must be said. */
    public fun find(finder: ClientFinder): RegistrySettings = apply { this.finder = finder }

    /**
     * The connection of all clients, as [Connection.open] made it: then it says how requests are sent, and
     * [close][ClientRegistry.close] leaves it open. Default null: one of the registry's own.
     */
    @set:JvmSynthetic // Java has the function
    public var connection: Connection? = null

    /** Sets [connection] and returns these settings: for Java. */
    public fun connection(connection: Connection?): RegistrySettings = apply { this.connection = connection }

    /** How many clients are kept at the most; of more, those that were used least recently have to go. Default 1 000. */
    @set:JvmSynthetic // Java has the function
    public var maximumClients: Int = DEFAULT_MAXIMUM

    /** Sets [maximumClients] and returns these settings: for Java. */
    public fun maximumClients(maximumClients: Int): RegistrySettings = apply { this.maximumClients = maximumClients }

    /** For how long a client is kept that nobody asks for. Default 24 hours. */
    @set:JvmSynthetic // Java has the function
    public var idleTime: Duration = Duration.ofDays(1)

    /** Sets [idleTime] and returns these settings: for Java. */
    public fun idleTime(idleTime: Duration): RegistrySettings = apply { this.idleTime = idleTime }

    /**
     * Where discovery and the finder run: they outlive the callers who wait for them. A `Job` in it becomes the parent
     * of the registry's own. Default: [Dispatchers.Default].
     */
    @set:JvmSynthetic // Java has executor
    @get:JvmSynthetic
    @Suppress("InjectDispatcher") // this is where it is injected
    public var coroutineContext: CoroutineContext = Dispatchers.Default

    /** Where discovery and the finder run: for Java, in place of [coroutineContext]. */
    public fun executor(executor: Executor): RegistrySettings =
        apply { coroutineContext = executor.asCoroutineDispatcher() }

    override fun self(): RegistrySettings = this

    internal fun checkedFinder(): ClientFinder =
        requireNotNull(finder) { "a ClientRegistry needs find { issuer -> … }: it says which servers are known" }

    /** Throws [IllegalArgumentException] where these settings contradict themselves. */
    internal fun check() {
        require(maximumClients > 0) { "maximumClients must be positive, but is $maximumClients" }
        require(!idleTime.isNegative && !idleTime.isZero) { "idleTime must be positive, but is $idleTime" }
        require(coroutineContext[Job]?.isActive != false) { "the Job in coroutineContext has ended already" }
        if (connection == null) checkSending() else requireNothingElse("a registry")
        val timeout = connection?.limits?.timeout ?: timeout
        require(!timeout.isZero) {
            "a ClientRegistry needs a timeout, or discovery could hang for ever: give \"timeout\" in the settings a " +
                "value above zero"
        }
    }

    internal fun openConnection(): Connection = connection ?: open(traits())

    private companion object {
        const val DEFAULT_MAXIMUM = 1_000
    }
}
