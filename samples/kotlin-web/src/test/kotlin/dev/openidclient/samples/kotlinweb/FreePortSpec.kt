package dev.openidclient.samples.kotlinweb

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.ints.shouldBePositive
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import java.io.ByteArrayOutputStream
import java.io.PrintStream
import java.net.InetAddress
import java.net.ServerSocket

class FreePortSpec :
    FunSpec({
        val printed = ByteArrayOutputStream()
        val out = PrintStream(printed, true)

        beforeTest { printed.reset() }

        test("says that the port is taken, and finds a free one") {
            ServerSocket(0, 1, InetAddress.getLoopbackAddress()).use { taken ->
                val port = freePort(taken.localPort, "web application", out)

                port shouldNotBe taken.localPort
                printed.toString().trim() shouldBe
                    "Port ${taken.localPort} is taken: the web application listens on port $port."
            }
        }

        test("says nothing when any port will do") {
            freePort(0, "web application", out).shouldBePositive()

            printed.toString() shouldBe ""
        }
    })
