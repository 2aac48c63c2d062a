package dev.openidclient.http

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeSameInstanceAs
import kotlinx.serialization.json.buildJsonObject
import kotlinx.serialization.json.put

class HttpResponseSpec :
    FunSpec({
        test("does not change with the bytes that it was made of") {
            val bytes = byteArrayOf(1, 2)
            val response = HttpResponse(200, body = bytes)

            bytes[0] = 9

            response.body shouldBe byteArrayOf(1, 2)
        }

        test("holds what a transport received, which it does not copy") {
            val bytes = byteArrayOf(1, 2)
            val response = HttpResponse.received(201, HttpHeaders.of("a" to "b"), bytes)

            response.status shouldBe 201
            response.headers["a"] shouldBe "b"
            response.bodyUncopied() shouldBeSameInstanceAs bytes
        }

        test("does not change with the bytes that it hands out") {
            val response = HttpResponse(200, body = byteArrayOf(1, 2))

            response.body[0] = 9

            response.body shouldBe byteArrayOf(1, 2)
        }

        test("reads its body as UTF-8") {
            HttpResponse(200, body = "ä€😀".encodeToByteArray()).bodyText() shouldBe "ä€😀"
        }

        test("has an empty body where there was none") {
            HttpResponse(204).body.size shouldBe 0
            HttpResponse(204).bodySize shouldBe 0
        }

        test("reads its body as JSON once, and is none where it is none") {
            val response = HttpResponse(200, body = "{\"a\":1}".encodeToByteArray())

            response.json shouldBe buildJsonObject { put("a", 1) }
            response.json shouldBeSameInstanceAs response.json
            HttpResponse(200, body = "{\"a\":".encodeToByteArray()).json shouldBe null
        }

        test("prints neither body nor credentials") {
            HttpResponse(200, HttpHeaders.of("set-cookie" to "sid=a"), "secret".encodeToByteArray()).toString() shouldBe
                "HttpResponse(200, HttpHeaders(set-cookie: ██), 6 bytes)"
        }
    })
