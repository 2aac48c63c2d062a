package dev.openidclient.http

import dev.openidclient.error.ErrorCode
import dev.openidclient.error.MetadataException
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldNotContain
import io.kotest.matchers.types.shouldBeSameInstanceAs

class SchemePolicySpec :
    FunSpec({
        fun url(text: String) = AbsoluteUrl.parse(text).shouldNotBeNull()

        for (insecure in listOf(false, true)) {
            test("https passes where insecure requests are ${if (insecure) "" else "not "}allowed") {
                val url = url("https://as.example.com/")
                requireAllowedScheme(url, insecure) shouldBeSameInstanceAs url
            }
        }

        test("http passes where insecure requests are allowed") {
            val url = url("http://as.example.com/")
            requireAllowedScheme(url, insecureAllowed = true) shouldBeSameInstanceAs url
        }

        for (text in listOf(
            "http://as.example.com/",
            "http://localhost/",
            "http://127.0.0.1/",
            "ftp://a/",
            "ws://a/",
        )) {
            test("$text is refused where insecure requests are not allowed") {
                shouldThrow<MetadataException> {
                    requireAllowedScheme(
                        url(text),
                        insecureAllowed = false,
                    )
                }.code shouldBe
                    ErrorCode.HTTP_REQUEST_FORBIDDEN
            }
        }

        for (text in listOf("ftp://a/", "ws://a/", "file://a/", "httpsx://a/")) {
            test("$text is refused where insecure requests are allowed") {
                shouldThrow<MetadataException> { requireAllowedScheme(url(text), insecureAllowed = true) }.code shouldBe
                    ErrorCode.REQUEST_PROTOCOL_FORBIDDEN
            }
        }

        test("the message shows no query, for it may carry a secret") {
            shouldThrow<MetadataException> {
                requireAllowedScheme(url("http://a/b?login_hint=alice#c"), insecureAllowed = false)
            }.message shouldNotContain "alice"
        }
    })
