package dev.openidclient.samples.recipes

import java.nio.file.Path
import kotlin.io.path.extension
import kotlin.io.path.isDirectory
import kotlin.io.path.listDirectoryEntries
import kotlin.io.path.nameWithoutExtension
import kotlin.io.path.readLines
import kotlin.io.path.readText
import kotlin.io.path.walk

private const val PACKAGE = "dev/openidclient/samples/recipes"

/** A recipe, of which there is one in each language. */
internal class Recipe(
    val name: String,
    val kotlin: Path,
    val java: Path,
) {
    /** What an application calls. */
    val kotlinFunctions: List<String> get() = names(KOTLIN_FUNCTION, kotlin)

    val javaMethods: List<String> get() = names(JAVA_METHOD, java)

    companion object {
        private val KOTLIN = Path.of("src/main/kotlin/$PACKAGE")
        private val JAVA = Path.of("src/main/java/$PACKAGE")
        private val KOTLIN_FUNCTION = Regex("""^(?:suspend )?fun (?:<\w+> )?(\w+)\(""", RegexOption.MULTILINE)
        private val JAVA_METHOD = Regex("""^ {4}public static [^(=]*?(\w+)\(""", RegexOption.MULTILINE)

        private fun names(
            declaration: Regex,
            file: Path,
        ): List<String> = declaration.findAll(file.readText()).map { it.groupValues[1] }.toList()

        /** By the names of both languages, so that one whose twin is missing is here too. */
        fun all(): List<Recipe> =
            (KOTLIN.listDirectoryEntries() + JAVA.listDirectoryEntries())
                .map { it.nameWithoutExtension }
                .distinct()
                .sorted()
                .map { Recipe(it, KOTLIN.resolve("$it.kt"), JAVA.resolve("$it.java")) }
    }
}

/** The code of the tests that run recipes, here and in the integration tests, without what is only imported. */
internal fun codeThatRunsRecipes(): String {
    val integration = Path.of("../integration-tests/src/test")
    check(integration.isDirectory()) { "$integration is not there" }
    val here = Path.of("src/test/kotlin/$PACKAGE").listDirectoryEntries("*CallsSpec.kt").asSequence()
    return integration
        .walk()
        .filter { it.extension in setOf("kt", "java") }
        .filter { it.nameWithoutExtension.startsWith("Recipes") }
        .plus(here)
        .flatMap { it.readLines() }
        .filterNot { it.startsWith("import ") }
        .joinToString("\n")
}
