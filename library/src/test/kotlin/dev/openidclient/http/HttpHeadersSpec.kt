package dev.openidclient.http

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import io.kotest.matchers.string.shouldNotContain

class HttpHeadersSpec :
    FunSpec({
        context("a name may not be") {
            for (name in listOf("", " ", "a b", "a:", "a\r\nb", "a\u0000", "ä", "a(", "a\"", "a/b", "a\tb")) {
                test("<${name.map { if (it < ' ') '.' else it }.joinToString("")}>") {
                    shouldThrow<IllegalArgumentException> { HttpHeaders.of(name to "v") }
                }
            }
        }

        context("a value may not hold") {
            val characters =
                mapOf(
                    "a carriage return" to '\r',
                    "a line feed" to '\n',
                    "a NUL" to '\u0000',
                    "an escape" to '\u001B',
                    "a DEL" to '\u007F',
                )
            for ((name, character) in characters) {
                test(name) {
                    shouldThrow<IllegalArgumentException> { HttpHeaders.of("x-a" to "a${character}b") }
                }

                test("$name, when it is added later") {
                    shouldThrow<IllegalArgumentException> { HttpHeaders.EMPTY.with("x-a", "a${character}b") }
                }

                test("$name, in the second value of a map") {
                    shouldThrow<IllegalArgumentException> {
                        HttpHeaders.of(mapOf("x-a" to listOf("a", "b$character")))
                    }
                }
            }
        }

        test("a refused value is not repeated in the message, for it may be a secret") {
            shouldThrow<IllegalArgumentException> { HttpHeaders.of("authorization" to "Basic czZCaGRS\n") }
                .message shouldNotContain "czZCaGRS"
        }

        test("a value may hold tabs, punctuation and text beyond ASCII") {
            HttpHeaders.of("x-a" to "a\tb \"c\" ~ é")["x-a"] shouldBe "a\tb \"c\" ~ é"
        }

        test("every token character may stand in a name") {
            HttpHeaders.of("!#$%&'*+-.^_`|~09azAZ" to "v").names shouldBe setOf("!#$%&'*+-.^_`|~09azaz")
        }

        test("names are compared without case") {
            val headers = HttpHeaders.of("Content-TYPE" to "text/plain")
            headers["content-type"] shouldBe "text/plain"
            headers["CONTENT-Type"] shouldBe "text/plain"
            ("cOntent-type" in headers) shouldBe true
        }

        test("names are lower case and sorted") {
            HttpHeaders.of("X-B" to "1", "Accept" to "2", "x-a" to "3").names.toList() shouldBe
                listOf("accept", "x-a", "x-b")
        }

        test("several values are joined with a comma") {
            val headers = HttpHeaders.of("x-a" to "1", "X-A" to "2")
            headers["x-a"] shouldBe "1, 2"
            headers.all("x-a") shouldBe listOf("1", "2")
        }

        test("an absent field is null, and has no values") {
            HttpHeaders.EMPTY["x-a"].shouldBeNull()
            HttpHeaders.EMPTY.all("x-a") shouldBe emptyList()
            ("x-a" in HttpHeaders.EMPTY) shouldBe false
        }

        test("with replaces every value, whatever its case") {
            HttpHeaders.of("x-a" to "1", "x-a" to "2").with("X-A", "3").toMap() shouldBe mapOf("x-a" to listOf("3"))
        }

        test("with leaves the original as it was") {
            val headers = HttpHeaders.of("x-a" to "1")

            headers.with("x-a", "2")

            headers["x-a"] shouldBe "1"
        }

        test("without drops the field, whatever its case") {
            HttpHeaders.of("x-a" to "1", "x-b" to "2").without("X-A").names shouldBe setOf("x-b")
        }

        test("cannot be changed through what they hand out") {
            val headers = HttpHeaders.of("x-a" to "1", "x-a" to "2")

            listOf<() -> Unit>(
                { (headers.toMap() as MutableMap).clear() },
                { (headers.names as MutableSet).clear() },
                { (headers.all("x-a") as MutableList).clear() },
            ).forEach { shouldThrow<UnsupportedOperationException> { it() } }
        }

        test("received fields whose name no field may have are left out") {
            HttpHeaders.received(mapOf(":status" to listOf("200"), "x-a" to listOf("1")).entries).names shouldBe
                setOf("x-a")
        }

        test("a transport hands over what it received as it came, and later changes have no effect") {
            val values = mutableListOf("1", "ä", "a\u0000")
            val received = HttpHeaders.received(mapOf("X-A" to values, "x b" to listOf("1")))
            values += "3"

            received.toMap() shouldBe mapOf("x-a" to listOf("1", "ä"))
        }

        test("a transport hands over value by value what it received, in the order of one name") {
            val received =
                HttpHeaders.received(
                    listOf(
                        "X-A" to "1",
                        ":status" to "200",
                        "x-b" to "a\nb",
                        "x-a" to "ä",
                        "X-a" to "3",
                    ),
                )

            received.toMap() shouldBe mapOf("x-a" to listOf("1", "ä", "3"))
            shouldThrow<UnsupportedOperationException> { (received.all("x-a") as MutableList).clear() }
        }

        test("received fields whose value no field may have are left out") {
            HttpHeaders
                .received(
                    mapOf("x-a" to listOf("a\nb", "c"), "x-b" to listOf("\u0000")).entries,
                ).toMap() shouldBe
                mapOf("x-a" to listOf("c"))
        }

        test("print only harmless values") {
            HttpHeaders.of("authorization" to "Bearer mF_9.B5f", "accept" to "a/b", "dpop" to "eyJ").toString() shouldBe
                "HttpHeaders(accept: a/b, authorization: ██, dpop: ██)"
        }

        test("are equal where fields and values are") {
            HttpHeaders.of("A" to "1") shouldBe HttpHeaders.of("a" to "1")
            HttpHeaders.of("A" to "1").hashCode() shouldBe HttpHeaders.of("a" to "1").hashCode()
            HttpHeaders.of("a" to "1") shouldNotBe HttpHeaders.of("a" to "2")
        }
    })
