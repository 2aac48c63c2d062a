package dev.openidclient

import com.nimbusds.jose.util.Base64URL
import dev.openidclient.testing.Architecture
import dev.openidclient.testing.Use
import dev.openidclient.testing.bytecode
import dev.openidclient.testing.kotlinSources
import dev.openidclient.testing.moduleDirectory
import dev.openidclient.testing.packageOf
import dev.openidclient.testing.usesInBytecode
import dev.openidclient.testing.usesInSource
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldBeSingleton
import io.kotest.matchers.collections.shouldContain
import io.kotest.matchers.collections.shouldNotBeEmpty
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import java.nio.file.Path
import kotlin.io.path.extension
import kotlin.io.path.name
import kotlin.io.path.pathString
import kotlin.io.path.readText
import kotlin.io.path.relativeTo
import kotlin.io.path.walk

/** The packages from the bottom up. One uses only those of the lines above its own; those of one line do not know each other. */
private val LAYERS =
    listOf(
        setOf("error"),
        setOf("json"),
        setOf("jose"),
        setOf("http"),
        setOf("metadata"),
        setOf("clientauth"),
        setOf("dpop"),
        setOf("event"),
        setOf("client"),
        setOf("authorization"),
        setOf("token"),
        setOf("tokenstore"),
        setOf("tokensource"),
        setOf("device", "ciba", "userinfo", "registration", "resource", "logout"),
        setOf("signin"),
        setOf("resourceserver"),
        setOf("loopback"),
        setOf("agent"),
    )

// Android has neither java.net.http nor com.sun.net.httpserver
private val OWNERS =
    mapOf(
        "com.nimbusds" to "jose",
        "io.ktor" to "http",
        "java.net.http" to "http",
        "com.sun.net.httpserver" to "loopback",
    )

/** Libraries that an application may bring in other versions than ours. */
private val VERSIONED = listOf("kotlinx.", "io.ktor.")

private val FORBIDDEN_NAMES = setOf("util", "utils", "common", "types", "impl", "internal")

private const val ROOT = "dev.openidclient"

