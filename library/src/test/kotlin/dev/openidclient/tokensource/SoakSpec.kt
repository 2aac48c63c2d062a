package dev.openidclient.tokensource

import dev.openidclient.error.ErrorCode
import dev.openidclient.error.OAuthException
import dev.openidclient.error.TokenSourceException
import dev.openidclient.event.TokenEvent
import dev.openidclient.jose.JwsAlgorithm
import dev.openidclient.testing.isLong
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.ints.shouldBeGreaterThan
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.delay
import kotlinx.coroutines.test.TestScope
import kotlinx.coroutines.test.currentTime
import kotlinx.coroutines.test.runTest
import java.time.Duration
import java.util.Random
import kotlin.time.Duration.Companion.minutes

private const val SESSIONS = 50
private const val DAY = 86_400_000L
private const val STEP = 60_000L

/** What happened to the sessions of a [Soak]. */
private class Tally {
    var calls = 0
    var failures = 0
    var lost = 0
    var answersLost = 0

    override fun toString() = "calls=$calls, failures=$failures, lost=$lost, answersLost=$answersLost"
}

/** Simulated days: the server is down for 2 % of the time, loses 1 % of its answers, and forgets its keys each week. */
private class Soak(
    private val test: TestScope,
    private val world: TokenWorld,
    private val sessions: UserTokens,
) {
    private val chance = Random(20_261_130)
    private var upUntil = 0L
    val tally = Tally()

    suspend fun run(days: Int) {
        world.beforeTokenRequest = {
            if (!world.server.isDown && chance.nextInt(100) == 0) {
                world.server.tokenEndpoint.dropNextAnswer()
                tally.answersLost++
            }
        }
        repeat(SESSIONS) { signIn(it) }
        var weeks = 0L
        while (test.currentTime < days * DAY) {
            if (test.currentTime / (7 * DAY) > weeks) {
                weeks++
                world.server.rotateSigningKey(keepOld = false)
            }
            weather()
            with(test) { List(SESSIONS) { async { visit(it) } }.awaitAll() }
            delay(STEP)
        }
        world.server.isDown = false
    }

    /** Down for 10 minutes, up for 490 on average. */
    private fun weather() {
        if (test.currentTime < upUntil) return
        world.server.isDown = !world.server.isDown
        val minutes = if (world.server.isDown) 10 else 390 + chance.nextInt(200)
        upUntil = test.currentTime + minutes * STEP
    }

    /** A user comes every 5 minutes or so. */
    private suspend fun visit(number: Int) {
        if (chance.nextInt(5) != 0) return
        tally.calls++
        try {
            sessions.source("session-$number").token()
        } catch (e: TokenSourceException) {
            tally.failures++
            val isOver = e.code == ErrorCode.SIGN_IN_REQUIRED || "(afterDoubt)" in e.message.orEmpty()
            if (isOver) {
                tally.lost++
                signIn(number)
            }
        } catch (_: OAuthException) {
            tally.failures++
        }
    }

    private suspend fun signIn(number: Int) = sessions.put("session-$number", world.server.tokens("user-$number"))
}

class SoakSpec :
    FunSpec({
        val days = if (isLong) 30 else 3

        fun soak(
            what: String,
            configure: TokenWorld.() -> UserTokens,
            grace: Duration,
            check: Soak.(TokenWorld) -> Unit,
        ) = runTest(timeout = 30.minutes) {
            val world =
                TokenWorld(this) {
                    rotateRefreshTokens()
                    refreshTokenGrace = grace
                    signingAlgorithm = JwsAlgorithm.ES256
                }
            val soak = Soak(this, world, world.configure())
            soak.run(days)
            println(
                "$what, $days days, $SESSIONS sessions: ${soak.tally}, token requests ${world.requests}, " +
                    "in doubt ${world.count(TokenEvent.InDoubt::class.java)}, " +
                    "sent again ${world.count(TokenEvent.Resent::class.java)}, " +
                    "reused at the server ${world.server.reusedRefreshTokens}",
            )
            soak.check(world)
        }

        test("a strict server: a session is lost where an answer was lost, and nowhere else") {
            soak("strict server, LAST_RESORT", { users() }, Duration.ZERO) { world ->
                val inDoubt = world.count(TokenEvent.InDoubt::class.java)
                tally.lost shouldBeGreaterThan 0
                // each reuse is the last resort after a doubt, and ends the session whose answer was lost
                tally.lost shouldBe world.server.reusedRefreshTokens
                (world.server.reusedRefreshTokens <= inDoubt) shouldBe true
                (inDoubt <= tally.answersLost) shouldBe true
                world.requests shouldBeGreaterThan SESSIONS * days * 20
            }
        }

        test("a server with a time of grace, and afterDoubt that knows it: no session is lost by a lost answer") {
            val grace = Duration.ofHours(2)
            val within = Duration.ofMinutes(100)
            val users: TokenWorld.() -> UserTokens = { users { afterDoubt = AfterDoubt.within(within) } }
            soak("2 hours of grace, within(100 min)", users, grace) { world ->
                world.count(TokenEvent.InDoubt::class.java) shouldBeGreaterThan 0
                tally.lost shouldBe 0
            }
        }

        test("never: no refresh token is sent twice where the server may have acted on it") {
            soak("strict server, NEVER", { users { afterDoubt = AfterDoubt.NEVER } }, Duration.ZERO) { world ->
                world.server.reusedRefreshTokens shouldBe 0
            }
        }
    })
