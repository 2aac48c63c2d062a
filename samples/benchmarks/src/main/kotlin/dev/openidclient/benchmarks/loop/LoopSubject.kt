package dev.openidclient.benchmarks.loop

import dev.openidclient.benchmarks.measure.ProcessMeter
import dev.openidclient.benchmarks.measure.Round
import dev.openidclient.benchmarks.measure.Settings
import dev.openidclient.benchmarks.measure.Subject
import dev.openidclient.benchmarks.measure.Usage
import dev.openidclient.benchmarks.measure.roundOf
import java.lang.management.CompilationMXBean
import java.lang.management.ManagementFactory
import kotlin.time.Duration

/** The name of what is counted beside the usual: connections that an operation opened, on average. */
internal const val CONNECTIONS: String = "connectionsPerOperation"

/** Where in the table a subject stands. */
internal class Place(
    val row: String,
    val name: String,
    val parameters: Map<String, String>,
    val isFloor: Boolean = false,
)

/** A [loop] in this process, against [stub]. */
internal class LoopSubject(
    private val place: Place,
    private val stub: StubProcess,
    private val meter: ProcessMeter,
    private val loop: ClosedLoop,
    private val owned: AutoCloseable?,
) : Subject {
    override val row: String get() = place.row
    override val name: String get() = place.name
    override val isFloor: Boolean get() = place.isFloor
    override val parameters: Map<String, String> get() = place.parameters

    /** Until the compiler is nearly idle: what it uses counts as the operations'. */
    override fun warmUp() {
        connect()
        repeat(MOST_WARM_UPS) {
            val before = compiler.totalCompilationTime
            stub.counting { loop.run(Settings.round) }
            val compiling = compiler.totalCompilationTime - before
            if (compiling <= Settings.round.inWholeMilliseconds * NEARLY_IDLE) return
        }
    }

    override fun round(): Round {
        connect()
        lateinit var used: Usage
        var nanoseconds = 0L
        val counted =
            stub.counting {
                val before = meter.usage()
                val start = System.nanoTime()
                val operations = loop.run(Settings.round)
                nanoseconds = System.nanoTime() - start
                used = meter.usage() - before
                operations
            }
        val connections = counted.connections.toDouble() / counted.operations
        return roundOf(counted.operations, nanoseconds, used, mapOf(CONNECTIONS to connections))
    }

    /** One operation for each worker: idle connections may be gone since the last round. */
    private fun connect() {
        stub.counting { loop.run(Duration.ZERO) }
    }

    override fun close() {
        owned?.close()
    }

    private companion object {
        val compiler: CompilationMXBean = ManagementFactory.getCompilationMXBean()

        const val MOST_WARM_UPS = 24

        /** The share of the time that the compiler may take in a round. */
        const val NEARLY_IDLE = 0.01
    }
}
