package dev.openidclient.http

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldNotContain

class HttpBodySpec :
    FunSpec({
        test("a form is encoded and labelled") {
            val body = HttpBody.form(Parameters.of("a" to "b c"))
            body.contentType shouldBe "application/x-www-form-urlencoded;charset=UTF-8"
            body.bytes().decodeToString() shouldBe "a=b+c"
            body.size shouldBe 5
        }

        test("a form keeps its parameters") {
            HttpBody.form(Parameters.of("a" to "b")).parameters shouldBe Parameters.of("a" to "b")
        }

        test("a JSON body is UTF-8 and labelled") {
            val body = HttpBody.json("\"ä\"")
            body.contentType shouldBe "application/json"
            body.bytes() shouldBe "\"ä\"".encodeToByteArray()
            body.parameters.shouldBeNull()
        }

        test("a text body is UTF-8 of the given type") {
            val body = HttpBody.text("application/jwt", "eyJ")
            body.contentType shouldBe "application/jwt"
            body.bytes().decodeToString() shouldBe "eyJ"
        }

        for (type in listOf("text/plain ; a=b", "text/plain;a=\"b, \\\"c; d=\"\t;e=f", "text/plain;;")) {
            test("takes the parameters of <$type>") {
                HttpBody.text(type, "a").contentType shouldBe type
            }
        }

        test("does not change with the bytes that it was made of") {
            val bytes = byteArrayOf(1, 2)
            val body = HttpBody.bytes("application/octet-stream", bytes)

            bytes[0] = 9

            body.bytes() shouldBe byteArrayOf(1, 2)
        }

        test("does not change with the bytes that it hands out") {
            val body = HttpBody.bytes("application/octet-stream", byteArrayOf(1, 2))

            body.bytes()[0] = 9

            body.bytes() shouldBe byteArrayOf(1, 2)
        }

        val refused =
            mapOf(
                "nothing" to "",
                "a type alone" to "text",
                "a slash" to "/",
                "no subtype" to "text/",
                "no type" to "/plain",
                "a space in the type" to "te xt/plain",
                "a space in the subtype" to "text/pl ain",
                "a line break in the type" to "text/plain\r\nx-evil: 1",
                "a line break in a parameter" to "text/plain; a=b\r\nx-evil: 1",
                "a parameter without a value" to "text/plain; charset",
                "a second media type in a parameter" to "text/plain; a=b, text/html; a=b",
                "a quoted value without its end" to "text/plain; a=\"b",
            )
        for ((name, type) in refused) {
            test("refuses $name as a media type") {
                shouldThrow<IllegalArgumentException> { HttpBody.text(type, "a") }
                shouldThrow<IllegalArgumentException> { HttpBody.bytes(type, byteArrayOf()) }
            }
        }

        test("prints type and size, no content") {
            HttpBody.form(Parameters.of("client_secret" to "7Fjfp0ZBr1KtDRbnfVdmIw")).toString() shouldNotContain
                "7Fjfp0ZBr1KtDRbnfVdmIw"
        }
    })
