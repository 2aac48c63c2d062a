package dev.openidclient.benchmarks.measure

import java.util.concurrent.ExecutionException
import java.util.concurrent.Executors

/** One of those that are measured side by side. */
interface Subject : AutoCloseable {
    val row: String
    val name: String
    val isFloor: Boolean get() = false
    val parameters: Map<String, String> get() = emptyMap()

    /** Runs before the first round, until the compiler has seen enough. */
    fun warmUp()

    fun round(): Round

    override fun close() = Unit
}

/**
 * Round 1 of every subject, then round 2 of every subject; each round begins with another subject, so that none is
 * always measured right after the same. All subjects are warmed up before the first round, and closed at the end.
 */
fun interleaved(
    suite: String,
    rounds: Int,
    subjects: List<Subject>,
    warmUp: (List<Subject>) -> Unit = { it.forEach(Subject::warmUp) },
): List<Measurement> {
    val measured = subjects.map { mutableListOf<Round>() }
    try {
        warmUp(subjects)
        repeat(rounds) { round ->
            for (index in turn(subjects.size, round)) measured[index] += subjects[index].round()
        }
    } finally {
        subjects.forEach { it.close() }
    }
    return subjects.mapIndexed { index, it ->
        Measurement(suite, it.row, it.name, it.isFloor, it.parameters, measured[index])
    }
}

/** The order of [count] subjects in a [round]: turned by one place, and every second round backwards. */
internal fun turn(
    count: Int,
    round: Int,
): List<Int> {
    val order = List(count) { (it + round) % count }
    return if (round % 2 == 0) order else order.reversed()
}

/** Warms up as many at a time as there are cores: for subjects in processes of their own. */
fun warmUpTogether(subjects: List<Subject>) {
    val threads = Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors())
    try {
        subjects.map { threads.submit(it::warmUp) }.forEach { it.get() }
    } catch (e: ExecutionException) {
        throw e.cause ?: e
    } finally {
        threads.shutdown()
    }
}
