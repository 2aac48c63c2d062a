package dev.openidclient.network

import dev.openidclient.contract.LocalServer.Connection
import dev.openidclient.network.Ending.ANSWERED
import dev.openidclient.network.Ending.INVALID_RESPONSE
import dev.openidclient.network.Ending.NETWORK_ERROR
import dev.openidclient.network.Ending.TIMEOUT
import java.io.ByteArrayOutputStream
import java.util.zip.GZIPOutputStream

/** What a server does with a connection, for a client that wants [document], and how the call may end then. */
internal class BrokenAnswer(
    val endings: Set<Ending>,
    val serve: Connection.(document: String) -> Unit,
)

private const val HEAD = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
private const val CHUNKED_HEAD = "${HEAD}Transfer-Encoding: chunked\r\n\r\n"
private const val KIB = 1024

/** A line of a head that has 1 KiB. */
private val KIB_LINE = "x: ${"y".repeat(KIB - 5)}\r\n"

private fun lost(serve: Connection.(String) -> Unit) = BrokenAnswer(setOf(NETWORK_ERROR), serve)

private fun stalling(serve: Connection.(String) -> Unit) = BrokenAnswer(setOf(TIMEOUT), serve)

/** The engines do not agree on what this is: it must end, and do no harm. */
private fun odd(serve: Connection.(String) -> Unit) =
    BrokenAnswer(setOf(ANSWERED, NETWORK_ERROR, INVALID_RESPONSE), serve)

private fun afterRequest(serve: Connection.(String) -> Unit): Connection.(String) -> Unit =
    { document ->
        readRequest()
        serve(document)
        end()
    }

private fun sized(
    document: String,
    vararg fields: String,
) = "${HEAD}Content-Length: ${document.length}\r\n${fields.joinToString("") { "$it\r\n" }}\r\n$document"

/** The connection breaks. */
internal val LOST_CONNECTIONS: Map<String, BrokenAnswer> =
    mapOf(
        "closed at once" to lost { },
        "reset at once" to lost { reset() },
        "closed within the request" to lost { take(10) },
        "reset within the request" to
            lost {
                take(10)
                reset()
            },
        "half closed before the answer" to lost(afterRequest { }),
        "reset before the answer" to
            lost {
                readRequest()
                reset()
            },
        "closed within the status line" to lost(afterRequest { write("HTTP/1.1 2") }),
        "closed within the headers" to lost(afterRequest { write("HTTP/1.1 200 OK\r\nContent-Ty") }),
        "reset within the headers" to
            lost {
                readRequest()
                write(HEAD)
                reset()
            },
        "closed within the body" to lost(afterRequest { write("${HEAD}Content-Length: 100\r\n\r\n{") }),
        "closed within a chunk" to lost(afterRequest { write("${CHUNKED_HEAD}64\r\n{") }),
        "closed before the body" to lost(afterRequest { write("${HEAD}Content-Length: 100\r\n\r\n") }),
        "closed after the body, and reset" to
            odd { document ->
                readRequest()
                write(sized(document))
                reset()
            },
    )

/** The connection stays, but the answer does not come to its end. */
internal val STALLED_ANSWERS: Map<String, BrokenAnswer> =
    mapOf(
        "no byte" to stalling { awaitEnd() },
        "half a request, then no byte" to
            stalling {
                take(10)
                awaitEnd()
            },
        "half a status line" to
            stalling {
                readRequest()
                write("HTTP/1.")
                awaitEnd()
            },
        "half a head" to
            stalling {
                readRequest()
                write(HEAD)
                awaitEnd()
            },
        "a head without its body" to
            stalling {
                readRequest()
                write("${HEAD}Content-Length: 100\r\n\r\n")
                awaitEnd()
            },
        "a chunk without the next" to
            stalling {
                readRequest()
                write("${CHUNKED_HEAD}1\r\n{\r\n")
                awaitEnd()
            },
        "a head that comes byte by byte" to
            stalling {
                readRequest()
                "${HEAD}x: ".forEach { drip("$it") }
                while (true) drip("y")
            },
        "a body that comes byte by byte" to
            stalling {
                readRequest()
                write("${HEAD}Content-Length: 1000000\r\n\r\n{")
                while (true) drip(" ")
            },
        "headers that come line by line" to
            stalling {
                readRequest()
                write(HEAD)
                while (true) drip("x: y\r\n")
            },
    )

