package dev.openidclient.tokensource

import dev.openidclient.error.OAuthException
import dev.openidclient.event.ClientListener
import dev.openidclient.event.TokenEvent
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainAll
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldNotContain
import kotlinx.coroutines.delay
import kotlinx.coroutines.test.TestScope
import kotlinx.coroutines.test.runTest
import java.lang.reflect.Modifier
import kotlin.reflect.KClass

private const val HOUR = 3_600_000L

class TokenEventSpec :
    FunSpec({
        /** All that happens to tokens, with the secrets that were there. */
        suspend fun TestScope.everything(): Pair<TokenWorld, List<String>> {
            val world = TokenWorld(this) { rotateRefreshTokens() }
            val orders = world.service { name = "orders" }.source { scope("very-secret-scope") }
            val sessions = world.users { maximumEntries = 2 }
            val tokens = world.server.tokens("very-secret-subject")
            sessions.put("very-secret-session", tokens)
            orders.invalidate(orders.token())
            orders.token()
            delay(HOUR)
            // in doubt, sent again, and refused
            world.server.tokenEndpoint.dropNextAnswer()
            shouldThrow<OAuthException> { sessions.source("very-secret-session").token() }
            delay(2_000)
            shouldThrow<OAuthException> { sessions.source("very-secret-session").token() }
            world.server.tokenEndpoint.failNext(503)
            shouldThrow<OAuthException> { orders.token() }
            repeat(3) { sessions.put("very-secret-session-$it", world.server.tokens()) }
            return world to listOfNotNull("very-secret", tokens.accessToken, tokens.refreshToken, tokens.idToken)
        }

        test("a listener hears of all that happens") {
            runTest {
                val (world, _) = everything()
                val kinds: List<KClass<out TokenEvent>> =
                    listOf(
                        TokenEvent.Served::class,
                        TokenEvent.Obtained::class,
                        TokenEvent.RefreshFailed::class,
                        TokenEvent.InDoubt::class,
                        TokenEvent.Resent::class,
                        TokenEvent.SignInRequired::class,
                        TokenEvent.Invalidated::class,
                        TokenEvent.Evicted::class,
                    )
                world.events.map { it::class } shouldContainAll kinds
                world.events.mapNotNull { it.source.issuer }.toSet() shouldBe setOf("https://as.example.com")
                world.events.map { it.source.kind }.toSet() shouldBe setOf("client_credentials", "user")
                world.events.mapNotNull { it.source.name }.toSet() shouldBe setOf("orders")
            }
        }

        test("nothing that it hears has a token, subject, session or scope in any of its fields") {
            runTest {
                val (world, secrets) = everything()
                for (event in world.events) {
                    val values = valuesOf(event)
                    for (secret in secrets) for (value in values) value shouldNotContain secret
                }
            }
        }

        test("a listener that throws disturbs nobody") {
            runTest {
                val world = TokenWorld(this)
                val client =
                    world.client {
                        listener(
                            object : ClientListener {
                                override fun happened(event: TokenEvent) = error("broken")
                            },
                        )
                    }
                val orders = ClientCredentialsTokens(client) { world.run { inThisWorld() } }.source()
                orders.token()
                orders.token()
                orders.invalidate(orders.token())
                orders.token()
                world.requests shouldBe 2
            }
        }
    })

/** All that can be reached from [root] by its fields, as text. */
private fun valuesOf(root: Any): List<String> {
    val seen = ArrayList<String>()

    fun walk(
        value: Any?,
        depth: Int,
    ) {
        if (value == null || depth > 4) return
        seen += value.toString()
        if (value.javaClass.name.startsWith("dev.openidclient") && value !is Enum<*>) {
            generateSequence<Class<*>>(value.javaClass) { it.superclass }
                .flatMap { it.declaredFields.asSequence() }
                .filterNot { Modifier.isStatic(it.modifiers) }
                .filter { it.declaringClass.name.startsWith("dev.openidclient") }
                .forEach {
                    it.isAccessible = true
                    walk(it.get(value), depth + 1)
                }
        }
    }
    walk(root, 0)
    return seen
}
