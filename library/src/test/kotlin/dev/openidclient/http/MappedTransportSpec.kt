package dev.openidclient.http

import dev.openidclient.error.InvalidResponseException
import dev.openidclient.testing.RecordingTransport
import dev.openidclient.testing.response
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldNotContain
import io.kotest.matchers.types.shouldBeSameInstanceAs

private const val PUBLIC = "https://id.example.com"
private const val INTERNAL = "https://keycloak.internal:8443"

class MappedTransportSpec :
    FunSpec({
        val mapping = OriginMapping.NONE.and(PUBLIC, INTERNAL, insecureAllowed = false)

        for (rest in listOf("", "?a=https://b/c", "#a/b", "/token?a=b")) {
            test("what follows the origin goes along: \"$rest\"") {
                val recorded = RecordingTransport { response("{}") }

                recorded.mapped(mapping).send(HttpRequest("GET", PUBLIC + rest))

                recorded.requests.single().url shouldBe INTERNAL + rest
            }
        }

        test("a transport for which nothing is mapped stays itself") {
            val transport = HttpTransport { response("{}") }

            transport.mapped(OriginMapping.NONE) shouldBeSameInstanceAs transport
        }

        test("a failure that is none of the way to the server has its public name alone") {
            val tooLarge = HttpTransport { throw TransportFailures.bodyTooLarge(it, 200, HttpHeaders.EMPTY) }

            val failure =
                shouldThrow<InvalidResponseException> {
                    tooLarge.mapped(mapping).send(HttpRequest("GET", "$PUBLIC/token"))
                }

            failure.message.orEmpty() shouldNotContain INTERNAL
            failure.message.orEmpty() shouldNotContain "mapOrigin"
        }
    })
