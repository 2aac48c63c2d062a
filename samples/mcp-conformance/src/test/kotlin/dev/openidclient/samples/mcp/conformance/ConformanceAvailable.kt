package dev.openidclient.samples.mcp.conformance

import io.kotest.core.annotation.Condition
import io.kotest.core.spec.Spec
import kotlin.reflect.KClass

/**
 * Skips a spec where the suite cannot run, and prints why. With `-Dmcp.required=true` the spec runs and fails with that
 * reason instead.
 */
class ConformanceAvailable : Condition {
    override fun evaluate(kclass: KClass<out Spec>): Boolean {
        val problem = if (System.getProperty("mcp.required").toBoolean()) null else ConformanceSuite.problem
        problem?.let { println("Skipped, as the conformance suite of MCP cannot run: $it") }
        return problem == null
    }
}
