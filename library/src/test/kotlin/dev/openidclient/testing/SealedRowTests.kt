package dev.openidclient.testing

import dev.openidclient.error.ErrorCode
import dev.openidclient.error.TokenSourceException
import dev.openidclient.tokensource.UserTokens
import dev.openidclient.tokenstore.TokenStore
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import io.kotest.matchers.string.shouldStartWith
import java.time.Duration

private val LONG = Duration.ofMinutes(5)
private val OLD = TwoInstances.key("2026-05")

/** What an attacker, or a bad backup, makes of a row: of its own value and that of another session. */
private val CHANGES: Map<String, (own: String, other: String) -> String> =
    mapOf(
        "that of another session" to { _, other -> other },
        "cut off at its end" to { own, _ -> own.dropLast(1) },
        "cut in half" to { own, _ -> own.take(own.length / 2) },
        "cut down to its head" to { own, _ -> own.substringBeforeLast('.') + "." },
        "given the name of another key" to { own, _ -> own.replace(".2026-11.", ".2026-05.") },
        "given the name of a key that nobody has" to { own, _ -> own.replace(".2026-11.", ".2027-01.") },
        "given another version" to { own, _ -> "v2" + own.drop(2) },
        "given another tag" to { own, _ -> own.dropLast(8) + own.takeLast(8).reversed() },
    )

/** What [newStore] keeps is opened by who has the key and for its own session, and by nobody else. */
fun FunSpec.sealedRowTests(newStore: () -> TokenStore) {
    fun world() = newStore().let { TwoInstances(it, it) }

    suspend fun refusalOf(users: UserTokens) =
        shouldThrow<TokenSourceException> { users.source("session").token() }.code

    context("a row is refused, stays, and signs nobody else out, where it is") {
        for ((what, change) in CHANGES) {
            test(what) {
                world().use { world ->
                    val neighbour = world.server.tokens("bob")
                    world.one.put("neighbour", neighbour)
                    val other = world.valueOf(world.store.id)
                    val tokens = world.server.tokens("alice")
                    world.one.put("session", tokens)
                    val id = world.store.id
                    val own = world.valueOf(id)
                    val changed = change(own, other)
                    changed shouldNotBe own
                    world.store.put(id, changed, LONG)
                    val users = world.instance(TwoInstances.KEY, OLD)
                    refusalOf(users) shouldBe ErrorCode.TOKEN_STORE_UNREADABLE
                    users.source("neighbour").token() shouldBe neighbour
                    world.valueOf(id) shouldBe changed
                    world.server.tokenEndpoint.requestCount shouldBe 0
                    // once it is mended, the session goes on
                    world.store.put(id, own, LONG)
                    world.instance(TwoInstances.KEY).source("session").token() shouldBe tokens
                }
            }
        }
    }

    test(
        "a key is changed while the instances run: what the old one sealed is read, and sealed with the new one next",
    ) {
        world().use { world ->
            val tokens = world.server.tokens()
            world.instance(OLD, store = world.store).put("session", tokens)
            val id = world.store.id
            // an instance that is not told of the old key refuses, and ends nothing
            refusalOf(world.instance(TwoInstances.KEY)) shouldBe ErrorCode.TOKEN_STORE_UNREADABLE
            val both = world.instance(TwoInstances.KEY, OLD).source("session")
            both.token() shouldBe tokens
            world.valueOf(id) shouldStartWith "v1.2026-05."
            both.invalidate(tokens)
            val new = both.token()
            world.valueOf(id) shouldStartWith "v1.2026-11."
            world.instance(TwoInstances.KEY).source("session").token() shouldBe new
            refusalOf(world.instance(OLD)) shouldBe ErrorCode.TOKEN_STORE_UNREADABLE
            world.server.reusedRefreshTokens shouldBe 0
        }
    }
}

private suspend fun TwoInstances.valueOf(id: String): String = store.load(id).shouldNotBeNull().value
