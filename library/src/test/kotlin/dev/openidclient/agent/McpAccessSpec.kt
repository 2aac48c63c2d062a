package dev.openidclient.agent

import dev.openidclient.http.HttpBody
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContain
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.test.runTest

class McpAccessSpec :
    FunSpec({
        context("from a URL to an answer") {
            test("a request without a token, the documents, a registration, the browser, and the request once more") {
                runTest {
                    val world = AgentWorld(this)
                    val mcp = world.mcp()

                    val answer =
                        mcp.send {
                            method = "POST"
                            body = HttpBody.text("text/plain", "hi")
                        }

                    answer.status shouldBe 200
                    world.calls.map { it.headers["authorization"]?.substringBefore(' ') } shouldContainExactly
                        listOf(null, "Bearer")
                    world.calls.map { it.body?.bytes()?.decodeToString() } shouldContainExactly listOf("hi", "hi")
                    world.opened shouldHaveSize 1
                    world.server.registrationEndpoint.requestCount shouldBe 1
                }
            }

            test("a second request has the token at once") {
                runTest {
                    val world = AgentWorld(this)
                    val mcp = world.mcp()
                    mcp.send()
                    world.asked.clear()

                    mcp.send().status shouldBe 200

                    world.asked.filter { "introspect" !in it } shouldContainExactly listOf(AgentWorld.URL)
                }
            }

            test("forty calls at once open one browser") {
                runTest {
                    val world = AgentWorld(this)
                    val mcp = world.mcp()

                    val answers = List(40) { async { mcp.send() } }.awaitAll()

                    answers.map { it.status }.toSet() shouldBe setOf(200)
                    world.opened shouldHaveSize 1
                }
            }
        }
    })