/** The answer is larger than it may be. [MOST_OF_A_HEAD] bounds what a server of these tests sends of a head. */
internal val ENORMOUS_ANSWERS: Map<String, BrokenAnswer> =
    mapOf(
        "a body without end" to
            BrokenAnswer(
                setOf(INVALID_RESPONSE),
                afterRequest {
                    write("${HEAD}Connection: close\r\n\r\n")
                    while (true) write("${"y".repeat(KIB)}\n")
                },
            ),
        "chunks without end" to
            BrokenAnswer(
                setOf(INVALID_RESPONSE),
                afterRequest {
                    write(CHUNKED_HEAD)
                    while (true) write("400\r\n${"y".repeat(KIB)}\r\n")
                },
            ),
        "an announced body of 8 EiB" to
            BrokenAnswer(
                setOf(INVALID_RESPONSE),
                afterRequest { write("${HEAD}Content-Length: ${Long.MAX_VALUE}\r\n\r\n{") },
            ),
        "a header line of 1 MiB" to
            lost(
                afterRequest {
                    write("${HEAD}x: ")
                    repeat(KIB) { write("y".repeat(KIB)) }
                    write("\r\n\r\n")
                },
            ),
        "a status line of 1 MiB" to
            lost(
                afterRequest {
                    write("HTTP/1.1 200 ")
                    repeat(KIB) { write("y".repeat(KIB)) }
                    write("\r\n\r\n")
                },
            ),
        // CIO takes them: it bounds a line, not a head
        "headers of $MOST_OF_A_HEAD KiB" to
            odd(
                afterRequest { document ->
                    write("HTTP/1.1 200 OK\r\n")
                    repeat(MOST_OF_A_HEAD) { write(KIB_LINE) }
                    write("Content-Length: ${document.length}\r\n\r\n$document")
                },
            ),
        "a body of 100 MiB, compressed" to
            BrokenAnswer(
                setOf(INVALID_RESPONSE),
                afterRequest {
                    write("${HEAD}Content-Encoding: gzip\r\nContent-Length: ${BOMB.size}\r\n\r\n")
                    write(BOMB)
                },
            ),
    )

internal const val MOST_OF_A_HEAD: Int = 512

private val BOMB: ByteArray by lazy {
    ByteArrayOutputStream()
        .also { bytes ->
            GZIPOutputStream(bytes).use { gzip ->
                repeat(100) { gzip.write(ByteArray(KIB * KIB) { ' '.code.toByte() }) }
            }
        }.toByteArray()
}

