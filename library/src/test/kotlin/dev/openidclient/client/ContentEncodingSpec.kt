package dev.openidclient.client

import dev.openidclient.contract.LocalServer
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.http.HttpHeaders
import dev.openidclient.http.HttpRequest
import dev.openidclient.http.HttpResponse
import dev.openidclient.http.HttpTransport
import dev.openidclient.http.TLS_ENGINES
import dev.openidclient.testing.CLIENT_ID
import dev.openidclient.testing.ISSUER
import dev.openidclient.testing.serverMetadata
import dev.openidclient.token.clientCredentialsGrant
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import java.io.ByteArrayOutputStream
import java.util.zip.GZIPOutputStream

private const val DOCUMENT = "{\"issuer\":\"https://as.example.com\"}"

/** Compression that nobody asked for. */
open class ContentEncodingSpec :
    FunSpec({
        // guards against a hang
        timeout = 120_000

        suspend fun sent(
            response: HttpResponse,
            request: HttpRequest = HttpRequest("GET", "$ISSUER/a"),
            maximum: Int = 1_000,
        ): HttpResponse =
            Connection
                .open {
                    transport = HttpTransport { response }
                    maximumResponseSize = maximum
                }.send(request)

        fun encoded(
            encoding: String,
            body: ByteArray,
            status: Int = 200,
        ) = HttpResponse(
            status,
            HttpHeaders.of("content-encoding" to encoding, "content-length" to "${body.size}"),
            body,
        )

        for (encoding in listOf("gzip", "x-gzip", "GZIP", " gzip ")) {
            test("a body that is labelled <$encoding> is uncompressed, and its labels are gone") {
                val response = sent(encoded(encoding, gzip(DOCUMENT), status = 400))

                response.status shouldBe 400
                response.bodyText() shouldBe DOCUMENT
                response.headers.names shouldBe emptySet()
            }
        }

        for ((engine, newTransport) in TLS_ENGINES) {
            test("through $engine") {
                LocalServer {
                    val body = gzip(DOCUMENT)
                    write("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: ${body.size}\r\n\r\n")
                    write(body)
                }.use { server ->
                    newTransport(null).use { own ->
                        val connection = Connection.open { transport = own }
                        val request = HttpRequest("GET", "http://127.0.0.1:${server.port}/")

                        connection.send(request).bodyText() shouldBe DOCUMENT
                    }
                }
            }
        }

        test("what is too large uncompressed is refused, however small it came") {
            shouldThrow<InvalidResponseException> { sent(encoded("gzip", gzip(" ".repeat(1_001)))) }
                .message shouldContain "longer than the allowed 1000 bytes"
            sent(encoded("gzip", gzip(" ".repeat(1_000)))).bodySize shouldBe 1_000
        }

        for ((name, body) in mapOf("none" to "{}".encodeToByteArray(), "cut" to gzip(DOCUMENT).copyOf(30))) {
            test("a gzip that is $name is the server's mistake") {
                val thrown = shouldThrow<InvalidResponseException> { sent(encoded("gzip", body)) }
                thrown.message shouldContain "labelled gzip"
                thrown.status shouldBe 200
            }
        }

        test("another encoding, an empty body, and what was asked for are left as they are") {
            val brotli = encoded("br", byteArrayOf(1, 2))
            sent(brotli).body shouldBe byteArrayOf(1, 2)
            sent(encoded("gzip", ByteArray(0), status = 304)).headers["content-encoding"] shouldBe "gzip"
            val asked = HttpRequest("GET", "$ISSUER/a", HttpHeaders.of("accept-encoding" to "gzip"))
            sent(encoded("gzip", gzip(DOCUMENT)), asked).body shouldBe gzip(DOCUMENT)
        }

        for (status in listOf(200, 400)) {
            test("another encoding is named where a body with status $status is to be read") {
                val brotli = encoded("br", byteArrayOf(1, 2), status)

                shouldThrow<InvalidResponseException> {
                    OpenIdClient(
                        serverMetadata(),
                        CLIENT_ID,
                    ) { transport = HttpTransport { brotli } }.clientCredentialsGrant()
                }.message shouldContain "in the content-encoding \"br\", of which only gzip is read"
            }
        }
    })

private fun gzip(text: String): ByteArray =
    ByteArrayOutputStream()
        .also { bytes -> GZIPOutputStream(bytes).use { it.write(text.encodeToByteArray()) } }
        .toByteArray()
