package dev.openidclient.benchmarks.measure

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.shouldBe
import java.util.Collections

class InterleavingSpec :
    FunSpec({
        val log: MutableList<String> = Collections.synchronizedList(mutableListOf())

        beforeTest { log.clear() }

        fun subject(
            name: String,
            fails: Boolean = false,
        ) = object : Subject {
            override val row = "row"
            override val name = name
            override val isFloor = name == "a"
            private var count = 0.0

            override fun warmUp() {
                log += "warm $name"
            }

            override fun round(): Round {
                log += name
                check(!fails) { "it fails" }
                return Round(++count)
            }

            override fun close() {
                log += "close $name"
            }
        }

        test("all are warmed up before the first round, and closed after the last") {
            interleaved("suite", 1, listOf(subject("a"), subject("b")))

            log.take(2) shouldContainExactly listOf("warm a", "warm b")
            log.takeLast(2) shouldContainExactly listOf("close a", "close b")
        }

        test("everybody has had a round before anybody has the next") {
            interleaved("suite", 4, listOf(subject("a"), subject("b"), subject("c")))

            log.filter { it.length == 1 }.chunked(3).forEach { it shouldContainExactlyInAnyOrder listOf("a", "b", "c") }
        }

        test("each round begins with another, and every second runs backwards") {
            (0..3).map { turn(3, it) } shouldBe
                listOf(listOf(0, 1, 2), listOf(0, 2, 1), listOf(2, 0, 1), listOf(2, 1, 0))
        }

        test("the rounds stand with their subject, in their order") {
            val (a, b) = interleaved("suite", 3, listOf(subject("a"), subject("b")))

            a.rounds.map { it.operationsPerSecond } shouldBe listOf(1.0, 2.0, 3.0)
            b.subject shouldBe "b"
            a.isFloor shouldBe true
        }

        test("subjects in processes of their own are warmed up together, each before the first round") {
            interleaved("suite", 1, listOf(subject("a"), subject("b"), subject("c")), ::warmUpTogether)

            log.take(3) shouldContainExactlyInAnyOrder listOf("warm a", "warm b", "warm c")
        }

        test("a warm-up that fails together with others is told as it is") {
            val failing =
                object : Subject by subject("a") {
                    override fun warmUp() = error("no server")
                }

            shouldThrow<IllegalStateException> { warmUpTogether(listOf(failing, subject("b"))) }.message shouldBe
                "no server"
        }

        test("all are closed where one fails") {
            shouldThrow<IllegalStateException> {
                interleaved(
                    "suite",
                    1,
                    listOf(subject("a"), subject("b", fails = true)),
                )
            }

            log.takeLast(2) shouldContainExactly listOf("close a", "close b")
        }
    })
