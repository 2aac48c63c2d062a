package dev.openidclient.loopback

import dev.openidclient.error.UnsupportedFeatureException
import dev.openidclient.testing.printedByOwnProcess
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import kotlinx.coroutines.runBlocking
import java.time.Duration

/** Says what a runtime without the JDK's server makes of it. */
object WithoutHttpServer {
    @JvmStatic
    fun main(arguments: Array<String>): Unit =
        runBlocking {
            try {
                LoopbackRedirect {}.close()
                println("bound")
            } catch (e: UnsupportedFeatureException) {
                println("failed: ${e.message} ${arguments.size}")
            }
        }
}

class LoopbackRedirectSettingsSpec :
    FunSpec({
        fun refused(
            part: String,
            configure: LoopbackRedirectSettings.() -> Unit,
        ) = shouldThrow<IllegalArgumentException> { LoopbackRedirect(configure) {} }.message shouldContain part

        test("the defaults: any free port of 127.0.0.1, /callback, five minutes") {
            val rules = LoopbackRedirectSettings().rules()
            rules.port shouldBe 0
            rules.host shouldBe LoopbackHost.IPV4
            rules.path shouldBe "/callback"
            rules.timeout shouldBe Duration.ofMinutes(5)
        }

        test("what contradicts itself is refused before a port is bound") {
            for (port in listOf(-1, 65_536)) withClue(port) { refused("port must be 0 to 65535") { this.port = port } }
            for (path in listOf("", "callback", "/a?b", "/a#b", "/a b", "/a/../b", "//[", "/ä\n")) {
                withClue(path) { refused("path must be the path of a URL") { this.path = path } }
            }
            for (time in listOf(Duration.ZERO, Duration.ofSeconds(-1))) {
                withClue(time) { refused("timeout must be positive") { timeout = time } }
            }
        }

        test("a runtime without jdk.httpserver has no LoopbackRedirect, and is told what else there is") {
            val modules = "java.base,java.logging,java.naming,java.net.http,java.sql,java.management,jdk.unsupported"
            val printed =
                printedByOwnProcess(WithoutHttpServer::class.java.name, listOf("--limit-modules", modules), emptyList())
            printed shouldContain "failed: LoopbackRedirect needs the module jdk.httpserver"
            printed shouldContain "a server of your own"
        }

        test("a runtime with it has it") {
            printedByOwnProcess(WithoutHttpServer::class.java.name, emptyList(), emptyList()) shouldContain "bound"
        }
    })