/** The answer is no HTTP, or contradicts itself. */
internal val MALFORMED_ANSWERS: Map<String, BrokenAnswer> =
    mapOf(
        "HTTP/0.9" to lost(afterRequest { write(it) }),
        "random bytes" to lost(afterRequest { write(ByteArray(5_000) { (it * 31).toByte() }) }),
        "a frame of HTTP/2" to lost(afterRequest { write(byteArrayOf(0, 0, 0, 4, 0, 0, 0, 0, 0)) }),
        "another protocol" to lost(afterRequest { write("220 mail.example.com ESMTP\r\n") }),
        "status 99" to lost(afterRequest { write("HTTP/1.1 99 X\r\nContent-Length: 0\r\n\r\n") }),
        "a negative status" to lost(afterRequest { write("HTTP/1.1 -200 X\r\nContent-Length: 0\r\n\r\n") }),
        "no status" to
            BrokenAnswer(
                setOf(NETWORK_ERROR, INVALID_RESPONSE),
                afterRequest { write("HTTP/1.1\r\nContent-Length: 0\r\n\r\n") },
            ),
        "HTTP/3.7" to lost(afterRequest { write("HTTP/3.7 200 OK\r\nContent-Length: 0\r\n\r\n") }),
        "a length beyond the body" to
            lost(afterRequest { write("${HEAD}Content-Length: ${it.length + 1}\r\n\r\n$it") }),
        // what is left over may be taken for the next answer on the connection
        "a length short of the body" to
            BrokenAnswer(
                setOf(NETWORK_ERROR, INVALID_RESPONSE),
                afterRequest { write("${HEAD}Content-Length: ${it.length - 1}\r\n\r\n$it") },
            ),
        "two lengths" to odd(afterRequest { write(sized(it, "Content-Length: ${it.length + 1}")) }),
        "a list of lengths" to
            odd(afterRequest { write("${HEAD}Content-Length: ${it.length}, ${it.length}\r\n\r\n$it") }),
        "a negative length" to
            BrokenAnswer(
                setOf(NETWORK_ERROR, INVALID_RESPONSE),
                afterRequest { write("${HEAD}Content-Length: -5\r\n\r\n$it") },
            ),
        "a length that is no number" to odd(afterRequest { write("${HEAD}Content-Length: ten\r\n\r\n$it") }),
        "a length of 23 digits" to odd(afterRequest { write("${HEAD}Content-Length: ${"9".repeat(23)}\r\n\r\n$it") }),
        "a length and chunks" to
            odd(
                afterRequest {
                    write("${HEAD}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n")
                    write("${it.length.toString(16)}\r\n$it\r\n0\r\n\r\n")
                },
            ),
        "an unknown transfer coding" to odd(afterRequest { write("${HEAD}Transfer-Encoding: nonsense\r\n\r\n$it") }),
        "a chunk size that is no number" to lost(afterRequest { write("${CHUNKED_HEAD}zz\r\n$it\r\n0\r\n\r\n") }),
        "a negative chunk size" to lost(afterRequest { write("$CHUNKED_HEAD-5\r\n$it\r\n0\r\n\r\n") }),
        "a chunk of 8 EiB" to lost(afterRequest { write("${CHUNKED_HEAD}7fffffffffffffff\r\n$it") }),
        "a chunk size of 72 bits" to lost(afterRequest { write("${CHUNKED_HEAD}ffffffffffffffffff\r\n$it") }),
        "a chunk longer than its size" to lost(afterRequest { write("${CHUNKED_HEAD}5\r\n$it") }),
        "a header without a name" to odd(afterRequest { write(sized(it, ": x")) }),
        "a header with a space in its name" to odd(afterRequest { write(sized(it, "x y: z")) }),
        "a header with NUL" to odd(afterRequest { write(sized(it, "x: \u0000")) }),
        "a folded header" to odd(afterRequest { write(sized(it, "x: y", " z")) }),
        "a gzip that is none" to odd(afterRequest { write(sized(it, "Content-Encoding: gzip")) }),
        "an interim answer" to odd(afterRequest { write("HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n${sized(it)}") }),
        "interim answers without end" to
            BrokenAnswer(
                setOf(NETWORK_ERROR, INVALID_RESPONSE),
                afterRequest { while (true) write("HTTP/1.1 100 Continue\r\n\r\n") },
            ),
        "a switch of protocols" to
            BrokenAnswer(
                setOf(NETWORK_ERROR, INVALID_RESPONSE),
                afterRequest { write("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n") },
            ),
        "a second answer nobody asked for" to odd(afterRequest { write(sized(it) + sized("{}")) }),
        "an answer before the request" to
            odd {
                take(5)
                write(sized(it))
                end()
            },
        "a 204 with a body" to
            BrokenAnswer(
                setOf(NETWORK_ERROR, INVALID_RESPONSE),
                afterRequest { write("HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\nabcde") },
            ),
    )

/** Answers that make some engines send the request again. */
internal val TEMPTING_ANSWERS: Map<String, BrokenAnswer> =
    listOf("407 X\r\nProxy-Authenticate: Basic", "408 X", "421 X", "425 X", "429 X\r\nRetry-After: 0")
        .plus(
            listOf("500 X", "502 X", "503 X\r\nRetry-After: 0", "504 X"),
        ).associate { status ->
            "status ${status.take(3)}" to
                BrokenAnswer(setOf(ANSWERED, NETWORK_ERROR, INVALID_RESPONSE)) {
                    readRequest()
                    write("HTTP/1.1 $status\r\nContent-Length: 0\r\n\r\n")
                    finish()
                    // who sends again may do so here
                    while (readRequest() != null) continue
                }
        }

/** A byte now and then. */
private fun Connection.drip(text: String) {
    write(text)
    Thread.sleep(20)
}
