package dev.openidclient.samples.kotlinweb

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import java.io.ByteArrayOutputStream
import java.io.PrintStream

class WalkSpec :
    FunSpec({
        val printed = ByteArrayOutputStream()
        val out = PrintStream(printed, true, Charsets.UTF_8)

        beforeTest { printed.reset() }

        test("walks from the home page through sign-in, refresh and API to sign-out, and to a logout by the server") {
            run(listOf("--walk"), out) shouldBe 0

            printed.toString(Charsets.UTF_8) shouldContain "All 10 steps went well."
        }

        test("prints no password, code, state or token") {
            Demo.start().use { demo ->
                walk(demo, out) shouldBe 0

                printed.toString(Charsets.UTF_8) shouldNotContain demo.server.user().password()
                printed.toString(Charsets.UTF_8) shouldContain "code=██&state=██"
                Regex("[\\w-]{20,}").find(printed.toString(Charsets.UTF_8)).shouldBeNull()
            }
        }

        test("fails when the authorization server is down") {
            Demo.start().use { demo ->
                demo.server.close()

                walk(demo, out) shouldBe 1

                printed.toString(Charsets.UTF_8) shouldContain "FAILED: "
            }
        }

        test("fails when the application is down") {
            val demo = Demo.start().apply { close() }

            walk(demo, out) shouldBe 1

            printed.toString(Charsets.UTF_8) shouldContain "FAILED: no answer from ${demo.url}"
        }

        test("refuses arguments that it does not know") {
            run(listOf("--wlak"), out) shouldBe 2

            printed.toString(Charsets.UTF_8) shouldContain "--walk"
        }
    })
