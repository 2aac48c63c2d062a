package dev.openidclient.benchmarks.measure

/** A measurement with one value for each round, which is its throughput and its CPU time. */
fun measured(
    subject: String,
    vararg values: Double,
    row: String = "row",
    isFloor: Boolean = false,
    parameters: Map<String, String> = emptyMap(),
    extra: Map<String, Double> = emptyMap(),
): Measurement = Measurement("suite", row, subject, isFloor, parameters, values.map { Round(it, it, it, extra) })

fun resultsOf(
    vararg measurements: Measurement,
    suite: String = "jose",
    targets: List<Target> = emptyList(),
): Results =
    Results(
        suite,
        Machine(2, "Vendor 17.0.1+2", "Linux amd64", "2026-01-02"),
        measurements.toList(),
        targets,
        listOf("A note."),
    )

fun ratioTarget(
    bound: Double,
    metric: String = Metric.OPERATIONS_PER_SECOND,
    rule: Target.Rule = Target.Rule.AT_LEAST,
    relation: Target.Relation = Target.Relation.RATIO,
    parameters: Map<String, String> = emptyMap(),
    against: Target.Reference? = null,
): Target = Target("row", "library", metric, relation, rule, bound, parameters, against)
