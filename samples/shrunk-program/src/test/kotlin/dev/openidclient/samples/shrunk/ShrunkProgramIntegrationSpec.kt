package dev.openidclient.samples.shrunk

import android.os.Build
import dev.openidclient.samples.server.EmbeddedAuthorizationServer
import dev.openidclient.samples.server.HeadlessBrowser
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.longs.shouldBeLessThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldStartWith
import java.io.File
import java.nio.file.Path
import java.util.zip.ZipFile
import kotlin.io.path.fileSize

private const val CALLBACK = "http://127.0.0.1/callback"
private const val MAIN = "dev.openidclient.samples.shrunk.MainKt"
private const val OKHTTP_MAIN = "dev.openidclient.samples.shrunk.OkHttpMainKt"
private const val OKHTTP_OF_THE_JVM = "okhttp-jvm-"

/** R8 sees no platform of Android here, nor what else the artifact brings there. */
private const val WITHOUT_ANDROID = "-dontwarn android.**\n-dontwarn androidx.**"

class ShrunkProgramIntegrationSpec :
    FunSpec({
        // guards against a hang; reading what the program prints ends before, as it is killed
        timeout = 120_000

        val (android, androidRules) = R8.androidOkHttp
        val withoutJvm = R8.libraries.filterNot { it.name.startsWith(OKHTTP_OF_THE_JVM) }
        val withoutOkHttp = withoutJvm.filterNot { it.name.startsWith("openid-client-okhttp") }

        lateinit var shrunk: Path
        lateinit var onAndroid: Path
        lateinit var server: EmbeddedAuthorizationServer

        beforeSpec {
            server = EmbeddedAuthorizationServer.start(0, listOf(CALLBACK), emptyList())
            // not within a test, as R8 has more time than a test
            shrunk = R8.shrink(MAIN, withoutOkHttp)
            onAndroid = R8.shrink(OKHTTP_MAIN, withoutJvm + android, listOf(androidRules, WITHOUT_ANDROID))
        }
        afterSpec { server.close() }

        fun signIn(start: (Array<String>) -> Process) {
            val client = server.webClient()
            val program = start(arrayOf(server.issuer(), client.id(), client.secret(), CALLBACK))
            try {
                val output = program.inputReader()
                val browser = HeadlessBrowser(server.user().username(), server.user().password())
                val first = output.readLine()
                withClue(first) { first shouldStartWith server.issuer() }
                val callback = browser.signIn(first, CALLBACK)
                program.outputWriter().use { it.appendLine(callback.url()) }

                val printed = output.readText()

                printed shouldContain "signed in: Alice Moreau"
                printed shouldContain "refused: ResponseBodyException"
                program.waitFor() shouldBe 0
            } finally {
                program.destroyForcibly()
            }
        }

        test("a program that R8 has shrunk signs a person in, and names its errors") {
            // the engine of platforms without java.net.http
            signIn { R8.start(shrunk, MAIN, *it, "CIO") }
        }

        test("R8 leaves less than half") {
            shrunk.fileSize() shouldBeLessThan withoutOkHttp.sumOf(File::length) / 2
        }

        test("a program with OkHttp's artifact for Android, without the one of the JVM, signs a person in") {
            val platform = File(Build::class.java.protectionDomain.codeSource.location.toURI())
            signIn { R8.start(onAndroid, OKHTTP_MAIN, *it, beside = platform.path) }
        }

        test("with both of OkHttp's artifacts classes come twice") {
            shouldThrow<IllegalStateException> {
                R8.shrink(OKHTTP_MAIN, R8.libraries + android, listOf(androidRules, WITHOUT_ANDROID))
            }.message.orEmpty().let {
                it shouldContain "okhttp3"
                it shouldContain "is defined multiple times"
            }
        }

        test("what Maven finds as com.squareup.okhttp3:okhttp has no class") {
            val found = R8.libraries.single { Regex("okhttp-\\d.*\\.jar").matches(it.name) }
            ZipFile(found).use { jar ->
                jar.stream().map { it.name }.filter { it.endsWith(".class") }.toList().shouldBeEmpty()
            }
        }
    })
