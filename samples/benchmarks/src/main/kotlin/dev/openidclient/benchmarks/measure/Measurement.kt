package dev.openidclient.benchmarks.measure

/** What one operation cost, in one round of one subject. [extra] holds what only this suite counts, by its name. */
class Round(
    val operationsPerSecond: Double,
    val cpuMicroseconds: Double? = null,
    val allocatedBytes: Double? = null,
    val extra: Map<String, Double> = emptyMap(),
) {
    /** By [name], one of [Metric] or a name of [extra]; null where it was not counted. */
    operator fun get(name: String): Double? =
        when (name) {
            Metric.OPERATIONS_PER_SECOND -> operationsPerSecond
            Metric.CPU_MICROSECONDS -> cpuMicroseconds
            Metric.ALLOCATED_BYTES -> allocatedBytes
            else -> extra[name]
        }
}

/** The names of what every suite measures. */
object Metric {
    const val OPERATIONS_PER_SECOND = "operationsPerSecond"
    const val CPU_MICROSECONDS = "cpuMicroseconds"
    const val ALLOCATED_BYTES = "allocatedBytes"
}

/**
 * All rounds of one [subject] in one [row] of the table. Its floor is the subject of the same row and the same
 * [parameters] that has [isFloor].
 */
class Measurement(
    val suite: String,
    val row: String,
    val subject: String,
    val isFloor: Boolean,
    val parameters: Map<String, String>,
    val rounds: List<Round>,
) {
    /** The median of the rounds; null where one of them did not count [metric]. */
    fun median(metric: String): Double? =
        rounds
            .map { it[metric] ?: return null }
            .takeIf { it.isNotEmpty() }
            ?.let(::median)

    val operationsPerSecond: Double? get() = median(Metric.OPERATIONS_PER_SECOND)
    val cpuMicroseconds: Double? get() = median(Metric.CPU_MICROSECONDS)
    val allocatedBytes: Double? get() = median(Metric.ALLOCATED_BYTES)
}

/** The middle value, or the mean of the two. Throws [IllegalArgumentException] for no values. */
fun median(values: List<Double>): Double {
    require(values.isNotEmpty()) { "no values have no median" }
    val sorted = values.sorted()
    val middle = sorted.size / 2
    return if (sorted.size % 2 == 1) sorted[middle] else (sorted[middle - 1] + sorted[middle]) / 2
}
