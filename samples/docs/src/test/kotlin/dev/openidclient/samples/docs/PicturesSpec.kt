package dev.openidclient.samples.docs

import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldNotBeEmpty
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import io.kotest.matchers.string.shouldNotContain
import java.nio.file.Path
import kotlin.io.path.listDirectoryEntries
import kotlin.io.path.name
import kotlin.io.path.nameWithoutExtension
import kotlin.io.path.readText
import kotlin.io.path.writeText

private val FOLDER = Path.of("../../docs/pictures")
private const val UPDATE = "pictures.update"

/** Every picture of the pages is what its source says; `-Dpictures.update=true` draws them anew. */
class PicturesSpec :
    FunSpec({
        val sources = FOLDER.listDirectoryEntries("*.puml").sorted()

        for (source in sources) {
            val picture = source.resolveSibling("${source.nameWithoutExtension}.svg")
            test("${picture.name} is drawn from ${source.name}") {
                val drawn = Pictures.draw(source)
                drawn shouldNotContain "Syntax Error"
                if (System.getProperty(UPDATE).toBoolean()) picture.writeText(drawn)
                withClue("draw it anew: CONTRIBUTING.md has the command, with -D$UPDATE=true") {
                    Pictures.said(picture.readText()) shouldBe Pictures.said(drawn)
                }
            }
        }

        test("there are pictures, each with its source, and each is shown by a page") {
            val names = sources.shouldNotBeEmpty().map { "${it.nameWithoutExtension}.svg" }
            FOLDER.listDirectoryEntries("*.svg").map { it.name }.sorted() shouldBe names

            val shown = Pages.all().flatMap { it.links }.map { it.file }
            names.filterNot { Path.of("docs/pictures/$it") in shown }.shouldBeEmpty()
        }

        test("other words make another picture, other fonts do not") {
            val svg = """<text x="1" textLength="40" fill="#1F2328">code</text>"""
            Pictures.said(svg.replace("40", "41.5")) shouldBe Pictures.said(svg)
            Pictures.said(svg.replace("code", "token")) shouldNotBe Pictures.said(svg)
        }
    })
