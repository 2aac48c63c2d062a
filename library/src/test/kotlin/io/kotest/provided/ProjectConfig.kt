package io.kotest.provided

import dev.openidclient.testing.Providers
import io.kotest.core.config.AbstractProjectConfig

/** Kotest finds it by this name. All specs of a JVM run with one provider of cryptography: the JDK, if none is named. */
object ProjectConfig : AbstractProjectConfig() {
    override suspend fun beforeProject() = Providers.useThatOfTheBuild()
}
