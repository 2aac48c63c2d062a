package dev.openidclient.testing

import dev.openidclient.error.OAuthException
import io.kotest.assertions.throwables.shouldThrowExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain

/** Fails unless [block] throws exactly a [T] with [code] whose message says [part]: which of many rules was broken. */
inline fun <reified T : OAuthException> shouldFailWith(
    code: String,
    part: String,
    block: () -> Any?,
): T {
    val failure = shouldThrowExactly<T>(block)
    failure.code shouldBe code
    failure.message shouldContain part
    return failure
}
