package dev.openidclient.samples.mcp

import dev.openidclient.agent.McpAccess
import dev.openidclient.client.InsecureRequests
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import java.io.ByteArrayOutputStream
import java.io.PrintStream
import java.net.URI
import java.net.http.HttpClient
import java.net.http.HttpRequest
import java.net.http.HttpRequest.BodyPublishers
import java.net.http.HttpResponse
import java.net.http.HttpResponse.BodyHandlers

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

        context("with a token for reading alone nobody writes") {
            val cases =
                mapOf(
                    "as it should be" to (CALL.encodeToByteArray() to 403),
                    "in a batch" to ("[$CALL]".encodeToByteArray() to 400),
                    "in UTF-16" to (CALL.toByteArray(Charsets.UTF_16) to 403),
                    "behind a byte that is no UTF-8" to (byteArrayOf(-1) + CALL.encodeToByteArray() to 400),
                    "by a name with a byte that is no UTF-8" to
                        (CALL.replace("add_note", "add_note\u00ff").toByteArray(Charsets.ISO_8859_1) to 400),
                    "in what is no JSON" to ("{".encodeToByteArray() to 400),
                )
            for ((name, case) in cases) {
                test(name) {
                    Demo().use { demo ->
                        val token = readingToken(demo)

                        for (charset in listOf("utf-8", "iso-8859-1", "utf-16")) {
                            post(demo, token, case.first, charset).statusCode() shouldBe case.second
                        }

                        val notes = post(demo, token, LIST.encodeToByteArray()).body()
                        notes shouldContain "Buy coffee."
                        notes shouldNotContain "stranger"
                    }
                }
            }
        }

        test("arguments that it does not know are refused") {
            val (status, text) = printed { run(listOf("--wlak"), it) }

            status shouldBe 2
            text shouldContain "--walk"
        }
    })

private const val CALL =
    """{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"add_note","arguments":{"text":"By a stranger."}}}"""
private const val LIST =
    """{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"list_notes","arguments":{}}}"""

@OptIn(InsecureRequests::class)
private suspend fun readingToken(demo: Demo): String =
    McpAccess(demo.url) {
        register()
        authorize = Person(demo.authorizationServer) {}
        connection { allowInsecureRequests() }
    }.use { it.token().accessToken }

private fun post(
    demo: Demo,
    token: String,
    body: ByteArray,
    charset: String = "utf-8",
): HttpResponse<String> {
    val request =
        HttpRequest
            .newBuilder(URI(demo.url))
            .header("authorization", "Bearer $token")
            .header("content-type", "application/json; charset=$charset")
            .header("accept", "application/json, text/event-stream")
            .POST(BodyPublishers.ofByteArray(body))
            .build()
    return HttpClient.newHttpClient().send(request, BodyHandlers.ofString())
}

private inline fun printed(run: (PrintStream) -> Int): Pair<Int, String> {
    val bytes = ByteArrayOutputStream()
    val status = PrintStream(bytes, true, Charsets.UTF_8).use(run)
    return status to bytes.toString(Charsets.UTF_8)
}