class ArchitectureTest :
    FunSpec({
        val house = Architecture(ROOT, LAYERS, OWNERS, FORBIDDEN_NAMES, registeredIn = "LAYERS of ArchitectureTest.kt")

        context("the library") {
            test("keeps its layers and owners in every source") {
                val sources = kotlinSources(moduleDirectory.resolve("src/main/kotlin")).shouldNotBeEmpty()
                val uses = sources.flatMap { usesInSource(it.readText(), it.relativeTo(moduleDirectory).toString()) }

                uses.map { it.target } shouldContain "io.ktor.client.HttpClient"
                broken(house.violations(sources.map { packageOf(it) }.toSet(), uses))
            }

            test("keeps its layers and owners in every class, named or not") {
                val classes = bytecode { importPath(moduleDirectory.resolve("target/classes")) }
                val ours = classes.filter { it.packageName.startsWith(ROOT) }.shouldNotBeEmpty()
                val uses = usesInBytecode(classes)

                uses.map { it.target } shouldContain "io.ktor.client.HttpClient"
                broken(house.violations(ours.map { it.packageName }.toSet(), uses))
            }
        }

        test("no class calls an interface's function by its default arguments, which other versions have elsewhere") {
            val classes = bytecode { importPath(moduleDirectory.resolve("target/classes")) }
            val calls =
                classes
                    .filter { it.packageName.startsWith(ROOT) }
                    .flatMap { it.methodCallsFromSelf }
                    .filter { it.name.endsWith("\$default") && VERSIONED.any(it.targetOwner.packageName::startsWith) }

            // a file's functions stand where they stood
            calls.filterNot { it.targetOwner.simpleName.endsWith("Kt") }.map { it.description } shouldBe emptyList()
        }

        test("no constructor has more than seven parameters: what varies together travels together") {
            val classes = moduleDirectory.resolve("target/classes")
            val long = constructors(classes).filter { it.value > MOST_PARAMETERS }

            // what is mended leaves the list too
            long shouldBe KNOWN_LONG
        }

        fun use(
            from: String,
            target: String,
        ) = house.violations(setOf("$ROOT.$from"), listOf(Use("$ROOT.$from", target, "File.kt")))

        context("a rule is broken by") {
            test("a use of a layer above") {
                use("json", "$ROOT.token.TokenResponse") shouldBe
                    listOf("""File.kt uses $ROOT.token.TokenResponse: "token" stands above "json"""")
            }

            test("a use of a package beside") {
                use("device", "$ROOT.ciba.Ciba") shouldBe
                    listOf("""File.kt uses $ROOT.ciba.Ciba: "ciba" stands beside "device"""")
            }

            test("a use of a function, or of all, of a layer above") {
                use("json", "$ROOT.token.grant").shouldBeSingleton()
                use("json", "$ROOT.token").shouldBeSingleton()
            }

            test("Nimbus outside jose, Ktor outside http") {
                use("token", "com.nimbusds.jose.JWSHeader") shouldBe
                    listOf("File.kt uses com.nimbusds.jose.JWSHeader: only $ROOT.jose may use com.nimbusds")
                use("client", "io.ktor.client.HttpClient") shouldBe
                    listOf("File.kt uses io.ktor.client.HttpClient: only $ROOT.http may use io.ktor")
            }

            test("a circle of packages, even where no layer is registered") {
                val uses = listOf(Use("$ROOT.a", "$ROOT.b.B", "A.kt"), Use("$ROOT.b", "$ROOT.a.A", "B.kt"))

                house.violations(emptySet(), uses) shouldBe listOf("the packages go in a circle: a -> b -> a")
            }

            test("a package that no layer holds, and it says where to register one") {
                house.violations(setOf("$ROOT.sessions"), emptyList()).single() shouldContain
                    "is in no layer: register \"sessions\" in LAYERS of ArchitectureTest.kt"
                use("token", "$ROOT.sessions.Session").single() shouldContain "no layer holds \"sessions\""
            }

            test("a package below a registered one") {
                house.violations(setOf("$ROOT.jose.keys"), emptyList()).shouldBeSingleton()
            }

            test("a name that says nothing") {
                FORBIDDEN_NAMES.forEach { name ->
                    withClue(name) { house.violations(setOf("$ROOT.$name"), emptyList()).shouldBeSingleton() }
                    withClue(name) { house.violations(setOf("$ROOT.jose.$name"), emptyList()).shouldBeSingleton() }
                }
            }

            test("a file in the root package") {
                house.violations(setOf(ROOT), emptyList()).shouldBeSingleton()
            }
        }

        context("no rule is broken by") {
            test("a use of a layer below, of the own package, of the owned library, of another house") {
                listOf(
                    "$ROOT.error.OAuthException",
                    "$ROOT.jose.base64Url",
                    "$ROOT.http.Parameters",
                    "io.ktor.client.HttpClient",
                    "dev.openidclients.Other",
                    "java.time.Duration",
                ).forEach { target -> withClue(target) { use("http", target).shouldBeEmpty() } }
            }
        }

        context("a source") {
            fun targets(code: String) = usesInSource("package $ROOT.json\n\n$code", "File.kt").map { it.target }

            test("uses what it imports, by any name") {
                targets("import $ROOT.token.TokenResponse as Answer\nimport $ROOT.client.*") shouldBe
                    listOf("$ROOT.token.TokenResponse", "$ROOT.client")
            }

            test("uses what it names with its package, in code and in strings") {
                targets("val a = $ROOT.token.TokenResponse::class") shouldContain "$ROOT.token.TokenResponse"
                targets("""val a = Class.forName("io.ktor.Client")""") shouldContain "io.ktor.Client"
            }

            test("does not use what its comments name") {
                targets("/** [$ROOT.token.TokenResponse] */\n// $ROOT.token\nval a = 1").shouldBeEmpty()
            }

            test("is not cut short by a URL in a string") {
                targets("""val a = "https://a"; val b = $ROOT.token.B()""") shouldContain "$ROOT.token.B"
            }

            test("is of the package that it declares") {
                usesInSource("package $ROOT.json\nval a = io.ktor.A()", "File.kt").map { it.from } shouldBe
                    listOf("$ROOT.json")
            }
        }

        context("a class") {
            test("uses what its code calls without naming it in the source") {
                val uses = usesInBytecode(bytecode { importClasses(UnnamedUse::class.java) })

                uses shouldContain Use(ROOT, "com.nimbusds.jose.util.Base64URL", UnnamedUse::class.java.name)
            }
        }
    })

private const val MOST_PARAMETERS = 7

/** Values whose many members belong together by their specification, and an enumeration of rules. */
private val KNOWN_LONG =
    mapOf(
        "authorization.PendingAuthorization" to 11,
        "client.SecurityProfile" to 10,
        "device.DeviceAuthorization" to 8,
        "error.InvalidResponseException" to 8,
        "token.ExpectedCodeResponse" to 8,
    )

/** The most parameters that a constructor of a class has, by its name. */
private fun constructors(classes: Path): Map<String, Int> =
    classes
        .walk()
        .filter { it.extension == "class" && it.name != "module-info.class" }
        .map { it.relativeTo(classes).pathString.removeSuffix(".class").replace('/', '.') }
        .map { Class.forName(it, false, ArchitectureTest::class.java.classLoader) }
        // neither holders of a file's functions nor lambdas
        .filter { it.getAnnotation(Metadata::class.java)?.kind == 1 && !it.isAnonymousClass }
        .associate { type -> type.name.removePrefix("$ROOT.") to parameters(type) }

private fun parameters(type: Class<*>): Int {
    // name and ordinal of an enumeration
    val added = if (type.isEnum) 2 else 0
    return type.declaredConstructors.filterNot { it.isSynthetic }.maxOfOrNull { it.parameterCount - added } ?: 0
}

private fun broken(violations: List<String>) = withClue(violations.joinToString("\n")) { violations.shouldBeEmpty() }

/** Names no Nimbus type and uses one all the same. */
@Suppress("unused")
private class UnnamedUse {
    fun length(): Int = nimbusValue().decode().size
}

private fun nimbusValue() = Base64URL.encode("value")
