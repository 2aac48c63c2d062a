package dev.openidclient.benchmarks.jose

import dev.openidclient.benchmarks.measure.Metric
import dev.openidclient.benchmarks.measure.ProcessMeter
import dev.openidclient.benchmarks.measure.Round
import org.openjdk.jmh.annotations.Benchmark
import org.openjdk.jmh.annotations.Scope
import org.openjdk.jmh.annotations.State
import org.openjdk.jmh.infra.BenchmarkParams
import org.openjdk.jmh.infra.IterationParams
import org.openjdk.jmh.profile.GCProfiler
import org.openjdk.jmh.profile.InternalProfiler
import org.openjdk.jmh.results.AggregationPolicy
import org.openjdk.jmh.results.IterationResult
import org.openjdk.jmh.results.Result
import org.openjdk.jmh.results.ScalarResult
import org.openjdk.jmh.runner.Runner
import org.openjdk.jmh.runner.options.OptionsBuilder
import org.openjdk.jmh.runner.options.TimeValue
import org.openjdk.jmh.runner.options.VerboseMode
import kotlin.time.Duration

/** The loop of JMH around the one operation of this process. */
@State(Scope.Benchmark)
open class JoseLoop {
    private val operation = current

    @Benchmark
    open fun operation(): Any? = operation.invoke()

    companion object {
        /** JMH makes the state by itself, in this process. */
        internal var current: () -> Any? = { error("no operation is set") }
    }
}

/** One iteration of JMH over [operation], in this JVM: it has been warmed up by the ones before. */
internal fun round(
    operation: () -> Any?,
    length: Duration,
): Round {
    JoseLoop.current = operation
    val options =
        OptionsBuilder()
            .include("^${JoseLoop::class.java.name.replace(".", "\\.")}\\.operation$")
            .forks(0)
            .warmupIterations(0)
            .measurementIterations(1)
            .measurementTime(TimeValue.milliseconds(length.inWholeMilliseconds))
            .addProfiler(GCProfiler::class.java)
            .addProfiler(CpuTimeProfiler::class.java)
            .verbosity(VerboseMode.SILENT)
            .shouldFailOnError(true)
            .build()
    val result = Runner(options).runSingle()
    val others = result.secondaryResults
    return Round(
        result.primaryResult.score,
        others.getValue(Metric.CPU_MICROSECONDS).score,
        others.getValue("gc.alloc.rate.norm").score,
    )
}

/** CPU time of this process per operation: with what the compiler and the collector use. */
class CpuTimeProfiler : InternalProfiler {
    private val meter = ProcessMeter()
    private var before = 0L

    override fun getDescription(): String = "CPU time of the process per operation"

    override fun beforeIteration(
        benchmarkParams: BenchmarkParams,
        iterationParams: IterationParams,
    ) {
        before = meter.usage().cpuNanoseconds
    }

    override fun afterIteration(
        benchmarkParams: BenchmarkParams,
        iterationParams: IterationParams,
        result: IterationResult,
    ): Collection<Result<*>> {
        val microseconds = (meter.usage().cpuNanoseconds - before) / NANOSECONDS_PER_MICROSECOND
        val operations = result.metadata.allOps.coerceAtLeast(1)
        return listOf(ScalarResult(Metric.CPU_MICROSECONDS, microseconds / operations, "us/op", AggregationPolicy.AVG))
    }

    private companion object {
        const val NANOSECONDS_PER_MICROSECOND = 1e3
    }
}
