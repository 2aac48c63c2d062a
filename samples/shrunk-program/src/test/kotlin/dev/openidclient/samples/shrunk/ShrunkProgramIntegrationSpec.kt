package dev.openidclient.samples.shrunk

import dev.openidclient.samples.server.EmbeddedAuthorizationServer
import dev.openidclient.samples.server.HeadlessBrowser
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.longs.shouldBeLessThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldStartWith
import java.nio.file.Path
import kotlin.io.path.fileSize

private const val CALLBACK = "http://127.0.0.1/callback"

class ShrunkProgramIntegrationSpec :
    FunSpec({
        // guards against a hang; reading what the program prints ends before, as it is killed
        timeout = 120_000

        lateinit var shrunk: Path
        lateinit var server: EmbeddedAuthorizationServer

        beforeSpec {
            server = EmbeddedAuthorizationServer.start(0, listOf(CALLBACK), emptyList())
            // not within a test, as R8 has more time than a test
            shrunk = R8.shrink("program", R8.rules.values)
        }
        afterSpec { server.close() }

        test("a program that R8 has shrunk signs a person in, and names its errors") {
            val client = server.webClient()
            // the engine of platforms without java.net.http
            val program = R8.start(shrunk, server.issuer(), client.id(), client.secret(), CALLBACK, "CIO")
            try {
                val output = program.inputReader()
                val browser = HeadlessBrowser(server.user().username(), server.user().password())
                val first = output.readLine()
                withClue(first) { first shouldStartWith server.issuer() }
                val callback = browser.signIn(first, CALLBACK)
                program.outputWriter().use { it.appendLine(callback.url()) }

                val printed = output.readText()

                printed shouldContain "signed in: Alice Moreau"
                printed shouldContain "refused: ResponseBodyException"
                program.waitFor() shouldBe 0
            } finally {
                program.destroyForcibly()
            }
        }

        test("R8 leaves less than half") {
            shrunk.fileSize() shouldBeLessThan R8.sizeBefore / 2
        }
    })
