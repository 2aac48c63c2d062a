package dev.openidclient.samples.kotlinweb.readme

import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldNotBeEmpty
import io.kotest.matchers.shouldBe
import java.nio.file.Path
import kotlin.io.path.readText

private val MARKED_BLOCK = Regex("""<!-- kotlin: (\S+) -->\n```kotlin\n(.*?)```""", RegexOption.DOT_MATCHES_ALL)
private val ANY_BLOCK = Regex("""^```kotlin$""", RegexOption.MULTILINE)
private val REGION = Regex("""// region (\S+)\n(.*?)// endregion""", RegexOption.DOT_MATCHES_ALL)
private val SOURCE = Path.of("src/main/kotlin/dev/openidclient/samples/kotlinweb/readme/ReadmeKotlin.kt")

/** Every Kotlin block of the README is compiled: it stands in `ReadmeKotlin.kt`, word for word. */
class ReadmeSpec :
    FunSpec({
        val readme = Path.of("../../README.md").readText()
        val blocks = MARKED_BLOCK.findAll(readme).associate { it.groupValues[1] to words(it.groupValues[2]) }
        val regions = REGION.findAll(SOURCE.readText()).associate { it.groupValues[1] to words(it.groupValues[2]) }

        test("every Kotlin block names its region") {
            blocks.keys.shouldNotBeEmpty()
            withClue("blocks of Kotlin in README.md, and those with a <!-- kotlin: name --> of their own above") {
                ANY_BLOCK.findAll(readme).count() shouldBe blocks.size
            }
        }

        test("README and compiled regions have the same names") {
            withClue("blocks of README.md, and regions of ReadmeKotlin.kt") { blocks.keys shouldBe regions.keys }
        }

        for ((name, block) in blocks) {
            test("the block $name is what is compiled") {
                withClue("the Kotlin block \"$name\" of README.md differs from its region in ReadmeKotlin.kt") {
                    block shouldBe regions[name]
                }
            }
        }
    })

/** The text without line breaks: README and source are laid out differently. */
private fun words(text: String): String = text.trim().replace(Regex("\\s+"), " ").replace(Regex(" ?([().]) ?"), "$1")
