package dev.openidclient.samples.docs

import java.nio.file.Path
import kotlin.io.path.exists
import kotlin.io.path.extension
import kotlin.io.path.invariantSeparatorsPathString
import kotlin.io.path.nameWithoutExtension
import kotlin.io.path.readLines
import kotlin.io.path.walk

/** What stands in [file] between `// region name` in [line], and `// endregion`. */
internal class Region(
    val file: Path,
    val line: Int,
    val name: String,
    val text: String?,
) {
    override fun toString(): String = "${file.invariantSeparatorsPathString}:$line"
}

/** The compiled code that pages show. Paths are from the root of the project. */
internal object Regions {
    private val BEGIN = Regex("""\s*// region (\S+)\s*""")
    private val END = Regex("""\s*// endregion\s*""")
    private val MARKER = Regex("""(kotlin|java): (\S+)(?: in (\S+))?""")
    private val COMMENT = Regex("""(?<![:"\w])//(.*)""")
    private val BLANK = Regex("""\s+""")
    private val OWN_TESTS = Path.of("samples/docs/src/test")
    private const val PACKAGE = "dev/openidclient/samples/docs"

    /** The regions of a source. One that does not end has no text. */
    fun of(
        root: Path,
        file: Path,
    ): List<Region> {
        if (!root.resolve(file).exists()) return emptyList()
        val lines = root.resolve(file).readLines()
        return lines.mapIndexedNotNull { index, line ->
            val name = BEGIN.matchEntire(line)?.groupValues?.get(1) ?: return@mapIndexedNotNull null
            val rest = lines.drop(index + 1)
            val end = rest.indexOfFirst { END.matches(it) || BEGIN.matches(it) }
            val text = if (end < 0 || BEGIN.matches(rest[end])) null else rest.take(end).joinToString("\n")
            Region(file, index + 1, name, text)
        }
    }

    /** All regions of the samples' sources. */
    fun all(root: Path): List<Region> =
        root
            .resolve("samples")
            .walk()
            .filter { it.extension in setOf("kt", "java") }
            .map { root.relativize(it) }
            .filterNot { it.startsWith(OWN_TESTS) || "target" in it.map(Path::toString) }
            .sorted()
            .flatMap { of(root, it) }
            .toList()

    /** The source and the name of the region that a block names in its marker, or null. */
    fun named(fence: Fence): Pair<Path, String>? {
        val (language, name, other) = MARKER.matchEntire(fence.marker.orEmpty())?.destructured ?: return null
        if (language != fence.language) return null
        return (if (other.isEmpty()) source(fence.page.path, language) else Path.of(other)) to name
    }

    /** `docs/sign-in.md` has `SignIn.kt`, `docs/providers/google.md` has `providers/Google.kt`. */
    fun source(
        page: Path,
        language: String,
    ): Path {
        val parts = page.map { it.nameWithoutExtension }.dropWhile { it == "docs" }
        val (folder, name) =
            when {
                parts.last() == "README" && parts.size > 1 -> parts.dropLast(2) to parts[parts.size - 2]
                else -> parts.dropLast(1) to parts.last().lowercase()
            }
        val file = name.split('-').joinToString("") { it.replaceFirstChar(Char::uppercase) }
        val extension = if (language == "kotlin") "kt" else language
        val path = listOf("samples/docs/src/main", language, PACKAGE) + folder + "$file.$extension"
        return Path.of(path.joinToString("/"))
    }

    /** Code without white space, which differs where the lines are shorter; a comment keeps its end. */
    fun words(code: String): String =
        code
            .replace(COMMENT) { "/*${it.groupValues[1].trim()}*/" }
            .replace(BLANK, "")
            .replace(",)", ")")
}
