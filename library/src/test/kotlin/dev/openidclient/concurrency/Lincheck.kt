package dev.openidclient.concurrency

import dev.openidclient.testing.isLong
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions
import org.jetbrains.lincheck.datastructures.StressOptions
import org.jetbrains.lincheck.datastructures.forClasses
import kotlin.reflect.KClass

/**
 * Fails where an interleaving of the operations of [structure] has a result that they cannot have one after the other.
 * No switch of threads is tried within functions that share nothing. For the long run only: it rewrites classes of the
 * JDK while other tests of the same JVM use them.
 */
internal fun modelChecked(
    structure: KClass<*>,
    size: Scenarios = Scenarios.MANY,
) {
    ModelCheckingOptions()
        .iterations(size.scenarios)
        .invocationsPerIteration(size.interleavings)
        .threads(2)
        .actorsPerThread(size.operations)
        .actorsBefore(size.operations - 1)
        .actorsAfter(size.operations - 1)
        .loopBound(LOOP_BOUND)
        .addGuarantee(forClasses(::sharesNothing).allMethods().ignore())
        .check(structure)
}

/** How many scenarios are made up, how many interleavings of each are tried, and how many [operations] a thread has. */
internal enum class Scenarios(
    val scenarios: Int,
    val interleavings: Int,
    val operations: Int,
) {
    MANY(30, 500, 3),

    /** Where each operation has a long way, so that [MANY] would take more than minutes. */
    FEW(10, 200, 2),
}

/** The same with real threads, for as long as chance needs. */
internal fun stressed(structure: KClass<*>) {
    StressOptions()
        .iterations(if (isLong) 30 else 6)
        .invocationsPerIteration(if (isLong) 2000 else 200)
        .threads(3)
        .actorsPerThread(3)
        .check(structure)
}

/**
 * Parsers and builders of values, which loop over each character, too; keys are found here, and not used. To rewrite
 * Kotlin's large classes of functions over arrays takes longer than Lincheck waits where the processor is busy.
 */
private fun sharesNothing(name: String): Boolean = WITHOUT_SHARED_STATE.any(name::startsWith)

private val WITHOUT_SHARED_STATE =
    listOf(
        "dev.openidclient.json.",
        "dev.openidclient.http.",
        "dev.openidclient.error.",
        "dev.openidclient.metadata.",
        "dev.openidclient.jose.",
        "kotlinx.serialization.",
        "kotlin.collections.",
        "kotlin.text.",
        "java.net.",
        "org.slf4j.",
    )

private const val LOOP_BOUND = 1000
