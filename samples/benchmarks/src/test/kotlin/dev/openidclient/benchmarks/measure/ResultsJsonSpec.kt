package dev.openidclient.benchmarks.measure

import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldNotContain
import java.net.InetAddress
import java.nio.file.Files
import java.nio.file.Path

class ResultsJsonSpec :
    FunSpec({
        val reference = Target.Reference("peer", "another row", mapOf("provider" to "JDK"))
        val results =
            resultsOf(
                measured("floor", 1.5, 2.5, isFloor = true, parameters = mapOf("engine" to "Java")),
                measured("library", 3.0, extra = mapOf("connections" to 4.0)),
                Measurement("jose", "row", "bare", false, emptyMap(), listOf(Round(1.0))),
                targets = listOf(ratioTarget(0.95), ratioTarget(2.0, against = reference)),
            )

        test("what is written is what is read") {
            val folder = tempdir().toPath()

            Results.read(results.write(folder)).toJson() shouldBe results.toJson()
        }

        test("all of a measurement survives") {
            val (floor, library, bare) = resultsOf(results.toJson()).measurements

            floor.isFloor shouldBe true
            floor.parameters shouldBe mapOf("engine" to "Java")
            floor.rounds.map { it.cpuMicroseconds } shouldBe listOf(1.5, 2.5)
            library.median("connections") shouldBe 4.0
            bare.rounds.single().allocatedBytes shouldBe null
        }

        test("all of a target survives") {
            val target = resultsOf(results.toJson()).targets.last()

            target.bound shouldBe 2.0
            target.against?.row shouldBe "another row"
            target.against?.parameters shouldBe mapOf("provider" to "JDK")
        }

        test("the file is named after the suite and the JDK") {
            val file = results.write(tempdir().toPath())

            file.fileName.toString() shouldBe "jose-jdk${Runtime.version().feature()}.json"
        }

        test("the machine is described without its name and without a folder") {
            val here = Results("suite", Machine.here(), emptyList(), emptyList())
            val text = Files.readString(here.write(tempdir().toPath()))

            text shouldNotContain InetAddress.getLocalHost().hostName
            text shouldNotContain Path.of("").toAbsolutePath().toString()
        }
    })
