package dev.openidclient

import dev.openidclient.testing.moduleDirectory
import io.kotest.core.spec.Spec
import io.kotest.core.spec.style.FunSpec
import io.kotest.inspectors.forAll
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContain
import io.kotest.matchers.collections.shouldNotBeEmpty
import io.kotest.matchers.shouldBe
import java.lang.reflect.Modifier
import java.nio.file.FileSystems
import java.nio.file.Path
import kotlin.io.path.Path
import kotlin.io.path.extension
import kotlin.io.path.name
import kotlin.io.path.pathString
import kotlin.io.path.readText
import kotlin.io.path.relativeTo
import kotlin.io.path.walk

/** A class whose name no pattern of Surefire or Failsafe matches does not run, and nobody says so. */
class EverySpecRunsTest :
    FunSpec({
        test("the patterns of the build name every spec class of this module") {
            val specs = specClasses(moduleDirectory.resolve("target/test-classes")).shouldNotBeEmpty()

            specs shouldContain EverySpecRunsTest::class.java
            specs.filterNot { runs(Path(it.name.replace('.', '/') + ".class")) }.shouldBeEmpty()
        }

        test("the patterns of the build name every test source of all modules") {
            val sources = testSources(moduleDirectory.parent).shouldNotBeEmpty()

            sources.map { it.name } shouldContain "EverySpecRunsTest.kt"
            sources
                .map { it.relativeTo(moduleDirectory.parent) }
                .filterNot { runs(it.resolveSibling("${it.name.substringBeforeLast('.')}.class")) }
                .shouldBeEmpty()
        }

        test("a class that no pattern names is found") {
            val specs = specClasses(moduleDirectory.resolve("target/test-classes"))

            specs.filterNot { runs(Path("${it.simpleName}s.class")) } shouldBe specs
            listOf("a/Specs.class", "a/TokenTests.class", "a/TokenSpecification.class", "a/TokenSpec\$Inner.class")
                .forAll { runs(Path(it)) shouldBe false }
            listOf("a/TokenSpec.class", "a/TokenTest.class", "a/TokenIT.class", "a/TokenIntegrationSpec.class")
                .forAll { runs(Path(it)) shouldBe true }
        }
    })

private val PATTERNS =
    (System.getProperty("tests.patterns") ?: "**/*Spec.class,**/*Test.class,**/*IT.class,**/*IntegrationSpec.class")
        .split(',')
        .map { FileSystems.getDefault().getPathMatcher("glob:$it") }

/** A spec in Kotlin, or a test of JUnit; functions that make tests for a spec are none. */
private val TEST_CLASS =
    Regex(
        """^(\w+ )*(?<!abstract )class \w+ :\s+\w+Spec\(|""" +
            """^import org\.junit\.jupiter\.(api\.(Test|TestFactory|RepeatedTest)|params\.ParameterizedTest)\b""",
        RegexOption.MULTILINE,
    )

private fun runs(classFile: Path) = PATTERNS.any { it.matches(classFile) }

private fun specClasses(directory: Path): List<Class<*>> =
    directory
        .walk()
        .filter { it.extension == "class" }
        .map { it.relativeTo(directory).pathString.removeSuffix(".class").replace('/', '.') }
        .map { Class.forName(it, false, EverySpecRunsTest::class.java.classLoader) }
        .filter { Spec::class.java.isAssignableFrom(it) && !Modifier.isAbstract(it.modifiers) }
        .toList()

private fun testSources(checkout: Path): List<Path> =
    checkout
        .walk()
        .filter { it.extension in setOf("kt", "java") && "/src/test/" in it.relativeTo(checkout).pathString }
        .filter { TEST_CLASS.containsMatchIn(it.readText()) }
        .toList()
