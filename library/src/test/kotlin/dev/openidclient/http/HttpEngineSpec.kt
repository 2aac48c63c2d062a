package dev.openidclient.http

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.ktor.client.engine.cio.CIOEngineConfig
import io.ktor.client.engine.java.JavaHttpConfig
import kotlin.reflect.KClass

class HttpEngineSpec :
    FunSpec({
        val configurations =
            mapOf<HttpEngine, KClass<*>>(
                HttpEngine.JAVA to JavaHttpConfig::class,
                HttpEngine.CIO to CIOEngineConfig::class,
                HttpEngine.AUTOMATIC to JavaHttpConfig::class,
            )
        for ((engine, configuration) in configurations) {
            test("$engine is configured by ${configuration.simpleName}, where there is java.net.http") {
                engine.createClient().use { it.engineConfig::class shouldBe configuration }
            }
        }

        test("CIO leaves the time of a request to its caller") {
            HttpEngine.CIO.createClient().use { (it.engineConfig as CIOEngineConfig).requestTimeout shouldBe 0 }
        }
    })
