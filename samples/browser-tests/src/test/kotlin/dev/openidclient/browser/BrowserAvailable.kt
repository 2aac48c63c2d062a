package dev.openidclient.browser

import io.kotest.core.annotation.Condition
import io.kotest.core.spec.Spec
import kotlin.reflect.KClass

/**
 * Skips a spec where there is no browser, and prints why. With `-Dbrowser.required=true` the spec runs and fails with
 * that reason instead.
 */
class BrowserAvailable : Condition {
    override fun evaluate(kclass: KClass<out Spec>): Boolean = isAvailable

    private companion object {
        val isAvailable: Boolean by lazy {
            val problem = if (System.getProperty("browser.required").toBoolean()) null else Chromium.problem
            problem?.let { println("Skipped, as there is no browser: $it") }
            problem == null
        }
    }
}
