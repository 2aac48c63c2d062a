package dev.openidclient.testing

import com.tngtech.archunit.ArchConfiguration
import com.tngtech.archunit.core.domain.JavaClasses
import com.tngtech.archunit.core.importer.ClassFileImporter
import java.nio.file.Path
import kotlin.io.path.extension
import kotlin.io.path.readText
import kotlin.io.path.walk

/** [place], a source file or a class of package [from], names [target]. */
data class Use(
    val from: String,
    val target: String,
    val place: String,
)

/**
 * The rules of the house whose packages stand below [root].
 *
 * A package may name only packages of earlier [layers], and packages of one layer do not know each other. What an
 * entry of [owners] prefixes may be named in its one package only.
 */
class Architecture(
    private val root: String,
    private val layers: List<Set<String>>,
    private val owners: Map<String, String>,
    private val forbiddenNames: Set<String>,
    private val registeredIn: String,
) {
    /** One sentence for each broken rule; empty where [packages] and [uses] keep them all. */
    fun violations(
        packages: Set<String>,
        uses: List<Use>,
    ): List<String> =
        (packages.mapNotNull(::misplaced) + uses.mapNotNull(::againstTheLayers) + uses.mapNotNull(::againstTheOwner))
            .distinct() + listOfNotNull(cycle(uses))

    private fun misplaced(name: String): String? {
        val below = name.removePrefix("$root.")
        val forbidden = name.split('.').firstOrNull { it in forbiddenNames }
        return when {
            name == root -> "the root package $root holds nothing: move the file to the package of its specification"
            forbidden != null -> "package $name: \"$forbidden\" says nothing, name the term of the specification"
            layerOf(below) == null -> "package $name is in no layer: register \"$below\" in $registeredIn"
            else -> null
        }
    }

    private fun againstTheLayers(use: Use): String? {
        val from = use.from.removePrefix("$root.")
        val target = packageBelowRoot(use.target) ?: return null
        val fromLayer = layerOf(from) ?: return null
        val targetLayer = layerOf(target)
        return when {
            from == target -> null
            targetLayer == null -> "${use.place} uses ${use.target}: no layer holds \"$target\" (see $registeredIn)"
            targetLayer > fromLayer -> "${use.place} uses ${use.target}: \"$target\" stands above \"$from\""
            targetLayer == fromLayer -> "${use.place} uses ${use.target}: \"$target\" stands beside \"$from\""
            else -> null
        }
    }

    private fun againstTheOwner(use: Use): String? {
        val (prefix, owner) = owners.entries.firstOrNull { (prefix) -> use.target.isWithin(prefix) } ?: return null
        return "${use.place} uses ${use.target}: only $root.$owner may use $prefix"
            .takeIf { use.from != "$root.$owner" }
    }

    private fun cycle(uses: List<Use>): String? {
        val targets =
            uses
                .mapNotNull { use -> packageBelowRoot(use.target)?.let { use.from.removePrefix("$root.") to it } }
                .filter { (from, target) -> from != target }
                .groupBy({ it.first }, { it.second })
        val finished = mutableSetOf<String>()

        fun search(path: List<String>): List<String>? {
            val here = path.last()
            if (here in path.dropLast(1)) return path.dropWhile { it != here }
            if (here in finished) return null
            val found = targets[here].orEmpty().distinct().firstNotNullOfOrNull { search(path + it) }
            finished += here
            return found
        }
        return targets.keys
            .firstNotNullOfOrNull { search(listOf(it)) }
            ?.joinToString(" -> ", prefix = "the packages go in a circle: ")
    }

    private fun layerOf(name: String): Int? = layers.indexOfFirst { name in it }.takeIf { it >= 0 }

    /** The package below [root] that [target], a class, function or package, belongs to; null for one of another house. */
    private fun packageBelowRoot(target: String): String? =
        target.takeIf { it.isWithin(root) && it != root }?.removePrefix("$root.")?.substringBefore('.')

    private fun String.isWithin(prefix: String) = this == prefix || startsWith("$prefix.")
}

private val PACKAGE = Regex("""^package\s+([\w.]+)""", RegexOption.MULTILINE)

// strings come first, so that the // of a URL starts no comment
private val STRING_OR_COMMENT =
    Regex("\"\"\"[\\s\\S]*?\"\"\"|\"(?:\\\\.|[^\"\\\\\\n])*\"|'(?:\\\\.|[^'\\\\\\n])+'|//[^\\n]*|/\\*[\\s\\S]*?\\*/")

private val QUALIFIED_NAME = Regex("""(?<![\w.])[a-z]\w*(?:\.\w+)+""")

/** The Kotlin sources below a directory. */
fun kotlinSources(directory: Path): List<Path> = directory.walk().filter { it.extension == "kt" }.toList()

fun packageOf(source: Path): String = packageOf(source.readText())

fun packageOf(source: String): String = PACKAGE.find(source)?.groupValues?.get(1).orEmpty()

/** What [source] names with its package, in an import or in passing; comments (so KDoc links) do not count. */
fun usesInSource(
    source: String,
    place: String,
): List<Use> {
    val from = packageOf(source)
    val code = STRING_OR_COMMENT.replace(source) { if (it.value.startsWith("/")) " " else it.value }
    return QUALIFIED_NAME
        .findAll(PACKAGE.replace(code, ""))
        .map { Use(from, it.value, place) }
        .toList()
}

/** The classes that [read] imports; those that they name are not read, which would cost seconds. */
fun bytecode(read: ClassFileImporter.() -> JavaClasses): JavaClasses {
    ArchConfiguration.get().setResolveMissingDependenciesFromClassPath(false)
    return ClassFileImporter().read()
}

/** What [classes] depend on in their bytecode, which also shows what a source uses without naming it. */
fun usesInBytecode(classes: JavaClasses): List<Use> =
    classes.flatMap { origin ->
        origin.directDependenciesFromSelf.map {
            Use(origin.packageName, it.targetClass.baseComponentType.name, origin.name)
        }
    }
