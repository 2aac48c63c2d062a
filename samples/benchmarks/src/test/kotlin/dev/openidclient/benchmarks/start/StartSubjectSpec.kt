package dev.openidclient.benchmarks.start

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.doubles.shouldBeGreaterThan
import io.kotest.matchers.maps.shouldHaveKey
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import java.io.File

class StartSubjectSpec :
    FunSpec({
        val server = StartServer()
        afterSpec { server.close() }

        val subjects = StartSubject.subjects(server.issuer)

        for (subject in subjects) {
            test("${subject.name} with the engine ${subject.parameters.getValue("engine")} prints the token") {
                val round = subject.round()
                round.cpuMicroseconds.shouldNotBeNull() shouldBeGreaterThan 0.0
                round.extra shouldHaveKey StartSubject.WALL
            }
        }

        test("a program that does not get its token is no start") {
            val nowhere = listOf("${server.issuer}/nowhere", "CIO")
            val failing = StartSubject("failing", "CIO", KtorProgram::class.java, nowhere)
            shouldThrow<IllegalStateException> { failing.round() }.message shouldContain "KtorProgram failed"
        }

        test("every engine has one floor") {
            subjects.groupBy { it.parameters }.values.map { of -> of.count { it.isFloor } } shouldBe listOf(1, 1)
        }

        test("the peers are not on the class path of the programs") {
            val names = ProgramClassPath.text.split(File.pathSeparator).map { File(it).name }
            names.filter { "spring" in it || "oauth2" in it || "okhttp" in it || "jmh" in it } shouldBe emptyList()
        }
    })
