package dev.openidclient.samples.mcp

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import java.io.ByteArrayOutputStream
import java.io.PrintStream

class WalkSpec :
    FunSpec({
        test("agents in Kotlin and Java get from the URL to an answer, and ask for more when a tool needs it") {
            val (status, text) = printed { run(listOf("--walk"), it) }

            status shouldBe 0
            for (language in listOf("Kotlin", "Java")) {
                val asked = Regex("$language +asks the person for (.*);").findAll(text).map { it.groupValues[1] }
                asked.toList() shouldContainExactly listOf("notes:read", "notes:read notes:write")
            }
            text shouldContain "list_notes: Buy coffee. Written in Kotlin. Written in Java."
            text shouldContain "All 10 steps went well."
        }

        test("no token, code or state is printed") {
            val (_, text) = printed { run(listOf("--walk"), it) }

            Regex("[\\w-]{30,}").find(text)?.value shouldBe null
        }

        test("a walk without its authorization server fails and says so") {
            val (status, text) =
                printed { out ->
                    Demo().use { demo ->
                        demo.authorizationServer.close()
                        Walk(demo, out).run()
                    }
                }

            status shouldBe 1
            text shouldContain "FAILED: "
        }

        test("arguments that it does not know are refused") {
            val (status, text) = printed { run(listOf("--wlak"), it) }

            status shouldBe 2
            text shouldContain "--walk"
        }
    })

private inline fun printed(run: (PrintStream) -> Int): Pair<Int, String> {
    val bytes = ByteArrayOutputStream()
    val status = PrintStream(bytes, true, Charsets.UTF_8).use(run)
    return status to bytes.toString(Charsets.UTF_8)
}
