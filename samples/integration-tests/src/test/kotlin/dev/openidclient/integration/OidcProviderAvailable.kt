package dev.openidclient.integration

import io.kotest.core.annotation.Condition
import io.kotest.core.spec.Spec
import kotlin.reflect.KClass

/**
 * Skips a spec where `oidc-provider` cannot run, and prints why. With `-Dinterop.required=true` the spec runs and fails
 * with that reason instead.
 */
class OidcProviderAvailable : Condition {
    override fun evaluate(kclass: KClass<out Spec>): Boolean = isAvailable()

    companion object {
        private val available: Boolean by lazy {
            val problem = if (required) null else NodeServer.problem
            problem?.let { println("Skipped, as there is no oidc-provider: $it") }
            problem == null
        }

        private val required: Boolean get() = System.getProperty("interop.required").toBoolean()

        /** The same for JUnit: `@EnabledIf("dev.openidclient.integration.OidcProviderAvailable#isAvailable")`. */
        @JvmStatic
        fun isAvailable(): Boolean = available
    }
}
