package dev.openidclient.tokensource

import dev.openidclient.tokenstore.InMemoryTokenStore
import dev.openidclient.tokenstore.StoreKey
import dev.openidclient.tokenstore.TokenCipher
import dev.openidclient.tokenstore.TokenStore
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.delay
import kotlinx.coroutines.test.TestScope
import kotlinx.coroutines.test.runTest

private const val MINUTES = 180_000L
private val DOWN = setOf("load", "put", "commit", "take", "remove", "lease")

private fun cipher(seed: Int) = TokenCipher.of(StoreKey("key-$seed", ByteArray(32) { (seed * it).toByte() }))

/** Seals when it may. */
private class SlowCipher : TokenCipher {
    private val cipher = cipher(1)

    /** Null: at once. */
    var gate: CompletableDeferred<Unit>? = null

    override suspend fun seal(
        id: String,
        plaintext: String,
    ): String {
        gate?.await()
        return cipher.seal(id, plaintext)
    }

    override suspend fun open(
        id: String,
        sealed: String,
    ): String = cipher.open(id, sealed)
}

/** Sign-ins that the store could not take yet. */
class KeptSignInSpec :
    FunSpec({
        class Outage(
            test: TestScope,
        ) {
            val world = TokenWorld(test) { rotateRefreshTokens() }
            private val inner = InMemoryTokenStore(clock = world.clock)
            val store = ObservedStore(inner)
            val slow = SlowCipher()
            val here = instance(store, slow)

            fun other(cipher: TokenCipher = cipher(1)) = instance(inner, cipher)

            private fun instance(
                store: TokenStore,
                cipher: TokenCipher,
            ) = world.users { store(store, cipher) }

            val revoked: List<String?>
                get() = world.server.requests.filter { "revo" in it.url }.map { it.parameters["token"] }
        }

        context("revoke makes the server forget one that the store could not take yet") {
            test("and the earlier one, which it has") {
                runTest {
                    Outage(this).run {
                        val early = world.server.tokens("alice")
                        here.put("session", early)
                        store.failing = DOWN
                        val late = world.server.tokens("alice")
                        here.keep("session", late)
                        store.failing = emptySet()

                        here.revoke("session")

                        revoked shouldContainExactlyInAnyOrder listOf(early.refreshToken, late.refreshToken)
                    }
                }
            }

            test("where the store has none") {
                runTest {
                    Outage(this).run {
                        store.failing = DOWN
                        val late = world.server.tokens("alice")
                        here.keep("session", late)
                        store.failing = emptySet()

                        here.revoke("session")

                        revoked shouldContainExactlyInAnyOrder listOf(late.refreshToken)
                    }
                }
            }
        }

        context("one that is removed while it is sealed to be written") {
            suspend fun Outage.removedMeanwhile() {
                store.failing = DOWN
                here.keep("session", world.server.tokens("alice"))
                store.failing = emptySet()
                val gate = CompletableDeferred<Unit>()
                slow.gate = gate
                // the writing begins within it
                delay(2_000)
                here.remove("session")
                gate.complete(Unit)
                delay(MINUTES)
                other().load("session") shouldBe null
                here.load("session") shouldBe null
            }

            test("does not come back") {
                runTest { Outage(this).removedMeanwhile() }
            }

            test("does not come back either where it goes in place of another one") {
                runTest {
                    Outage(this).run {
                        here.put("session", world.server.tokens("alice"))
                        removedMeanwhile()
                    }
                }
            }
        }

        test("one that goes in place of what nobody here can read is written all the same") {
            runTest {
                Outage(this).run {
                    other(cipher(3)).put("session", world.server.tokens("alice"))
                    store.failing = DOWN
                    val late = world.server.tokens("alice")
                    here.keep("session", late)
                    store.failing = emptySet()
                    delay(MINUTES)

                    other().load("session") shouldBe late
                }
            }
        }
    })
