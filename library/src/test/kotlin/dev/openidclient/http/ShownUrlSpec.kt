package dev.openidclient.http

import dev.openidclient.client.ClientSettings
import dev.openidclient.client.OpenIdClient
import dev.openidclient.error.MetadataException
import dev.openidclient.resource.resource
import dev.openidclient.testing.CLIENT_ID
import dev.openidclient.testing.serverMetadata
import dev.openidclient.token.clientCredentialsGrant
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.assertions.throwables.shouldThrowAny
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldNotContain
import kotlinx.serialization.json.JsonPrimitive

class ShownUrlSpec :
    FunSpec({
        val shown =
            mapOf(
                "https://a.example/p?key=hush#hush" to "https://a.example/p",
                "https://user:hush@a.example/p" to "https://██",
                "https://user:hu?sh@a.example/p" to "https://██",
                "https://user:hu#sh@a.example/p" to "https://██",
                "https://a.example/@hush?mail=b@c" to "https://a.example/@hush",
                "/accounts?key=hush" to "/accounts",
                "https://a\r\n.example/" to "https://a\uFFFD\uFFFD.example/",
            )
        for ((url, expected) in shown) {
            test("of $url a message shows $expected") {
                shownUrl(url) shouldBe expected
            }
        }

        test("metadata with a password in a URL is refused without it") {
            val metadata =
                serverMetadata("token_endpoint" to JsonPrimitive("https://user:HUNTER2@as.example.com/token"))
            shouldThrow<MetadataException> { OpenIdClient(metadata, CLIENT_ID).use { it.clientCredentialsGrant() } }
                .message shouldBe "server metadata \"token_endpoint\" must be an absolute URL, but is \"https://██\""
        }

        for (engine in listOf(HttpEngine.JAVA, HttpEngine.CIO)) {
            // hosts that some engines refuse, and one that IDNA makes a space of
            for (host in listOf("a_b.invalid", "a\u00A8b.invalid", "-a.invalid", "a..invalid")) {
                test("$engine fails at the host $host without the query, in every cause") {
                    val settings: ClientSettings.() -> Unit = { this.engine = engine }
                    val failure =
                        OpenIdClient(serverMetadata(), CLIENT_ID, settings).use { client ->
                            shouldThrowAny { client.resource("https://$host/a?key=hush-key", "hush-token") }
                        }
                    failure.stackTraceToString() shouldNotContain "hush"
                }
            }
        }
    })
