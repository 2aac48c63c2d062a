package dev.openidclient.benchmarks.measure

import dev.openidclient.benchmarks.jose.Case
import dev.openidclient.benchmarks.jose.CryptoProviders
import dev.openidclient.benchmarks.jose.JoseSubject
import dev.openidclient.benchmarks.jose.Worker
import dev.openidclient.benchmarks.jose.setup
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.doubles.shouldBeGreaterThan
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.string.shouldContain
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.buildJsonObject

class ProcessSubjectSpec :
    FunSpec({
        fun subject(setup: JsonObject) =
            ProcessSubject(
                "row",
                "subject",
                false,
                emptyMap(),
                jvm(Worker::class.java.name, "-Djmh.ignoreLock=true", "-Dbenchmark.seconds=0.05"),
                setup,
                warmUpRounds = 1,
            )

        test("a subject in a process of its own answers with its rounds") {
            val setup = setup(JoseSubject.ID_TOKEN, Case.of("RS256"), CryptoProviders.JDK)

            val round =
                subject(setup).use {
                    it.warmUp()
                    it.round()
                }

            round.operationsPerSecond shouldBeGreaterThan 0.0
            round.cpuMicroseconds.shouldNotBeNull() shouldBeGreaterThan 0.0
            round.allocatedBytes.shouldNotBeNull() shouldBeGreaterThan 0.0
        }

        test("a process that ends by itself is an error that names its row") {
            val failure = shouldThrow<IllegalStateException> { subject(buildJsonObject { }).use { it.warmUp() } }

            failure.message shouldContain "in the row row"
        }
    })
