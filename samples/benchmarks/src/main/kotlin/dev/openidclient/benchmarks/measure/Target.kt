package dev.openidclient.benchmarks.measure

/**
 * What a [subject] in a [row] must reach: its median of [metric], in relation to [against], keeps to [bound].
 * [parameters] are those that the measurement must have; it may have more.
 */
class Target(
    val row: String,
    val subject: String,
    val metric: String,
    val relation: Relation,
    val rule: Rule,
    val bound: Double,
    val parameters: Map<String, String> = emptyMap(),
    val against: Reference? = null,
) {
    enum class Relation {
        /** The subject's divided by that of the reference. */
        RATIO,

        /** The subject's less that of the reference. */
        DIFFERENCE,

        /** The subject's alone. */
        VALUE,
    }

    enum class Rule { AT_LEAST, AT_MOST }

    /** Another measurement than the floor. */
    class Reference(
        val subject: String,
        val row: String? = null,
        val parameters: Map<String, String>? = null,
    )
}

/** A target with what was measured; [value] is null where something that it needs was not. */
class Verdict(
    val target: Target,
    val measurement: Measurement,
    val value: Double?,
) {
    val isMet: Boolean? =
        value?.let {
            when (target.rule) {
                Target.Rule.AT_LEAST -> it >= target.bound
                Target.Rule.AT_MOST -> it <= target.bound
            }
        }
}

/** The floor of [measurement]: in the same row, with the same parameters. */
fun List<Measurement>.floorOf(measurement: Measurement): Measurement? =
    find { it.isFloor && it.row == measurement.row && it.parameters == measurement.parameters }

/** One verdict for each measurement that a target names. */
fun verdicts(
    measurements: List<Measurement>,
    targets: List<Target>,
): List<Verdict> =
    targets.flatMap { target ->
        measurements
            .filter { it.row == target.row && it.subject == target.subject && it has target.parameters }
            .map { Verdict(target, it, measurements.valueOf(target, it)) }
    }

private infix fun Measurement.has(wanted: Map<String, String>) =
    wanted.all { (name, value) -> parameters[name] == value }

private fun List<Measurement>.valueOf(
    target: Target,
    measurement: Measurement,
): Double? {
    val value = measurement.median(target.metric) ?: return null
    if (target.relation == Target.Relation.VALUE) return value
    val reference = referenceOf(target, measurement)?.median(target.metric) ?: return null
    return if (target.relation == Target.Relation.RATIO) value / reference else value - reference
}

private fun List<Measurement>.referenceOf(
    target: Target,
    measurement: Measurement,
): Measurement? {
    val reference = target.against ?: return floorOf(measurement)
    val row = reference.row ?: measurement.row
    val parameters = reference.parameters ?: measurement.parameters
    return find { it.row == row && it.subject == reference.subject && it.parameters == parameters }
}
