package dev.openidclient.samples.recipes

import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.collections.shouldNotBeEmpty
import io.kotest.matchers.shouldBe
import java.nio.file.Path
import kotlin.io.path.exists
import kotlin.io.path.nameWithoutExtension
import kotlin.io.path.readText

private val PAGE = Path.of("../../docs/specifications.md")
private val LINK = Regex("""]\(([^)\s]+)\)""")
private val RECIPE = Regex("""(\w+) \[\.kt]\((\S+)\) \[\.java]\((\S+)\)""")
private val PART_OF_A_PAGE = Regex("""\[page]\((\S+\.md)#\S+\)""")
private val TABLE = Regex("""\n\| Specification \| Call \| Recipe \|\n\|[-|]+\n((?:\|.*\n)+)""")

/**
 * Every row of the page of specifications leads to its recipes, in both languages, or to the part of a page that shows
 * it in both; and every recipe has a row.
 */
class SpecificationsSpec :
    FunSpec({
        val rows = TABLE.findAll(PAGE.readText()).flatMap { it.groupValues[1].trim().lines() }.toList()

        test("there are the tables") {
            rows.shouldNotBeEmpty()
        }

        for (row in rows) {
            val cells = row.trim().removeSurrounding("|").split('|').map(String::trim)
            test("${cells.first().replace(LINK, "]")} leads to recipes in both languages, or to a page") {
                PART_OF_A_PAGE.matchEntire(cells.last())?.let { page ->
                    PAGE.resolveSibling(page.groupValues[1]).exists() shouldBe true
                    return@test
                }
                val found = RECIPE.findAll(cells.last()).toList().shouldNotBeEmpty()
                found.joinToString { it.value } shouldBe cells.last()
                for ((name, kotlin, java) in found.map { it.destructured }) {
                    withClue("the link $name") {
                        for ((path, extension) in listOf(kotlin to "kt", java to "java")) {
                            Path.of(path).fileName.toString() shouldBe "$name.$extension"
                            PAGE.resolveSibling(path).exists() shouldBe true
                        }
                    }
                }
            }
        }

        test("every recipe has a row") {
            val linked = rows.flatMap { RECIPE.findAll(it) }.map { Path.of(it.groupValues[2]).nameWithoutExtension }
            linked.distinct() shouldContainExactlyInAnyOrder Recipe.all().map { it.name }
        }
    })
