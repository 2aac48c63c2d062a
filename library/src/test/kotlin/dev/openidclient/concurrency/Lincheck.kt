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
internal fun modelChecked(structure: KClass<*>) {
    ModelCheckingOptions()
        .iterations(ITERATIONS)
        .invocationsPerIteration(INVOCATIONS)
        .threads(2)
        .actorsPerThread(3)
        .actorsBefore(2)
        .actorsAfter(2)
        .loopBound(LOOP_BOUND)
        .addGuarantee(forClasses(::sharesNothing).allMethods().ignore())
        .check(structure)
}

/** The same with real threads, for as long as chance needs. */
internal fun stressed(structure: KClass<*>) {
    StressOptions()
        .iterations(if (isLong) 30 else 8)
        .invocationsPerIteration(if (isLong) 2000 else 300)
        .threads(3)
        .actorsPerThread(3)
        .check(structure)
}

/** Parsers and builders of values; they loop over each character, too. */
private fun sharesNothing(name: String): Boolean = WITHOUT_SHARED_STATE.any(name::startsWith)

private val WITHOUT_SHARED_STATE =
    listOf(
        "dev.openidclient.json.",
        "dev.openidclient.http.",
        "dev.openidclient.error.",
        "kotlinx.serialization.",
        "kotlin.text.",
        "java.net.",
        "org.slf4j.",
    )

private const val LOOP_BOUND = 1000
private const val ITERATIONS = 30
private const val INVOCATIONS = 500
