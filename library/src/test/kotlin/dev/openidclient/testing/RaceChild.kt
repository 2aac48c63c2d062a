package dev.openidclient.testing

import dev.openidclient.client.InsecureRequests
import dev.openidclient.client.OpenIdClient
import dev.openidclient.error.ErrorCode
import dev.openidclient.testserver.TestAuthorizationServer
import dev.openidclient.tokenstore.TokenStore
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.runBlocking
import java.io.File
import java.time.Duration
import java.util.concurrent.TimeUnit
import java.util.concurrent.atomic.AtomicLong

/** Makes the store of a process that takes part in a race. */
fun interface StoreOpener {
    fun open(address: String): TokenStore
}

/** Between the answer of the server and the last of [writes] of its tokens this process is killed: kill -9. */
private class DeadlyStore(
    private val store: TokenStore,
    writes: Long,
) : TokenStore by store {
    private val left = AtomicLong(writes)

    override suspend fun commit(
        id: String,
        version: Long,
        value: String,
        lifetime: Duration,
    ): Boolean {
        if (left.decrementAndGet() > 0) return store.commit(id, version, value, lifetime)
        ProcessBuilder("kill", "-9", "${ProcessHandle.current().pid()}").start()
        awaitCancellation()
    }
}

/** One instance in a process of its own. */
object RaceChild {
    private const val GRACE_SECONDS = 60L

    /** [arguments]: a [StoreOpener]'s class, the store's address, the issuer, seconds, and the write to die at or 0. */
    @JvmStatic
    @OptIn(InsecureRequests::class) // the server is on this machine
    fun main(arguments: Array<String>) =
        runBlocking {
            val opener = Class.forName(arguments[0]).getDeclaredConstructor().newInstance() as StoreOpener
            val store = opener.open(arguments[1])
            val writes = arguments[4].toLong()
            val metadata = OpenIdClient.discover(arguments[2], "app") { allowInsecureRequests() }.use { it.server }
            val instance =
                RaceInstance(metadata, if (writes > 0) DeadlyStore(store, writes) else store) {
                    allowInsecureRequests()
                    // after so long a request of a dead process is taken for ended
                    timeout = Duration.ofSeconds(5)
                }
            val calls = instance.run(Duration.ofSeconds(arguments[3].toLong()))
            println(calls.joinToString(" ") { it ?: "-" })
            System.out.flush()
            Runtime.getRuntime().halt(0)
        }

    /** Runs [StoreRace] with instances in 4 processes, of which one is killed after some seconds. */
    suspend fun race(
        engine: String,
        opener: Class<out StoreOpener>,
        address: String,
        duration: Duration,
    ): RaceOutcome {
        val race = StoreRace()
        race.server.listen().use { server ->
            begin(opener, address, server)
            val children =
                List(INSTANCES) { number ->
                    val writes = if (number == 0) WRITES else 0
                    start(listOf(opener.name, address, server.issuer, "${duration.seconds}", "$writes"))
                }
            val printed = children.map { it.end(duration) }.flatMap { it.trim().split(' ') }.filter(String::isNotEmpty)
            check(children.first().exitValue() != 0) { "the first instance was to be killed" }
            return race.outcome(engine, printed.map { code -> code.takeIf { it != "-" } })
        }
    }

    private suspend fun begin(
        opener: Class<out StoreOpener>,
        address: String,
        server: TestAuthorizationServer,
    ) {
        val instance =
            RaceInstance(server.metadata, opener.getDeclaredConstructor().newInstance().open(address)) {
                transport = server
            }
        instance.begin(server)
        instance.close()
    }

    private fun start(arguments: List<String>): Process {
        val java = ProcessHandle.current().info().command().get()
        val paths = listOf("surefire.test.class.path", "java.class.path").mapNotNull(System::getProperty)
        val options = listOf("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx128m")
        val command =
            listOf(java) + options + listOf("-cp", paths.joinToString(File.pathSeparator), RaceChild::class.java.name)
        return ProcessBuilder(command + arguments).redirectError(ProcessBuilder.Redirect.INHERIT).start()
    }

    private fun Process.end(duration: Duration): String {
        val printed = inputStream.bufferedReader().readText()
        if (!waitFor(duration.seconds + GRACE_SECONDS, TimeUnit.SECONDS)) destroyForcibly()
        return printed
    }

    /** The lease of a process that was killed ends after 15 seconds. */
    val SHORTEST: Duration = Duration.ofSeconds(25)

    /** What callers hear of the session whose new tokens died with their process; nobody knows them. */
    val OF_A_DOUBT: Set<String> =
        setOf(ErrorCode.REFRESH_IN_DOUBT, ErrorCode.SIGN_IN_REQUIRED, ErrorCode.TIMEOUT)

    private const val INSTANCES = 4
    private const val WRITES = 3L
}
