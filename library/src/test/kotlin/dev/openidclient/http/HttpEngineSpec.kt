package dev.openidclient.http

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.types.shouldBeInstanceOf
import io.kotest.matchers.types.shouldNotBeInstanceOf

class HttpEngineSpec :
    FunSpec({
        for (engine in listOf(HttpEngine.JAVA, HttpEngine.AUTOMATIC)) {
            test("$engine is the JDK's client, where there is java.net.http") {
                engine.createTransport().use { it.shouldBeInstanceOf<JdkTransport>() }
            }
        }

        test("CIO is not the JDK's client") {
            HttpEngine.CIO.createTransport().use { it.shouldNotBeInstanceOf<JdkTransport>() }
        }

        for (engine in HttpEngine.entries) {
            test("a transport of $engine may be closed twice") {
                val transport = engine.createTransport()
                transport.close()
                transport.close()
            }
        }
    })
