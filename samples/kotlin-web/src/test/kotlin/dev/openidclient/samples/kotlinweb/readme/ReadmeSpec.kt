package dev.openidclient.samples.kotlinweb.readme

import io.kotest.assertions.fail
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldNotBeEmpty
import java.nio.file.Path
import kotlin.io.path.readText

private val MARKED_BLOCK = Regex("""<!-- kotlin: (\S+) -->\n```kotlin\n(.*?)```""", RegexOption.DOT_MATCHES_ALL)
private val ANY_BLOCK = Regex("""^```kotlin$""", RegexOption.MULTILINE)
private val REGION = Regex("""// region (\S+)\n(.*?)// endregion""", RegexOption.DOT_MATCHES_ALL)

/** Every Kotlin block of the README is compiled: it stands in `ReadmeKotlin.kt`, word for word. */
class ReadmeSpec :
    FunSpec({
        val readme = Path.of("../../README.md").readText()
        val source =
            Path.of("src/main/kotlin/dev/openidclient/samples/kotlinweb/readme/ReadmeKotlin.kt").readText()
        val blocks = MARKED_BLOCK.findAll(readme).associate { it.groupValues[1] to words(it.groupValues[2]) }
        val regions = REGION.findAll(source).associate { it.groupValues[1] to words(it.groupValues[2]) }

        test("every Kotlin block names its region") {
            blocks.keys.shouldNotBeEmpty()
            val count = ANY_BLOCK.findAll(readme).count()
            if (count != blocks.size) {
                fail("README.md has $count blocks of Kotlin, but ${blocks.size} have their own \"<!-- kotlin: name -->\" in the line above")
            }
        }

        test("README and compiled regions have the same names") {
            val strays = (blocks.keys - regions.keys) + (regions.keys - blocks.keys)
            if (strays.isNotEmpty()) fail("only in README.md or only in ReadmeKotlin.kt: $strays")
        }

        for ((name, block) in blocks) {
            test("the block $name is what is compiled") {
                if (block != regions[name]) {
                    fail("the Kotlin block \"$name\" of README.md differs from its region in ReadmeKotlin.kt:\n$block\n${regions[name]}")
                }
            }
        }
    })

/** The text with every run of white space as one space: the README and the source are indented differently. */
private fun words(text: String): String = text.trim().split(Regex("\\s+")).joinToString(" ")
