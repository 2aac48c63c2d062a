package dev.openidclient.testing

import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotBeBlank
import org.jetbrains.kotlin.abi.tools.AbiFilters
import org.jetbrains.kotlin.abi.tools.AbiTools
import java.nio.file.Path
import kotlin.io.path.createParentDirectories
import kotlin.io.path.exists
import kotlin.io.path.extension
import kotlin.io.path.readText
import kotlin.io.path.walk
import kotlin.io.path.writeText

/**
 * The tests of the public ABI of this module, which is [artifact]; [update] is the command that records it. [isModule]:
 * whether it has a module-info.
 */
fun FunSpec.publicApiTests(
    artifact: String,
    update: String,
    isModule: Boolean = true,
) {
    val record = moduleDirectory.resolve("api/$artifact.api")
    val found = moduleDirectory.resolve("target/api/$artifact.api").createParentDirectories()

    test("the public ABI is the recorded one") {
        val abi = publicAbi(moduleDirectory.resolve("target/classes"))
        abi.shouldNotBeBlank()
        found.writeText(abi)
        if (System.getProperty("api.update").toBoolean()) record.createParentDirectories().writeText(abi)

        withClue(
            "The public ABI is not the recorded one. If that is intended, run \"$update\" and commit $record.",
        ) {
            difference(record, found).shouldBeNull()
        }
    }

    test("a signature that is not recorded is a difference") {
        val other = found.resolveSibling("other.api")
        other.writeText(found.readText().replaceFirst("public ", "protected "))

        difference(other, found) shouldContain "\n+public "
        difference(found.resolveSibling("absent.api"), found) shouldContain "\n+public "
        difference(found, found).shouldBeNull()
    }

    if (!isModule) return
    test("module-info exports the packages of the public ABI and no others") {
        val declaration = moduleDirectory.resolve("src/main/java/module-info.java").readText()
        val exported = Regex("""exports ([\w.]+);""").firstGroups(declaration)
        val public = Regex("""class ([\w/]+)/\w+""").firstGroups(found.readText()).map { it.replace('/', '.') }

        exported.sorted() shouldBe public.distinct().sorted()
    }
}

private fun Regex.firstGroups(text: String): List<String> = findAll(text).map { it.groupValues[1] }.toList()

private fun publicAbi(classes: Path): String =
    buildString {
        val files = classes.walk().filter { it.extension == "class" }.map { it.toFile() }
        AbiTools.getInstance().printJvmDump(this, files.toList().sorted(), AbiFilters.EMPTY)
    }

/** The differences as a patch, or null where there are none. */
private fun difference(
    record: Path,
    found: Path,
): String? {
    val recorded = if (record.exists()) record else found.resolveSibling("empty.api").apply { writeText("") }
    return AbiTools.getInstance().filesDiff(recorded.toFile(), found.toFile())
}
