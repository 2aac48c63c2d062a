package dev.openidclient.samples.recipes

import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldNotBeEmpty
import io.kotest.matchers.ints.shouldBeLessThanOrEqual
import io.kotest.matchers.shouldBe
import kotlin.io.path.exists
import kotlin.io.path.readLines

/** Lines without package and imports. */
private const val LONGEST = 65

/** A recipe that nobody runs may be wrong: tests call every function of each, with real servers. */
class EveryRecipeRunsSpec :
    FunSpec({
        val code = codeThatRunsRecipes()

        test("there are recipes") {
            Recipe.all().shouldNotBeEmpty()
        }

        for (recipe in Recipe.all()) {
            test("${recipe.name} is there in both languages, and short") {
                for (file in listOf(recipe.kotlin, recipe.java)) {
                    withClue(file) {
                        file.exists() shouldBe true
                        file.readLines().dropWhile { it.isHeader }.size shouldBeLessThanOrEqual LONGEST
                    }
                }
            }

            test("${recipe.name} is run in Kotlin") {
                val functions = recipe.kotlinFunctions.shouldNotBeEmpty()
                functions.filterNot { Regex("""(?<![\w.])$it(?: \{|\()""") in code }.shouldBeEmpty()
            }

            test("${recipe.name} is run in Java") {
                val methods = recipe.javaMethods.shouldNotBeEmpty()
                methods.filterNot { "${recipe.name}.$it(" in code }.shouldBeEmpty()
            }
        }
    })

private val String.isHeader: Boolean get() = isBlank() || startsWith("package ") || startsWith("import ")
