package dev.openidclient.http

import dev.openidclient.contract.LocalServer
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.Reached
import dev.openidclient.error.TransportException
import dev.openidclient.testing.AbruptTls
import dev.openidclient.testing.Certificates
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import java.io.ByteArrayOutputStream
import java.util.zip.GZIPOutputStream

private const val SIZED = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n"
private const val UNTIL_CLOSED = "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"

/** Answers that somebody on the way shortened: through every engine and over real connections, with and without TLS. */
open class CutAnswersSpec :
    FunSpec({
        // guards against a hang
        timeout = 120_000

        val keys = Certificates.keyStore("server", "RSA")
        val listeners =
            mapOf(
                "in plain text" to null,
                "over TLS that says close_notify" to { Certificates.listener(keys) },
                "over TLS that ends without close_notify" to { AbruptTls(keys) },
            )

        suspend fun received(
            newTransport: (TlsSettings?) -> OwnTransport,
            listener: (() -> java.net.ServerSocket)?,
            answer: String,
        ): HttpResponse {
            val server =
                if (listener ==
                    null
                ) {
                    LocalServer { write(answer) }
                } else {
                    LocalServer(listener()) { write(answer) }
                }
            val scheme = if (listener == null) "http" else "https"
            return server.use {
                newTransport(TlsSettings().trustPem(Certificates.certificatePem(keys))).use { transport ->
                    transport.send(HttpRequest("GET", "$scheme://127.0.0.1:${it.port}/a?code=s3cret"))
                }
            }
        }

        context("whether an answer without length is whole") {
            fun judge(
                body: String,
                method: String = "GET",
                status: Int = 200,
            ) {
                val answer = HttpResponse(status, body = body.encodeToByteArray())
                HttpRequest(method, "https://a/").requireWhole(answer, "X", "use Y")
            }

            for (body in listOf("{}", "[1]", " {\"a\":[]} ")) {
                test("$body shows that it is") { judge(body) }
            }

            for (body in listOf("12", "\"a\"", "true", "null", "", "{", "a=b")) {
                test("<$body> does not show") {
                    shouldThrow<TransportException> { judge(body) }.reached shouldBe Reached.ANSWERED
                }
            }

            test("matters not where there is no body") {
                judge("", method = "HEAD")
                judge("", status = 204)
                judge("", status = 304)
            }
        }

        for ((engine, newTransport) in TLS_ENGINES) {
            for ((name, listener) in listeners) {
                val cut =
                    mapOf(
                        "between two chunks" to "${CHUNKED}3\r\nabc\r\n",
                        "between two chunks of JSON" to "${CHUNKED}5\r\n{\"a\":\r\n",
                        "before the first chunk" to CHUNKED,
                        "within a chunk" to "${CHUNKED}5\r\nabc",
                        "within the size of a chunk" to "${CHUNKED}3\r\nabc\r\n1",
                        "before the length that was announced" to "$SIZED{\"a\":1}",
                        "within the head" to "HTTP/1.1 200 OK\r\nContent-Le",
                    )
                for ((where, answer) in cut) {
                    test("$engine does not take an answer that is cut $where, $name") {
                        val thrown = shouldThrow<TransportException> { received(newTransport, listener, answer) }

                        thrown.code shouldBe ErrorCode.NETWORK_ERROR
                    }
                }

                test("$engine takes chunks of JSON up to the last one, $name") {
                    received(
                        newTransport,
                        listener,
                        "${CHUNKED}5\r\n{\"a\":\r\n2\r\n1}\r\n0\r\n\r\n",
                    ).bodyText() shouldBe
                        "{\"a\":1}"
                }
            }
        }

        // a Ktor client on OkHttp that was handed in takes it for the end
        for ((engine, newTransport) in OWN_ENGINES) {
            for ((body, name) in mapOf("" to "nothing", "abc" to "a text", "{\"a\":1" to "a part of JSON")) {
                test("$engine does not take a body of no announced length, which may be cut: $name") {
                    shouldThrow<TransportException> {
                        received(
                            newTransport,
                            { AbruptTls(keys) },
                            "$UNTIL_CLOSED$body",
                        )
                    }
                }
            }

            for (head in listOf("Transfer-Encoding: identity", "Content-Length: many")) {
                test("$engine does not take \"$head\" for the length of a body that may be cut") {
                    shouldThrow<TransportException> {
                        val answer = "HTTP/1.1 200 OK\r\nConnection: close\r\n$head\r\n\r\nabc"
                        received(newTransport, { AbruptTls(keys) }, answer)
                    }
                }
            }

            test("$engine takes a body of no announced length that is whole JSON") {
                received(newTransport, { AbruptTls(keys) }, "$UNTIL_CLOSED{\"a\":1}").bodyText() shouldBe "{\"a\":1}"
            }

            test("$engine takes an answer that has no body") {
                received(
                    newTransport,
                    { AbruptTls(keys) },
                    "HTTP/1.1 204 X\r\nConnection: close\r\n\r\n",
                ).status shouldBe
                    204
            }
        }

        for ((engine, newTransport) in OWN_ENGINES) {
            val compressed = gzip("{\"a\":1}")
            val head = "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n"
            val answers =
                mapOf<String, (ByteArray) -> ByteArray>(
                    "in chunks" to { "${head}Transfer-Encoding: chunked\r\n\r\n".encodeToByteArray() + chunks(it) },
                    "of no announced length" to { "${head}Connection: close\r\n\r\n".encodeToByteArray() + it },
                )
            for ((name, answer) in answers) {
                suspend fun received(body: ByteArray): HttpResponse =
                    LocalServer(AbruptTls(keys)) { write(answer(body)) }.use {
                        newTransport(TlsSettings().trustPem(Certificates.certificatePem(keys))).use { transport ->
                            transport.send(HttpRequest("GET", "https://127.0.0.1:${it.port}/"))
                        }
                    }

                test("$engine takes whole JSON that was compressed, $name") {
                    received(compressed).uncompressed(1_000).bodyText() shouldBe "{\"a\":1}"
                }

                // what is in chunks tells its end, but to CIO
                if (engine == CIO_ENGINE || name != "in chunks") {
                    test("$engine does not take compressed JSON that is cut, $name") {
                        for (size in listOf(compressed.size - 9, compressed.size - 1, 5)) {
                            shouldThrow<TransportException> { received(compressed.copyOf(size)) }
                                .message shouldContain "an incomplete answer"
                        }
                    }
                }
            }
        }

        TLS_ENGINES[CIO_ENGINE]?.let { transport ->
            test("CIO, which does not see the end of an answer in chunks, says so, and what does") {
                shouldThrow<TransportException> { received(transport, null, "${CHUNKED}3\r\nabc\r\n0\r\n\r\n") }
                    .message shouldContain "use HttpEngine.JAVA, or OkHttp"
            }
        }

        for ((engine, newTransport) in TLS_ENGINES - CIO_ENGINE) {
            test("$engine takes chunks of anything up to the last one") {
                received(newTransport, null, "${CHUNKED}3\r\nabc\r\n0\r\n\r\n").bodyText() shouldBe "abc"
            }
        }
    })

private fun gzip(text: String): ByteArray =
    ByteArrayOutputStream()
        .also { out -> GZIPOutputStream(out).use { it.write(text.encodeToByteArray()) } }
        .toByteArray()

private fun chunks(body: ByteArray): ByteArray =
    "${body.size.toString(16)}\r\n".encodeToByteArray() + body + "\r\n0\r\n\r\n".encodeToByteArray()
