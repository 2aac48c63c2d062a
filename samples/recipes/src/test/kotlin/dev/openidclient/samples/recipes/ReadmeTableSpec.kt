package dev.openidclient.samples.recipes

import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.collections.shouldNotBeEmpty
import io.kotest.matchers.shouldBe
import java.nio.file.Path
import kotlin.io.path.exists
import kotlin.io.path.nameWithoutExtension
import kotlin.io.path.readText

private val ROOT = Path.of("../..")
private val LINK = Regex("""]\(([^)\s]+)\)""")
private val RECIPE = Regex("""(\w+) \[\.kt]\((\S+)\) \[\.java]\((\S+)\)""")
private val TABLE = Regex("""\n## What there is\n\n\|.*\n\|[-|]+\n((?:\|.*\n)+)""")

/** Every row of the README's table leads to its recipes, in both languages, and every recipe has a row. */
class ReadmeTableSpec :
    FunSpec({
        val readme = ROOT.resolve("README.md").readText()
        val rows = TABLE.find(readme)?.groupValues?.get(1).orEmpty().lines().filter(String::isNotBlank)

        test("there is the table") {
            rows.shouldNotBeEmpty()
        }

        for (row in rows) {
            val cells = row.trim().removeSurrounding("|").split('|').map(String::trim)
            test("${cells.first().replace(LINK, "]")} leads to recipes in both languages") {
                val found = RECIPE.findAll(cells.last()).toList().shouldNotBeEmpty()
                found.joinToString { it.value } shouldBe cells.last()
                for ((name, kotlin, java) in found.map { it.destructured }) {
                    withClue("the link $name") {
                        for ((path, extension) in listOf(kotlin to "kt", java to "java")) {
                            Path.of(path).fileName.toString() shouldBe "$name.$extension"
                            ROOT.resolve(path).exists() shouldBe true
                        }
                    }
                }
            }
        }

        test("every recipe has a row") {
            val linked = rows.flatMap { RECIPE.findAll(it) }.map { Path.of(it.groupValues[2]).nameWithoutExtension }
            linked.distinct() shouldContainExactlyInAnyOrder Recipe.all().map { it.name }
        }

        test("every link of the README to a file leads to one") {
            val links = LINK.findAll(readme).map { it.groupValues[1] }
            val files = links.filterNot { it.startsWith("http") || it.startsWith("#") }.map { it.substringBefore('#') }
            files.toList().shouldNotBeEmpty().filterNot { ROOT.resolve(it).exists() }.shouldBeEmpty()
        }
    })
