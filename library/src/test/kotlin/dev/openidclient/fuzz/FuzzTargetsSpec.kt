package dev.openidclient.fuzz

import dev.openidclient.error.UnsupportedFeatureException
import dev.openidclient.testing.isLong
import dev.openidclient.testing.moduleDirectory
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldNotBeEmpty
import io.kotest.matchers.comparables.shouldBeLessThan
import io.kotest.matchers.string.shouldContain
import java.lang.management.ManagementFactory
import java.time.Duration
import java.util.Base64
import kotlin.io.path.fileSize
import kotlin.io.path.listDirectoryEntries
import kotlin.io.path.name
import kotlin.io.path.walk

private val MUTATIONS = if (isLong) 100_000 else 800
private const val SEED = 20_260_101L
private const val MIB = 1L shl 20
private const val LONG = 6000

class FuzzTargetsSpec :
    FunSpec({
        for (target in FUZZ_TARGETS) {
            context("$target") {
                val corpus = corpus(target)

                test("reads every input of its corpus, or refuses it properly") {
                    corpus.shouldNotBeEmpty()
                    corpus.forEach(target::warmUp)
                    corpus.forEach { judged(target, it) }
                }

                test("reads $MUTATIONS spoilt inputs, or refuses them properly") {
                    val mutation = Mutation(corpus, SEED)
                    repeat(MUTATIONS) { judged(target, mutation.next()) }
                }
            }
        }

        context("the corpus") {
            val directory = moduleDirectory.resolve("src/test/resources/fuzz")

            test("has no folder without a target") {
                val folders = directory.listDirectoryEntries().map { it.name }
                (folders - FUZZ_TARGETS.map { it.name }.toSet()).shouldBeEmpty()
            }

            test("is small") {
                directory.walk().sumOf { it.fileSize() } shouldBeLessThan MIB
            }
        }

        context("a target fails where its reader") {
            val input = "a secret of twenty characters".encodeToByteArray()

            fun failure(
                isCallers: Boolean = false,
                read: (String) -> Unit,
            ): String? {
                val broken = FuzzTarget("broken", isCallers, secrets = { listOf(it) }, read = read)
                return shouldThrow<AssertionError> { broken.run(input) }.message
            }

            test("has an accident") {
                failure { it.substring(LONG) } shouldContain "an accident"
            }

            test("blames the caller for what is not the caller's") {
                failure { throw IllegalArgumentException() } shouldContain "neither an OAuthException nor expected"
            }

            test("blames the caller by accident") {
                failure(isCallers = true) { it.toInt() } shouldContain "neither an OAuthException nor expected"
            }

            test("repeats a secret") {
                failure { throw UnsupportedFeatureException(it) } shouldContain "the message repeats a secret"
            }

            test("repeats a secret in a cause") {
                failure { throw UnsupportedFeatureException("a", IllegalStateException(it)) } shouldContain
                    "repeats a secret"
            }

            test("repeats a secret in a suppressed failure") {
                failure {
                    val suppressed = UnsupportedFeatureException("b", IllegalStateException(it))
                    throw UnsupportedFeatureException("a longer message").apply { addSuppressed(suppressed) }
                } shouldContain "repeats a secret"
            }

            test("repeats a part of an input that is a secret") {
                val broken =
                    FuzzTarget("broken", isSecret = true) { throw UnsupportedFeatureException("it is ${it.drop(9)}") }
                shouldThrow<AssertionError> { broken.run(input) }.message shouldContain "the message repeats a secret"
            }

            test("writes a message without an end") {
                failure { throw UnsupportedFeatureException("a".repeat(LONG)) } shouldContain
                    "a message of $LONG characters"
            }

            test("takes too long") {
                failure {
                    val threads = ManagementFactory.getThreadMXBean()
                    val end = threads.currentThreadCpuTime + Duration.ofMillis(1100).toNanos()
                    while (threads.currentThreadCpuTime < end) Thread.onSpinWait()
                } shouldContain "ms for"
            }

            test("takes too much memory") {
                failure { ByteArray(65 * MIB.toInt()).fill(1) } shouldContain "bytes allocated"
            }
        }
    })

/** Names the input that is to become a file of the corpus. */
private fun judged(
    target: FuzzTarget,
    input: ByteArray,
) {
    try {
        target.run(input)
    } catch (e: Throwable) {
        val causes = generateSequence(e) { it.cause }.joinToString(" <- ") { it.toString() }
        throw AssertionError("$causes, with the input ${Base64.getEncoder().encodeToString(input)}", e)
    }
}
