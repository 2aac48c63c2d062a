package dev.openidclient.benchmarks.jose

import dev.openidclient.benchmarks.measure.Metric
import dev.openidclient.benchmarks.measure.ProcessMeter
import dev.openidclient.benchmarks.measure.Round
import dev.openidclient.benchmarks.measure.Subject
import dev.openidclient.benchmarks.measure.Target
import dev.openidclient.benchmarks.measure.Usage
import dev.openidclient.benchmarks.measure.roundOf
import dev.openidclient.benchmarks.scale.Heap
import dev.openidclient.tokenstore.InMemoryReplayCache
import kotlinx.coroutines.runBlocking
import java.lang.ref.Reference
import java.security.MessageDigest
import java.time.Duration
import java.time.Instant
import java.util.Base64

/**
 * [count] proofs are remembered: how long each takes, and what it holds. The keys are SHA-256 hashes, made before the
 * time is taken; what holds them counts.
 */
internal class ReplayCacheRow(
    override val name: String,
    override val isFloor: Boolean,
    private val count: Int,
    private val memory: () -> Memory,
) : Subject {
    /** Whoever remembers keys. */
    internal fun interface Memory {
        suspend fun register(
            key: String,
            until: Instant,
        )
    }

    private val meter = ProcessMeter()

    override val row: String get() = ROW
    override val parameters: Map<String, String> get() = mapOf("entries" to "$count")

    override fun warmUp() {
        repeat(WARM_UPS) { timed() }
    }

    override fun round(): Round {
        val (nanoseconds, used) = timed()
        return roundOf(count.toLong(), nanoseconds, used, mapOf(HELD to held()))
    }

    private fun timed(): Pair<Long, Usage> {
        val keys = List(count, ::key)
        val memory = memory()
        val until = Instant.now().plus(LIFETIME)
        System.gc()
        val used = meter.usage()
        val start = System.nanoTime()
        runBlocking { for (key in keys) memory.register(key, until) }
        return System.nanoTime() - start to meter.usage() - used
    }

    private fun held(): Double {
        val memory = memory()
        val until = Instant.now().plus(LIFETIME)
        val before = Heap.held()
        runBlocking { repeat(count) { memory.register(key(it), until.plusNanos(it.toLong())) } }
        val held = (Heap.held() - before).toDouble() / count
        Reference.reachabilityFence(memory)
        return held
    }

    private fun key(number: Int): String {
        val digest = MessageDigest.getInstance("SHA-256").digest("proof-$number".encodeToByteArray())
        return Base64.getUrlEncoder().withoutPadding().encodeToString(digest)
    }

    companion object {
        const val ROW: String = "proofs remembered"
        const val HELD: String = "bytes of heap held by each"
        const val LIBRARY: String = "openid-client, InMemoryReplayCache"
        private const val COUNT = 100_000
        private const val WARM_UPS = 5
        private const val MOST_HELD = 200.0

        /** 1 µs each. */
        private const val LEAST_PER_SECOND = 1e6
        private val LIFETIME = Duration.ofHours(1)

        fun subjects(count: Int = COUNT): List<Subject> =
            listOf(
                ReplayCacheRow("java.util.HashSet", isFloor = true, count) {
                    HashSet<String>().let { keys -> Memory { key, _ -> keys.add(key) } }
                },
                ReplayCacheRow(LIBRARY, isFloor = false, count) {
                    InMemoryReplayCache(count).let { cache ->
                        Memory { key, until -> check(cache.register(key, until)) }
                    }
                },
            )

        val targets: List<Target> =
            listOf(
                Target(ROW, LIBRARY, HELD, Target.Relation.VALUE, Target.Rule.AT_MOST, MOST_HELD),
                Target(
                    ROW,
                    LIBRARY,
                    Metric.OPERATIONS_PER_SECOND,
                    Target.Relation.VALUE,
                    Target.Rule.AT_LEAST,
                    LEAST_PER_SECOND,
                ),
            )
    }
}
