package dev.openidclient

import dev.openidclient.testing.moduleDirectory
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContain
import io.kotest.matchers.collections.shouldContainAll
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import java.nio.file.Path
import kotlin.io.path.name
import kotlin.io.path.pathString
import kotlin.io.path.readText
import kotlin.io.path.relativeTo
import kotlin.io.path.walk

/** A module that is published and forgotten in a list: its users get another version of it, or its jar is not compared. */
class PublishedModulesTest :
    FunSpec({
        val modules = publishedModules()

        test("the BOM lists every published module, and nothing else") {
            managed(CHECKOUT.resolve("integrations/bom/pom.xml")) shouldContainExactlyInAnyOrder modules.keys
        }

        test("every published module has its version in the build") {
            managed(CHECKOUT.resolve("pom.xml")) shouldContainExactlyInAnyOrder modules.keys
        }

        test("every published module is built twice and compared") {
            val compared = Regex("""modules=\((.*)\)""").find(CHECKOUT.resolve(".ci/reproducible").readText())

            compared?.groupValues?.get(1)?.split(' ').orEmpty() shouldContainExactlyInAnyOrder modules.values
        }

        test("a module that is published is found by its pom") {
            modules.keys shouldContainAll listOf("openid-client", "openid-client-java", "openid-client-testing")
            modules.values shouldContain "library"
        }
    })

private val CHECKOUT = moduleDirectory.parent
private const val BOM = "openid-client-bom"

/** The folders of what is published, by the artifacts' ids; without the BOM. */
private fun publishedModules(): Map<String, String> =
    CHECKOUT
        .walk()
        .filter { it.name == "pom.xml" && "/target/" !in it.pathString }
        .filter { "<maven.deploy.skip>false</maven.deploy.skip>" in it.readText() }
        .associate { checkNotNull(ARTIFACT.find(it.readText())).groupValues[1] to folderOf(it) }
        .minus(BOM)

private fun folderOf(pom: Path): String = pom.parent.relativeTo(CHECKOUT).pathString

private fun managed(pom: Path): List<String> =
    Regex("<groupId>dev.openidclient</groupId><artifactId>([\\w-]+)</artifactId><version>")
        .findAll(pom.readText().substringAfter("<dependencyManagement>").substringBefore("</dependencyManagement>"))
        .map { it.groupValues[1] }
        .toList()

/** The module's own: the first one with a line of its own. */
private val ARTIFACT = Regex("""^  <artifactId>([\w-]+)</artifactId>""", RegexOption.MULTILINE)
