package dev.openidclient.samples.docs

import java.nio.file.Path
import kotlin.io.path.extension
import kotlin.io.path.invariantSeparatorsPathString
import kotlin.io.path.listDirectoryEntries
import kotlin.io.path.readLines
import kotlin.io.path.readText
import kotlin.io.path.walk

/** A fenced block of [page] that begins in [line]; [marker] is the comment in the line above. */
internal class Fence(
    val page: Page,
    val line: Int,
    val language: String,
    val marker: String?,
    val text: String,
)

/** A link of [page] in [line]. */
internal class Link(
    val page: Page,
    val line: Int,
    val target: String,
) {
    val isRelative: Boolean get() = !Regex("^[a-z][a-z0-9+.-]*:|^//").containsMatchIn(target)
    val anchor: String? get() = target.substringAfter('#', "").ifEmpty { null }

    /** The file that the link leads to, from the root of the project. */
    val file: Path
        get() {
            val path = target.substringBefore('#').ifEmpty { return page.path }
            return (page.path.parent ?: Path.of("")).resolve(path).normalize()
        }

    override fun toString(): String = "${page.name}:$line"
}

/** A page of Markdown, as GitHub reads it; [path] is from the root of the project. */
internal class Page(
    val path: Path,
    val lines: List<String>,
) {
    val name: String = path.invariantSeparatorsPathString
    val fences: List<Fence>
    val links: List<Link>

    /** What may stand after `#` in a link to this page. */
    val anchors: Set<String>

    init {
        val foundFences = mutableListOf<Fence>()
        val foundLinks = mutableListOf<Link>()
        val foundAnchors = mutableSetOf<String>()
        var index = 0
        while (index < lines.size) {
            val opening = FENCE.find(lines[index])
            if (opening != null) {
                val (fence, language) = opening.destructured
                val body = lines.drop(index + 1).takeWhile { !closes(it, fence) }
                val marker = lines.getOrNull(index - 1)?.let(COMMENT::matchEntire)?.groupValues?.get(1)
                foundFences += Fence(this, index + 1, language, marker, body.joinToString("\n"))
                index += body.size + 2
                continue
            }
            val text = lines[index].replace(INLINE_CODE, "`")
            LINKS.flatMap { it.findAll(text) }.mapTo(foundLinks) { Link(this, index + 1, it.groupValues[1]) }
            HEADING.matchEntire(lines[index])?.let { foundAnchors += unused(slug(it.groupValues[1]), foundAnchors) }
            ID.findAll(text).mapTo(foundAnchors) { it.groupValues[1] }
            index++
        }
        fences = foundFences
        links = foundLinks
        anchors = foundAnchors
    }

    override fun toString(): String = name

    companion object {
        private val FENCE = Regex("""^\s*(`{3,}|~{3,})\s*([^\s`]*).*$""")
        private val COMMENT = Regex("""\s*<!-- (.*) -->\s*""")
        private val INLINE_CODE = Regex("(`+)(?!`).+?(?<!`)\\1(?!`)")
        private val HEADING = Regex("""#{1,6}\s+(.*?)\s*#*\s*""")
        private val ID = Regex("""<\w+ (?:id|name)="([^"]+)"""")
        private val LINKS =
            listOf(
                Regex("""]\(<?([^)\s>]+)>?(?: "[^"]*")?\)"""),
                Regex("""^\s*\[[^]]+]:\s+(\S+)"""),
                Regex("""\b(?:href|src|srcset)="([^"]+)""""),
            )

        fun read(
            root: Path,
            path: Path,
        ): Page = Page(path, root.resolve(path).readLines())

        /** The anchor that GitHub gives a heading: its text in small letters, without punctuation, `-` for spaces. */
        fun slug(heading: String): String =
            heading
                .replace(Regex("""!?\[([^]]*)]\([^)]*\)"""), "$1")
                .replace(Regex("<[^>]+>"), "")
                .lowercase()
                .filter { it.isLetterOrDigit() || it in " -_" }
                .replace(' ', '-')

        private fun closes(
            line: String,
            fence: String,
        ): Boolean = line.trim().startsWith(fence) && line.trim().all { it == fence[0] }

        private fun unused(
            slug: String,
            taken: Set<String>,
        ): String = (sequenceOf(slug) + generateSequence(1) { it + 1 }.map { "$slug-$it" }).first { it !in taken }
    }
}

/** The pages that the tests read. */
internal object Pages {
    /** The folder of the project. */
    val ROOT: Path = Path.of("../..")
    private val ON_TOP = listOf("README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md")
    private val FOLDERS = listOf("docs", "integrations")
    private val DOCUMENTED =
        listOf("library/src/main", "java-facade/src/main") +
            listOf("okhttp", "ktor", "jdbc", "redis", "micrometer", "opentelemetry", "spring-boot-starter").map {
                "integrations/$it/src/main"
            }
    private val NAMED = Regex("""\bdocs/[\w/-]+(\.md)?""")
    private val FIGURES = Regex("performance-.*")
    private val OPERATION = Regex("""(?m)^public (suspend )?fun OpenIdClient(\.Companion)?\.""")

    fun all(): List<Page> {
        val found = FOLDERS.flatMap { ROOT.resolve(it).walk() }.map(ROOT::relativize).filter { it.extension == "md" }
        val below = found.filterNot { "target" in it.map(Path::toString) }.sorted()
        return (ON_TOP.map(Path::of) + below).map { Page.read(ROOT, it) }
    }

    /** The pages that the documentation of the code names, each with file and line. */
    fun namedInSources(): List<Pair<String, String>> =
        DOCUMENTED
            .flatMap { ROOT.resolve(it).walk() }
            .filter { it.extension in setOf("kt", "java", "md") }
            .sorted()
            .flatMap { file ->
                file.readLines().flatMapIndexed { index, line ->
                    NAMED.findAll(line).map { "${ROOT.relativize(file)}:${index + 1}" to it.value }
                }
            }

    /** What the documentation of the code is to name: all pages but those of figures, and of the providers their list. */
    fun ofTasks(): List<String> =
        ROOT
            .resolve("docs")
            .listDirectoryEntries("*.md")
            .filterNot { FIGURES.matches(it.fileName.toString()) }
            .map { ROOT.relativize(it).invariantSeparatorsPathString }
            .plus("docs/providers/README.md")
            .sorted()

    /** The files of the library that have operations of a client. */
    fun operations(): List<Path> =
        ROOT
            .resolve("library/src/main")
            .walk()
            .filter { it.extension == "kt" && OPERATION.containsMatchIn(it.readText()) }
            .map(ROOT::relativize)
            .sorted()
            .toList()
}
