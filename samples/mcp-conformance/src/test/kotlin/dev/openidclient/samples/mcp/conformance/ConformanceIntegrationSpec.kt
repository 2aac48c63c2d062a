package dev.openidclient.samples.mcp.conformance

import io.kotest.core.annotation.EnabledIf
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.ints.shouldBeLessThanOrEqual
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import java.util.concurrent.Callable
import java.util.concurrent.Executors

private const val SOURCES = "dev/openidclient/samples/mcp/conformance"
private const val PACKAGE = "dev.openidclient.samples.mcp.conformance"

/** What the suite says of a client that is made of `McpAccess`, in Kotlin and in Java. */
@EnabledIf(ConformanceAvailable::class)
class ConformanceIntegrationSpec :
    FunSpec({
        val clients =
            listOf(
                Client("Kotlin", "$PACKAGE.KotlinClientKt", "src/main/kotlin/$SOURCES/KotlinClient.kt") { given, url ->
                    KotlinClient(given, url).run()
                },
                Client("Java", "$PACKAGE.JavaClient", "src/main/java/$SOURCES/JavaClient.java") { given, url ->
                    JavaClient(given, url).run()
                },
            )
        val host = ClientHost(clients)
        val runners = Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors() + 1)

        afterSpec {
            runners.shutdownNow()
            host.close()
        }

        test("the suite has 33 scenarios about authorization") {
            ConformanceSuite.scenarios shouldHaveSize 33
        }

        test("the servers of the suite listen on the loopback address only") {
            ConformanceSuite.addressOfServers() shouldBe "127.0.0.1"
        }

        // all of them begin at once, and each test waits for its own
        val failures =
            clients.flatMap { client ->
                ConformanceSuite.scenarios.map { scenario ->
                    val run = Callable { ConformanceSuite.failureOf(scenario, host.commandOf(client)) }
                    "the client in ${client.language} passes ${scenario.name}" to runners.submit(run)
                }
            }
        for ((name, failure) in failures) {
            test(name) { failure.get().shouldBeNull() }
        }

        for (client in clients) {
            test("the client in ${client.language} passes as a program of its own, too") {
                ConformanceSuite.failureOf(ConformanceSuite.scenarios.first(), client.command).shouldBeNull()
            }

            test("the client in ${client.language} has 60 lines at the most, besides imports and braces") {
                client.lineCount shouldBeLessThanOrEqual 60
            }
        }
    })
