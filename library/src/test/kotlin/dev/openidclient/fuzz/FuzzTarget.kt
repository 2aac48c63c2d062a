package dev.openidclient.fuzz

import dev.openidclient.error.OAuthException
import kotlinx.coroutines.runBlocking

/**
 * One reader of outside input. [read] throws [OAuthException] where it refuses its input, [IllegalArgumentException]
 * only where the input is the [isCallers] own, and [AssertionError] where it has broken a rule of its own.
 */
internal class FuzzTarget(
    /** Also the folder of its corpus. */
    val name: String,
    private val isCallers: Boolean = false,
    /** What of an input no message may repeat. */
    private val secrets: (String) -> List<String> = { emptyList() },
    /** Whether the whole input is a secret. */
    private val isSecret: Boolean = false,
    /** Inputs that no file can hold, as they belong to keys made at run time. */
    val seeds: () -> List<ByteArray> = { emptyList() },
    private val read: suspend (String) -> Any?,
) {
    /**
     * Fails where [input] makes it fail otherwise than it may, take longer than a second, or 64 MiB and more. What costs
     * too much does so each time; a machine that does other things, or compiles the code meanwhile, not.
     */
    fun run(input: ByteArray) {
        repeat(ATTEMPTS - 1) {
            if (kept(input) == null) return
        }
        kept(input)?.let { throw it }
    }

    private fun kept(input: ByteArray): OverBudget? {
        val budget = Budget()
        judge(input)
        return try {
            budget.requireKept(name, input.size)
            null
        } catch (e: OverBudget) {
            e
        }
    }

    /** Fails where [input] makes it fail otherwise than it may. */
    fun judge(input: ByteArray) {
        val text = input.decodeToString()
        try {
            runBlocking { read(text) }
        } catch (e: OAuthException) {
            requireHarmless(text, e)
        } catch (e: IllegalArgumentException) {
            // its subclasses are accidents
            if (!isCallers || e.javaClass != IllegalArgumentException::class.java) {
                throw AssertionError("$name: neither an OAuthException nor expected", e)
            }
            requireHarmless(text, e)
        } catch (e: RuntimeException) {
            throw AssertionError("$name: an accident", e)
        }
    }

    /** Pays for what the first input would pay for: loading classes and making keys. */
    fun warmUp(input: ByteArray) {
        try {
            run(input)
        } catch (_: AssertionError) {
            // run again, it has to keep the budget
        }
    }

    private fun requireHarmless(
        input: String,
        failure: Throwable,
    ) {
        for (message in withAllBehind(failure).mapNotNull { it.message }) {
            if (message.length > LONGEST_MESSAGE) {
                throw AssertionError("$name: a message of ${message.length} characters", failure)
            }
            val shown = secrets(input).filter { isSecretOf(input, it) && it in message }
            if (shown.isNotEmpty() || (isSecret && haveCommonPart(message, input))) {
                throw AssertionError("$name: the message repeats a secret", failure)
            }
        }
    }

    /** [failure], its causes and what it suppressed, and what stands behind those. */
    private fun withAllBehind(failure: Throwable): List<Throwable> =
        listOf(failure) + (listOfNotNull(failure.cause) + failure.suppressed).flatMap(::withAllBehind)

    // a short value, or one that also stands where it may be shown, proves nothing
    private fun isSecretOf(
        input: String,
        value: String,
    ): Boolean = value.length >= TELLING && input.indexOf(value) == input.lastIndexOf(value)

    /** By hashes: a comparison of texts would tell Jazzer what to write into its inputs. */
    private fun haveCommonPart(
        message: String,
        input: String,
    ): Boolean {
        val parts = message.windowed(TELLING) { it.toString().hashCode() }.sorted().toIntArray()
        var hash = 0
        for (index in input.indices) {
            hash = hash * HASH_FACTOR + input[index].code
            if (index >= TELLING) hash -= input[index - TELLING].code * HASH_FACTOR_OF_FIRST
            if (index >= TELLING - 1 && parts.binarySearch(hash) >= 0) return true
        }
        return false
    }

    override fun toString(): String = name

    private companion object {
        const val ATTEMPTS = 3
        const val LONGEST_MESSAGE = 5000
        const val TELLING = 16

        // those of String.hashCode
        const val HASH_FACTOR = 31
        val HASH_FACTOR_OF_FIRST = (1..TELLING).fold(1) { power, _ -> power * HASH_FACTOR }
    }
}
