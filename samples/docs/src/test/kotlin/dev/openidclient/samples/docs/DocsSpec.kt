package dev.openidclient.samples.docs

import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldBeIn
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.collections.shouldNotBeEmpty
import io.kotest.matchers.collections.shouldNotContain
import io.kotest.matchers.ints.shouldBeLessThanOrEqual
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldNotStartWith
import java.nio.file.Path
import kotlin.io.path.exists
import kotlin.io.path.extension
import kotlin.io.path.invariantSeparatorsPathString
import kotlin.io.path.readText

private val ROOT = Pages.ROOT
private val README = Path.of("README.md")

private const val LINES_OF_README = 160
private const val LINES_OF_PAGE = 260

private val VERSION = Regex("""<artifactId>openid-client-parent</artifactId>\s*<version>([^<]+)</version>""")
private val DEPENDENCIES =
    listOf(
        Regex("""dev\.openidclient:[\w-]+:([\w.-]+)"""),
        Regex("""<artifactId>openid-client[\w-]*</artifactId>(?:<!--.*?-->)?\s*<version>([^<]+)</version>"""),
    )
private val COMPILED = setOf("kotlin", "java")
private val FREE = setOf("sh", "xml", "properties", "http", "text", "yaml", "json", "groovy", "toml", "html")

/** The README and the pages: what they show is compiled, and where they lead there is something. */
class DocsSpec :
    FunSpec({
        val pages = Pages.all()
        val byPath = pages.associateBy { it.path }

        test("there are pages with links and blocks, and compiled regions") {
            pages.filter { it.name.startsWith("docs/") }.shouldNotBeEmpty()
            pages.flatMap { it.links }.filter { it.isRelative }.shouldNotBeEmpty()
            pages.flatMap { it.fences }.mapNotNull(Regions::named).shouldNotBeEmpty()
            Regions.all(ROOT).shouldNotBeEmpty()
        }

        context("blocks") {
            for (fence in pages.flatMap { it.fences }) {
                val place = "${fence.page}:${fence.line}"
                if (fence.language !in COMPILED) {
                    test("$place: a block that is not compiled says what it is: ${fence.language}") {
                        fence.language shouldBeIn FREE
                    }
                    continue
                }
                test("$place: the block of ${fence.language} is what is compiled") {
                    val (source, name) =
                        withClue("above it must stand <!-- ${fence.language}: region -->, or with \" in path\"") {
                            Regions.named(fence).shouldNotBeNull()
                        }
                    val text =
                        withClue("\"// region $name\" … \"// endregion\" in $source") {
                            val found = Regions.of(ROOT, source).filter { it.name == name }
                            found shouldHaveSize 1
                            found.single().text.shouldNotBeNull()
                        }
                    withClue("the region \"$name\" of $source") {
                        Regions.words(fence.text) shouldBe Regions.words(text)
                    }
                }
            }
        }

        context("regions") {
            val shown = pages.flatMap { it.fences }.mapNotNull(Regions::named).toSet()
            for (region in Regions.all(ROOT)) {
                test("$region: the region ${region.name} is shown by a page") {
                    (region.file to region.name in shown) shouldBe true
                }
            }
        }

        context("links") {
            for (link in pages.flatMap { it.links }.filter { it.isRelative }) {
                test("$link: ${link.target} leads to something") {
                    val file = link.file
                    withClue("a file of the project") {
                        file.invariantSeparatorsPathString shouldNotStartWith ".."
                        file.map { it.toString() } shouldNotContain "target"
                        ROOT.resolve(file).exists() shouldBe true
                    }
                    val anchor = link.anchor ?: return@test
                    withClue("the headings of $file") {
                        file.extension shouldBe "md"
                        anchor shouldBeIn (byPath[file] ?: Page.read(ROOT, file)).anchors
                    }
                }
            }
        }

        context("KDoc and Javadoc") {
            val named = Pages.namedInSources()
            for ((place, path) in named) {
                test("$place: $path is there") {
                    ROOT.resolve(path).exists() shouldBe true
                }
            }
            for (page in Pages.ofTasks()) {
                for ((language, extension) in listOf("KDoc" to ".kt:", "Javadoc" to ".java:")) {
                    test("$page is named by $language") {
                        named.filter { (place, path) -> path == page && extension in place }.shouldNotBeEmpty()
                    }
                }
            }
            for (file in Pages.operations()) {
                test("$file: its documentation names a page that shows it") {
                    named.filter { (place, _) -> place.startsWith("$file:") }.shouldNotBeEmpty()
                }
            }
        }

        test("every dependency that a page names has the version of the project") {
            val version = VERSION.find(ROOT.resolve("pom.xml").readText()).shouldNotBeNull().groupValues[1]
            val found =
                pages.flatMap { it.fences }.flatMap { fence ->
                    val named = DEPENDENCIES.flatMap { it.findAll(fence.text) }
                    named.map { "${fence.page}:${fence.line}" to it.groupValues[1] }
                }
            found.shouldNotBeEmpty().filter { it.second != version }.shouldBeEmpty()
        }

        test("README.md has at most $LINES_OF_README lines: three screens") {
            byPath.getValue(README).lines.size shouldBeLessThanOrEqual LINES_OF_README
        }

        context("pages") {
            val reached = reached(README, byPath)
            for (page in pages.filter { it.name.startsWith("docs/") }) {
                test("$page is reached from the README by links") {
                    (page.path in reached) shouldBe true
                }
                test("$page has at most $LINES_OF_PAGE lines") {
                    page.lines.size shouldBeLessThanOrEqual LINES_OF_PAGE
                }
            }
        }
    })

private fun reached(
    from: Path,
    pages: Map<Path, Page>,
): Set<Path> {
    val found = mutableSetOf<Path>()
    val next = ArrayDeque(listOf(from))
    while (next.isNotEmpty()) {
        val page = next.removeFirst()
        if (found.add(page)) next += pages[page]?.links.orEmpty().filter { it.isRelative }.map { it.file }
    }
    return found
}
