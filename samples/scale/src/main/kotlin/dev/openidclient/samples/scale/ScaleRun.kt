package dev.openidclient.samples.scale

import dev.openidclient.client.OpenIdClient
import dev.openidclient.testserver.TestAuthorizationServer
import dev.openidclient.tokenstore.TokenStore
import kotlinx.coroutines.runBlocking
import java.io.PrintStream
import java.security.SecureRandom
import java.time.Duration
import java.util.Base64
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.CopyOnWriteArrayList

private const val INSTANCES = 3
private const val KEY_BYTES = 32
private const val TICK_MILLIS = 20L
private const val BEFORE_REPLACEMENT_MILLIS = 1_000L
private const val WAIT_FOR_REFRESH_SECONDS = 2L

/** Everything that takes part in a run; [close] ends it, also in the middle. */
class ScaleRun(
    private val arguments: Arguments,
    private val out: PrintStream,
) : AutoCloseable {
    private val resources = ArrayDeque<AutoCloseable>()
    private var isClosed = false

    private val server =
        started(
            TestAuthorizationServer {
                client(CLIENT_ID, CLIENT_SECRET)
                accessTokenLifetime = arguments.lifetime
                rotateRefreshTokens()
            },
        )
    private val instances = CopyOnWriteArrayList<InstanceProcess>()
    private val key = Base64.getEncoder().encodeToString(ByteArray(KEY_BYTES).also(SecureRandom()::nextBytes))

    /** The session of each entry in the store, where ids tell nothing. */
    private val sessionOf = ConcurrentHashMap<String, Int>()
    private val killed = mutableSetOf<Int>()
    private val cutOff = mutableSetOf<Int>()
    private val live = LiveLine(out, server, instances, arguments.sessions)

    private fun <T : AutoCloseable> started(something: T): T {
        val isLate = synchronized(resources) { isClosed.also { if (!it) resources.addFirst(something) } }
        if (isLate) something.close()
        check(!isLate) { "the run was ended" }
        return something
    }

    fun run(): Outcome {
        server.listen()
        server.tokenEndpoint.delay = Duration.ofMillis(100)
        val kind = arguments.engine ?: EngineKind.ofThisMachine()
        val engine = started(kind.start())
        val relay = started(Relay(engine.port))
        out.println("${kind.title}, $INSTANCES instances, ${arguments.sessions} sessions, ${arguments.seconds} seconds")
        repeat(INSTANCES) { start(engine.address(relay.port)) }
        signIn(engine.address(engine.port))
        instances.forEach(InstanceProcess::begin)
        awaitCalls()
        live.begin()
        work(engine, relay)
        instances.filter { it.isRunning }.forEach(InstanceProcess::stop)
        return rollCall()
    }

    /** The clock begins once all of them work: a machine may be slow to start four JVMs. */
    private fun awaitCalls() {
        while (instances.any { it.isReady && Instance.OK !in it.counts }) Thread.sleep(TICK_MILLIS)
    }

    private fun start(address: String): InstanceProcess {
        val words = listOf(address, server.issuer, "${arguments.sessions}", "${arguments.hasLease}")
        return started(InstanceProcess(instances.size + 1, words, key)).also(instances::add)
    }

    /** Puts the sessions into the store, as a sign-in does. */
    private fun signIn(address: String) {
        instances.forEach(InstanceProcess::awaitReady)
        OpenedStore.at(address).use { opened ->
            val client =
                started(
                    OpenIdClient(server.metadata, CLIENT_ID) {
                        clientSecret(CLIENT_SECRET)
                        transport = server
                    },
                )
            var session = 0
            val noting =
                object : TokenStore by opened.store {
                    override suspend fun put(
                        id: String,
                        value: String,
                        lifetime: Duration,
                    ) {
                        sessionOf[id] = session
                        opened.store.put(id, value, lifetime)
                    }
                }
            runBlocking {
                usersOf(client, noting, key).use { users ->
                    while (session < arguments.sessions) {
                        users.put(Instance.sessionId(session), server.tokens("user-$session", CLIENT_ID))
                        session++
                    }
                }
            }
        }
    }

    /** What happens while the instances work. */
    private fun work(
        engine: Engine,
        relay: Relay,
    ) {
        live.until(arguments.killAt)
        kill(instances.first())
        live.until(live.now.plusMillis(BEFORE_REPLACEMENT_MILLIS))
        val replacement = start(engine.address(relay.port))
        live.say("instance ${replacement.number} is started in its place")
        while (!replacement.isReady) live.until(live.now.plusMillis(TICK_MILLIS))
        replacement.begin()
        live.until(arguments.cutAt)
        noteCutOff()
        relay.cut()
        // those that began in between; of those that begin now nothing reaches the store
        noteCutOff()
        live.isCut = true
        live.say("the store is cut off")
        live.until(live.now + arguments.cutFor)
        relay.mend()
        live.isCut = false
        live.say("the store is back")
        live.until(Duration.ofSeconds(arguments.seconds.toLong()))
    }

    /** In the middle of a refresh, if there is one soon: that is the worst moment. */
    private fun kill(instance: InstanceProcess) {
        val latest = live.now.plusSeconds(WAIT_FOR_REFRESH_SECONDS)
        while (instance.refreshing.isEmpty() && live.now < latest) live.until(live.now.plusMillis(TICK_MILLIS))
        val entries = instance.kill()
        if (arguments.hasLease) killed += sessionsOf(entries)
        live.say("instance ${instance.number} is killed while it refreshes ${entries.size} sessions")
    }

    /** Whose lease, or whose new tokens, did not get through. */
    private fun noteCutOff() {
        if (arguments.hasLease) cutOff += instances.filter { it.isRunning }.flatMap { sessionsOf(it.refreshing) }
    }

    private fun sessionsOf(entries: Set<String>): List<Int> = entries.mapNotNull(sessionOf::get)

    /** When each access token has expired, so that each session has to be refreshed once more. */
    private fun rollCall(): Outcome {
        live.say("each session is refreshed once more")
        Thread.sleep(arguments.lifetime.toMillis())
        val left = instances.drop(1)
        check(left.all(InstanceProcess::isRunning)) { "an instance ended by itself" }
        // without leases nothing mends itself
        val impatient = if (arguments.hasLease) killed else (0 until arguments.sessions).toSet()
        left.forEach { it.callRoll(impatient) }
        left.forEach(InstanceProcess::awaitRoll)
        val answers =
            (0 until arguments.sessions).associateWith { session ->
                left.map { it.answers.getValue(session) }.toSet()
            }
        val calls = instances.flatMap { it.counts.entries }.groupingBy { it.key }
        return Outcome(
            live.grants,
            server.reusedRefreshTokens,
            calls.fold(0L) { sum, (_, count) -> sum + count },
            answers,
            killed + cutOff,
        )
    }

    override fun close() {
        val all =
            synchronized(resources) {
                isClosed = true
                resources.toList().also { resources.clear() }
            }
        all.forEach(AutoCloseable::close)
    }
}
