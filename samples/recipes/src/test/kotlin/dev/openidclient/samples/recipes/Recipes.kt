package dev.openidclient.samples.recipes

import java.nio.file.Path
import kotlin.io.path.extension
import kotlin.io.path.isDirectory
import kotlin.io.path.listDirectoryEntries
import kotlin.io.path.nameWithoutExtension
import kotlin.io.path.readLines
import kotlin.io.path.readText
import kotlin.io.path.walk

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
        private const val PACKAGE = "dev/openidclient/samples/recipes"
        private val KOTLIN = Path.of("src/main/kotlin/$PACKAGE")
        private val JAVA = Path.of("src/main/java/$PACKAGE")
        private val KOTLIN_FUNCTION = Regex("""^(?:suspend )?fun (\w+)\(""", RegexOption.MULTILINE)
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

/** The code of the integration tests that run recipes, without what is only imported. */
internal fun codeThatRunsRecipes(): String {
    val folder = Path.of("../integration-tests/src/test")
    check(folder.isDirectory()) { "$folder is not there" }
    return folder
        .walk()
        .filter { it.extension in setOf("kt", "java") }
        .filter { it.nameWithoutExtension.startsWith("Recipes") }
        .flatMap { it.readLines() }
        .filterNot { it.startsWith("import ") }
        .joinToString("\n")
}
