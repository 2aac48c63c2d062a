package dev.openidclient.samples.scale

import java.io.IOException
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.CountDownLatch
import java.util.concurrent.TimeUnit
import kotlin.concurrent.thread

/** An [Instance] in a process of its own. */
class InstanceProcess(
    val number: Int,
    arguments: List<String>,
    key: String,
) : AutoCloseable {
    private val process = startJava(Instance::class.java, arguments, mapOf(KEY_VARIABLE to key))
    private val input = process.outputStream.bufferedWriter()
    private val ready = CountDownLatch(1)
    private val stopped = CountDownLatch(1)
    private val done = CountDownLatch(1)
    private val leased: MutableSet<String> = ConcurrentHashMap.newKeySet()

    /** How many calls brought [Instance.OK], or which failure. */
    @Volatile
    var counts: Map<String, Long> = emptyMap()
        private set

    /** What came of the last call of each session. */
    val answers: MutableMap<Int, String> = ConcurrentHashMap()

    private val output = process.inputReader()

    private val reader = thread(isDaemon = true, name = "instance $number") { listen() }

    val isRunning: Boolean get() = process.isAlive

    /** Throws [IllegalStateException] where it never will be. */
    val isReady: Boolean
        get() {
            check(isRunning) { "instance $number ended by itself" }
            return ready.count == 0L
        }

    /** The entries of the sessions that it may be refreshing now. */
    val refreshing: Set<String> get() = leased.toSet()

    private fun listen() {
        try {
            output.forEachLine(::hear)
        } catch (_: IOException) {
            // it has ended, and its output with it
            return
        }
    }

    private fun hear(line: String) {
        val what = line.substringAfter(' ')
        when (Told.entries.find { it.name == line.substringBefore(' ') }) {
            Told.READY -> ready.countDown()
            Told.BEGAN -> leased += what
            Told.ENDED -> leased -= what
            Told.COUNTS -> counts = what.split(' ').filter(String::isNotEmpty).associate(::count)
            Told.STOPPED -> stopped.countDown()
            Told.ANSWER -> answers[what.substringBefore(' ').toInt()] = what.substringAfter(' ')
            Told.DONE -> done.countDown()
            // the JVM itself may say something
            null -> Unit
        }
    }

    private fun count(text: String): Pair<String, Long> = text.substringBefore('=') to text.substringAfter('=').toLong()

    fun awaitReady() = await(ready, "is not ready")

    fun begin() = tell("begin")

    fun stop() {
        tell("stop")
        await(stopped, "does not stop")
    }

    /** Asks it for a token of each session; a doubt about those of [impatient] is final. */
    fun callRoll(impatient: Set<Int>) = tell(impatient.joinToString(" "))

    fun awaitRoll() = await(done, "does not answer for each session")

    private fun tell(line: String) {
        input.write("$line\n")
        input.flush()
    }

    private fun await(
        latch: CountDownLatch,
        problem: String,
    ) {
        val end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS)
        while (!latch.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS)) {
            check(isRunning && System.nanoTime() < end) { "instance $number $problem" }
        }
    }

    /** kill -9. Returns the entries of the sessions that it may have been refreshing. */
    fun kill(): Set<String> {
        // by its handle, which leaves what it has said to be read
        process.toHandle().destroyForcibly()
        process.waitFor()
        reader.join()
        return refreshing
    }

    override fun close() {
        process.destroyForcibly().waitFor()
    }

    private companion object {
        const val PATIENCE_SECONDS = 90L
        const val PAUSE_MILLIS = 100L
    }
}
