package dev.openidclient.jose

import dev.openidclient.testing.DelegatingEcdsa
import dev.openidclient.testing.EcdsaProvider
import dev.openidclient.testing.Providers
import dev.openidclient.testing.RecordingLogger
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldBeSingleton
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.types.shouldBeInstanceOf
import org.slf4j.event.Level
import java.lang.reflect.InvocationTargetException
import java.security.GeneralSecurityException
import java.security.NoSuchAlgorithmException
import java.security.Provider

/** Stands for the main class of a provider that is on the class path. */
private val PRESENT = CryptoProvider::class.java.name

class AutomaticProviderSpec :
    FunSpec({
        val logger = RecordingLogger()
        val conscrypt = AutomaticProvider.Candidate(PRESENT) { Providers.conscrypt }

        beforeEach { logger.lines.clear() }

        fun choose(
            vararg candidates: AutomaticProvider.Candidate,
            setting: String? = null,
        ) = AutomaticProvider(setting, candidates.toList(), logger).choose()

        fun warnings() = logger.lines.filter { it.level == Level.WARN }

        test("the first that is on the class path is chosen, and a debug line says it") {
            val absent = AutomaticProvider.Candidate("org.example.Absent") { error("it is absent") }

            choose(absent, conscrypt, AutomaticProvider.Candidate(PRESENT) { Providers.corretto }) shouldBe
                Providers.conscrypt
            logger.lines.map { "${it.level} ${it.message}" } shouldBe
                listOf("DEBUG cryptography is computed by Conscrypt version 1.0")
        }

        test("where none is on the class path it is the JDK, and nobody is warned") {
            choose().shouldBeNull()
            logger.lines.map { "${it.level} ${it.message}" } shouldBe
                listOf("DEBUG cryptography is computed by the JDK")
        }

        test("those that are known by name are Corretto first, then Conscrypt") {
            AutomaticProvider(null).choose()?.name shouldBe "AmazonCorrettoCryptoProvider"
            AutomaticProvider(null, AutomaticProvider.KNOWN.drop(1)).choose()?.name shouldBe "Conscrypt"
        }

        context("the setting") {
            test("auto is the default") {
                choose(conscrypt, setting = "auto") shouldBe Providers.conscrypt
            }

            test("jdk turns it off") {
                choose(
                    AutomaticProvider.Candidate(PRESENT) { error("it is not wanted") },
                    setting = "jdk",
                ).shouldBeNull()
                warnings().shouldBeEmpty()
            }

            for (value in listOf("", "JDK", "none", "conscrypt")) {
                test("<$value> is an error that says which there are") {
                    shouldThrow<IllegalStateException> { choose(conscrypt, setting = value) }.message shouldBe
                        "the system property dev.openidclient.cryptoProvider must be \"auto\" or \"jdk\", " +
                        "but is \"$value\""
                }
            }
        }

        context("the JDK is chosen, with one warning that has the cause, where a provider") {
            val failures =
                mapOf(
                    "has no library for this platform" to UnsatisfiedLinkError("no library"),
                    "was never initialized" to NoClassDefFoundError("no class"),
                    "fails when it is made" to InvocationTargetException(IllegalStateException("no")),
                    "is of another version" to NoSuchMethodException("newProvider"),
                )
            for ((name, failure) in failures) {
                test(name) {
                    choose(AutomaticProvider.Candidate(PRESENT) { throw failure }, conscrypt).shouldBeNull()
                    warnings().shouldBeSingleton().single().run {
                        message shouldContain "$PRESENT is on the class path and does not load"
                        cause shouldBe failure
                    }
                }
            }

            test("is compiled for a later JVM") {
                val failure = UnsupportedClassVersionError("compiled by a later version")

                AutomaticProvider(null, listOf(conscrypt), logger, load = { throw failure }).choose().shouldBeNull()
                warnings().single().cause shouldBe failure
            }

            test("is none") {
                choose(AutomaticProvider.Candidate(PRESENT) { null }).shouldBeNull()
                warnings().shouldBeSingleton()
            }

            test("has no algorithms, as one without its library") {
                choose(AutomaticProvider.Candidate(PRESENT) { object : Provider("Empty", "1", "") {} }).shouldBeNull()
                warnings().single().cause.shouldBeInstanceOf<NoSuchAlgorithmException>()
            }

            for (always in listOf(true, false)) {
                test("says $always to every signature") {
                    val provider = EcdsaProvider { DelegatingEcdsa(answer = { always }) }

                    choose(AutomaticProvider.Candidate(PRESENT) { provider }).shouldBeNull()
                    warnings().single().cause.shouldBeInstanceOf<GeneralSecurityException>()
                }
            }
        }
    })
