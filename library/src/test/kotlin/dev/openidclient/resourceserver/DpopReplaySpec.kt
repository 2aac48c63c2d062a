package dev.openidclient.resourceserver

import dev.openidclient.error.ReplayCacheException
import dev.openidclient.testing.MovableClock
import dev.openidclient.testing.NOW
import dev.openidclient.tokensource.digestOf
import dev.openidclient.tokenstore.InMemoryReplayCache
import dev.openidclient.tokenstore.ReplayCache
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.assertions.throwables.shouldThrowExactly
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.ints.shouldBeLessThanOrEqual
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.coroutineScope
import kotlinx.serialization.json.JsonPrimitive
import java.io.IOException
import java.time.Instant

private const val LONGEST_KEY = 128

private class AskedReplays(
    private val answer: suspend () -> Boolean = { true },
) : ReplayCache {
    val asked = mutableListOf<Pair<String, Instant>>()

    override suspend fun register(
        key: String,
        until: Instant,
    ): Boolean {
        asked += key to until
        return answer()
    }
}

private suspend fun DpopProofValidation.taken(proven: ProvenKey): Boolean =
    try {
        registerOnce(proven)
        true
    } catch (e: RefusedProof) {
        e.error shouldBe "invalid_dpop_proof"
        false
    }

class DpopReplaySpec :
    FunSpec({
        test("a proof is taken once") {
            val server = proofs()
            val proven = server.verified(proof())
            server.registerOnce(proven)
            val again = shouldThrowExactly<RefusedProof> { server.registerOnce(server.verified(proof())) }
            again.error shouldBe "invalid_dpop_proof"
            again.message shouldBe "the DPoP proof came before: its \"jti\" is known for its key and URL"
        }

        test("one proof that 100 coroutines bring at once is taken once") {
            val server = proofs()
            val proof = proof()
            val taken =
                coroutineScope {
                    List(100) { async(Dispatchers.Default) { server.taken(server.verified(proof)) } }.awaitAll()
                }
            taken.count { it } shouldBe 1
        }

        test("another jti, key or URL is another proof") {
            val server = proofs()
            val proven = server.verified(proof())

            fun other(
                thumbprint: String = proven.thumbprint,
                jti: String = proven.jti,
                htu: String = proven.htu,
            ) = ProvenKey(thumbprint, jti, htu, proven.until, null)
            server.registerOnce(proven)
            server.taken(other(jti = "b")) shouldBe true
            server.taken(other(thumbprint = "b")) shouldBe true
            server.taken(other(htu = "b")) shouldBe true
            server.taken(other()) shouldBe false
        }

        test("another spelling of the URL is the same proof") {
            val server = proofs()
            server.registerOnce(server.verified(proof("htu" to JsonPrimitive("$SERVER/%6frders/7"))))
            server.taken(server.verified(proof())) shouldBe false
        }

        test("the cache is asked last: what is refused otherwise is not remembered") {
            val replays = AskedReplays()
            val server = proofs { replayCache(replays) }
            shouldThrow<RefusedProof> { server.verified(proof("htm" to JsonPrimitive("GET"))) }
            replays.asked.shouldBeEmpty()
        }

        test("the cache is given a hash of key, jti and URL, and remembers it beyond the end of acceptance") {
            val replays = AskedReplays()
            val server = proofs { replayCache(replays) }
            server.registerOnce(server.verified(proof()))
            val (key, until) = replays.asked.single()
            key.length shouldBeLessThanOrEqual LONGEST_KEY
            key shouldBe digestOf(EC_THUMBPRINT, "a-jti", PROVEN_URL)
            // the tolerance once more, for instances whose clocks are behind
            until shouldBe NOW.plusSeconds(LIFETIME + TOLERANCE + 1 + TOLERANCE)
        }

        test("with a nonce the cache remembers it until the nonce is over") {
            val replays = AskedReplays()
            val server = proofs { requireNonce().replayCache(replays) }
            val nonce = JsonPrimitive(server.nonceOffered(null))
            server.registerOnce(server.verified(proof("nonce" to nonce)))
            replays.asked.single().second shouldBe NOW.plusSeconds(300 + TOLERANCE)
        }

        test("a proof that is over by the time the cache is asked is refused, for the cache may have forgotten it") {
            val clock = MovableClock()
            val server = proofs(clock) { replayCache(AskedReplays()) }
            val proven = server.verified(proof())
            clock.advance(LIFETIME + TOLERANCE)
            server.taken(proven) shouldBe true
            clock.advance(1)
            val late = shouldThrowExactly<RefusedProof> { server.registerOnce(proven) }
            late.message shouldBe "the DPoP proof became too old while the request was judged"
        }

        test("a proof stays known for as long as it would be taken, whatever the clock is set right by") {
            for (skew in listOf(-10_000L, 0L, 10_000L)) {
                val clock = MovableClock()
                val server = proofs(clock, skew)
                val iat = "iat" to JsonPrimitive(NOW.epochSecond + skew + LIFETIME + TOLERANCE)
                server.registerOnce(server.verified(proof(iat)))
                repeat(181) {
                    server.taken(server.verified(proof(iat))) shouldBe false
                    clock.advance(1)
                }
                shouldThrow<RefusedProof> { server.verified(proof(iat)) }.message shouldContain "\"iat\""
            }
        }

        test("a cache of the program's own, which knows no skew, remembers it as well") {
            for (skew in listOf(-600L, 0L, 600L)) {
                val clock = MovableClock()
                val server = proofs(clock, skew) { replayCache(InMemoryReplayCache(clock = clock)) }
                val iat = "iat" to JsonPrimitive(NOW.epochSecond + skew)
                server.registerOnce(server.verified(proof(iat)))
                server.taken(server.verified(proof(iat))) shouldBe false
            }
        }

        test("a full cache is no reason to take a proof, nor the sender's fault") {
            val full = InMemoryReplayCache(maximumEntries = 1, clock = MovableClock())
            full.register("another", Instant.MAX)
            val server = proofs { replayCache(full) }
            val failure = shouldThrowExactly<ReplayCacheException> { server.registerOnce(server.verified(proof())) }
            failure.message shouldContain "the replay cache is full"
        }

        test("a cache that fails is no reason to take a proof, nor the sender's fault") {
            val server = proofs { replayCache(AskedReplays { throw IOException("of the network") }) }
            val failure = shouldThrowExactly<ReplayCacheException> { server.registerOnce(server.verified(proof())) }
            failure.message shouldBe
                "whether the DPoP proof came before cannot be told: the replay cache failed (java.io.IOException)"
        }
    })
