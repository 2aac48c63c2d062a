package dev.openidclient.agent

import com.sun.management.ThreadMXBean
import dev.openidclient.client.OpenIdClient
import dev.openidclient.resource.ResourceAccess
import dev.openidclient.tokensource.UserTokens
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.longs.shouldBeLessThanOrEqual
import kotlinx.coroutines.test.runTest
import java.lang.management.ManagementFactory

private const val CALLS = 20_000

/** Bytes of one call, by the counter of the JVM. */
private suspend fun allocated(call: suspend () -> Any?): Long {
    val threads = ManagementFactory.getThreadMXBean() as ThreadMXBean
    val thread = Thread.currentThread().id
    repeat(CALLS) { call() }
    val before = threads.getThreadAllocatedBytes(thread)
    repeat(CALLS) { call() }
    return (threads.getThreadAllocatedBytes(thread) - before) / CALLS
}

class FreshTokenCostSpec :
    FunSpec({
        test("a call with a fresh token allocates no more than one of a ResourceAccess with the tokens of a user") {
            runTest {
                val world = AgentWorld(this)
                val mcp = world.mcp()
                mcp.send()
                val client =
                    OpenIdClient(world.server.metadata, "app") {
                        transport = world
                        clock = world.clock
                    }
                val users = UserTokens(client)
                users.put("session", world.server.tokens("alice", "app"))
                val plain = ResourceAccess(client, users.source("session")) { allow(AgentWorld.ORIGIN) }

                val ofMcp = allocated { mcp.authorize("GET", AgentWorld.URL) }
                val ofPlain = allocated { plain.authorize("GET", AgentWorld.URL) }

                // the JVM leaves out some of it as it likes, by what ran before: another header or set would be more than that
                ofMcp shouldBeLessThanOrEqual ofPlain + ofPlain / 4
            }
        }
    })
