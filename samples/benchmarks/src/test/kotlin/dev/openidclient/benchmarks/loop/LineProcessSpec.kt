package dev.openidclient.benchmarks.loop

import dev.openidclient.benchmarks.measure.jvm
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import java.net.ConnectException
import java.net.Socket
import java.net.URI

/** Answers each line with itself, and ends at `end`. */
internal object Echo {
    @JvmStatic
    fun main(arguments: Array<String>) {
        generateSequence(::readlnOrNull).takeWhile { it != "end" }.forEach { println(it + arguments.joinToString()) }
    }
}

class LineProcessSpec :
    FunSpec({
        fun echo() = LineProcess(jvm(Echo::class.java.name))

        test("answers each line with a line") {
            echo().use { process ->
                process.ask("one") shouldBe "one"
                process.ask("two") shouldBe "two"
            }
        }

        test("fails where the process has ended") {
            echo().use { process ->
                shouldThrow<IllegalStateException> { process.ask("end") }
            }
        }

        test("a stub server that is closed takes no connection any more") {
            val port =
                StubProcess().use { stub ->
                    val port = URI(stub.issuer("http")).port
                    Socket("127.0.0.1", port).close()
                    port
                }
            shouldThrow<ConnectException> { Socket("127.0.0.1", port).close() }
        }
    })
