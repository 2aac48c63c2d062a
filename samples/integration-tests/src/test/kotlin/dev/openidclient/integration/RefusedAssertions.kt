package dev.openidclient.integration

import dev.openidclient.client.OpenIdClient
import dev.openidclient.error.ResponseBodyException
import dev.openidclient.token.TokenResponse
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.StringSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldNotContain

/** The server refuses each assertion of [refused] by [redeem], and a [good] one that has been used. */
internal fun StringSpec.refusedAssertions(
    refused: Map<String, () -> String>,
    good: () -> String,
    redeem: suspend OpenIdClient.(String) -> TokenResponse,
) {
    for ((what, make) in refused) {
        "an assertion $what is refused" {
            val assertion = make()
            val failure =
                shouldThrow<ResponseBodyException> { OidcProvider.everything.connect("assertions").redeem(assertion) }
            failure.error shouldBe "invalid_grant"
            failure.message!! shouldNotContain assertion
        }
    }

    "an assertion is good for one time" {
        val client = OidcProvider.everything.connect("assertions")
        val assertion = good()
        client.redeem(assertion)
        shouldThrow<ResponseBodyException> { client.redeem(assertion) }.error shouldBe "invalid_grant"
    }
}
