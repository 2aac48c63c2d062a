package dev.openidclient.agent

import dev.openidclient.client.OwnCoroutines
import dev.openidclient.tokenstore.InMemoryTokenStore
import dev.openidclient.tokenstore.SharedStore
import dev.openidclient.tokenstore.StoreKey
import dev.openidclient.tokenstore.StoredEntry
import dev.openidclient.tokenstore.TokenCipher
import dev.openidclient.tokenstore.TokenStore
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.delay
import kotlinx.coroutines.test.TestScope
import kotlinx.coroutines.test.runTest
import java.time.Duration

private const val MINUTES = 180_000L
private val SEALING = TokenCipher.of(StoreKey("test", ByteArray(32) { it.toByte() }))

private fun known(scope: String) =
    KnownResource("https://as.example.com", "app", "https://rs.example.com", true, null, listOf(scope))

/** Out of reach for as long as it must be, and as slow to seal. */
private class Unreliable(
    private val store: TokenStore,
) : TokenStore by store,
    TokenCipher by SEALING {
    var isDown = false

    /** How often a commit is answered as if another one was quicker. */
    var refusals = 0

    /** Null: sealed at once. */
    var gate: CompletableDeferred<Unit>? = null

    override suspend fun load(id: String): StoredEntry? {
        check(!isDown) { "the store is down" }
        return store.load(id)
    }

    override suspend fun commit(
        id: String,
        version: Long,
        value: String,
        lifetime: Duration,
    ): Boolean = refusals-- <= 0 && store.commit(id, version, value, lifetime)

    override suspend fun seal(
        id: String,
        plaintext: String,
    ): String {
        gate?.await()
        return SEALING.seal(id, plaintext)
    }
}

/** What waits for the store, and what it finds there. */
class KnownResourcesSpec :
    FunSpec({
        class Outage(
            private val test: TestScope,
        ) {
            private val inner = InMemoryTokenStore()
            val store = Unreliable(inner)
            val here = resources(SharedStore(store, store))

            fun other() = resources(SharedStore(inner, SEALING))

            private fun resources(shared: SharedStore) =
                KnownResources(
                    "https://rs.example.com",
                    "alice",
                    shared,
                    Duration.ofSeconds(5),
                    "test",
                    OwnCoroutines(test.backgroundScope.coroutineContext, "test"),
                )

            /** Keeps what the store cannot take, and lets [meanwhile] happen before it can. */
            suspend fun late(meanwhile: suspend () -> Unit) {
                store.isDown = true
                here.keep(known("late"))
                meanwhile()
                store.isDown = false
                delay(MINUTES)
            }

            suspend fun stored(): List<String>? = other().load()?.scopes
        }

        test("it is written in place of what this process wrote before") {
            runTest {
                Outage(this).run {
                    here.keep(known("early"))
                    late { }
                    stored() shouldBe listOf("late")
                }
            }
        }

        test("it is written where the store has nothing any more") {
            runTest {
                Outage(this).run {
                    other().keep(known("early"))
                    here.load()
                    late { other().remove() }
                    stored() shouldBe listOf("late")
                }
            }
        }

        test("it is not written in place of what another instance wrote meanwhile") {
            runTest {
                Outage(this).run {
                    here.keep(known("early"))
                    late { other().keep(known("another")) }
                    stored() shouldBe listOf("another")
                    here.load()?.scopes shouldBe listOf("another")
                }
            }
        }

        test("it does not come back where it is removed while it is sealed") {
            runTest {
                Outage(this).run {
                    here.keep(known("early"))
                    store.isDown = true
                    here.keep(known("late"))
                    store.isDown = false
                    val gate = CompletableDeferred<Unit>()
                    store.gate = gate
                    delay(2_000)
                    here.remove()
                    gate.complete(Unit)
                    delay(MINUTES)
                    stored() shouldBe null
                    here.load() shouldBe null
                }
            }
        }

        test("it is written later where the entry changes again and again") {
            runTest {
                Outage(this).run {
                    store.refusals = 15
                    here.keep(known("late"))
                    stored() shouldBe null
                    delay(MINUTES)
                    stored() shouldBe listOf("late")
                }
            }
        }
    })
