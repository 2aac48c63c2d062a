package dev.openidclient.http

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe

class ReceivedBodySpec :
    FunSpec({
        context("the bytes are those that came,") {
            for (announced in listOf(-1L, 0L, 1L, 9L, 10L, 11L, 100L)) {
                for (chunk in listOf(1, 3, 10, 5000)) {
                    test("$announced announced, $chunk at a time") {
                        val body = ReceivedBody(announced, 10_000)

                        body.fill(10, chunk)

                        body.bytes() shouldBe ByteArray(10) { it.toByte() }
                        body.size shouldBe 10
                        body.isTooLarge shouldBe false
                    }
                }
            }

            test("many more than were announced") {
                val body = ReceivedBody(5, 10_000)

                body.fill(10_000, 7)

                body.bytes() shouldBe ByteArray(10_000) { it.toByte() }
                body.isTooLarge shouldBe false
            }
        }

        test("a body of the allowed size is not too large, one more byte is") {
            val body = ReceivedBody(0, 10)

            body.fill(10, 10)
            body.isTooLarge shouldBe false
            body.fill(1, 1)

            body.isTooLarge shouldBe true
        }

        test("what is announced as too large is that before it comes, and takes no memory") {
            val body = ReceivedBody(Long.MAX_VALUE, 10)

            body.isTooLarge shouldBe true
            body.bytes().size shouldBe 0
        }

        test("an announced length takes no memory before the bytes come") {
            val body = ReceivedBody(2_147_483_000, Int.MAX_VALUE)
            var offered = 0

            body.add { array, _, _ ->
                offered = array.size
                -1
            }

            offered shouldBe 65_536
        }

        test("the storage grows to what was announced, and not beyond") {
            val body = ReceivedBody(100_000, 10_000_000)
            val sizes = mutableSetOf<Int>()

            while (body.size < 100_000) {
                body.add { array, _, length ->
                    sizes += array.size
                    minOf(length, 1_000, 100_000 - body.size)
                }
            }

            sizes shouldBe setOf(65_536, 100_001)
        }

        test("never takes more than one byte beyond what is allowed") {
            val body = ReceivedBody(0, 10)
            var offered = 0

            while (!body.isTooLarge) {
                body.add { array, _, length ->
                    offered = array.size
                    length
                }
            }

            offered shouldBe 11
        }

        test("nothing is added where there is nothing") {
            val body = ReceivedBody(0, 10)

            body.add { _, _, _ -> -1 } shouldBe -1

            body.size shouldBe 0
        }
    })

/** [count] bytes that go on counting, at most [chunk] at a time. */
private fun ReceivedBody.fill(
    count: Int,
    chunk: Int,
) {
    val end = size + count
    while (size < end) {
        add { array, offset, length ->
            minOf(length, chunk, end - offset).also { read ->
                for (index in offset until offset + read) array[index] = index.toByte()
            }
        }
    }
}
