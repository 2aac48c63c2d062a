package dev.openidclient.samples.mcp

import dev.openidclient.authorization.AuthorizationHandler
import io.modelcontextprotocol.kotlin.sdk.types.McpException
import java.io.IOException
import java.io.PrintStream
import java.net.URI
import java.net.http.HttpClient
import java.net.http.HttpRequest
import java.net.http.HttpRequest.BodyPublishers
import java.net.http.HttpResponse.BodyHandlers

/** Goes from a URL to an answer in both languages, and says on [out] what happened. */
class Walk(
    private val demo: Demo,
    private val out: PrintStream,
) {
    private var steps = 0

    /** Returns the exit status. */
    suspend fun run(): Int {
        try {
            say("the URL", "${demo.url}, and nothing else")
            withoutToken()
            agent("Kotlin") { person, note -> addNoteInKotlin(demo.url, person, note) }
            agent("Java") { person, note -> AgentInJava.addNote(demo.url, person, note) }
        } catch (e: IllegalStateException) {
            out.println("FAILED: ${e.message}")
            return 1
        } catch (e: McpException) {
            out.println("FAILED: ${e.message}")
            return 1
        } catch (e: IOException) {
            out.println("FAILED: ${e.message}")
            return 1
        }
        out.println("All $steps steps went well.")
        return 0
    }

    private fun withoutToken() {
        val request = HttpRequest.newBuilder(URI(demo.url)).POST(BodyPublishers.ofString("{}")).build()
        val answer = HttpClient.newHttpClient().send(request, BodyHandlers.ofString())
        check(answer.statusCode() == UNAUTHORIZED) { "without a token the answer is ${answer.statusCode()}" }
        say("no token", "401, www-authenticate: ${answer.headers().firstValue("www-authenticate").orElse("")}")
    }

    private suspend fun agent(
        language: String,
        addNote: suspend (AuthorizationHandler, String) -> List<String>,
    ) {
        val server = demo.authorizationServer
        server.forgetRequests()
        val note = "Written in $language."
        val asked = mutableListOf<String>()
        val answers = addNote(Person(server, asked::add), note)
        val registered = server.requests.single { it.endpoint == server.registrationEndpoint.name }
        say(language, "finds ${server.issuer}, and registers there: ${registered.status}")
        for (scope in asked) say(language, "asks the person for $scope; a token ██ for ${demo.url}")
        check(note in answers) { "the notes are $answers" }
        say(language, "add_note: ${answers.first()} list_notes: ${answers.drop(1).joinToString(" ")}")
    }

    private fun say(
        step: String,
        what: String,
    ) {
        steps++
        out.println("%2d. %-9s %s".format(steps, step, what))
    }
}

private const val UNAUTHORIZED = 401
