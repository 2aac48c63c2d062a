package dev.openidclient.client

import dev.openidclient.error.ErrorCode
import dev.openidclient.error.MetadataException
import dev.openidclient.testing.RecordingLogger
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import java.time.Instant

class DiscoveryLogSpec :
    FunSpec({
        val failure = MetadataException(ErrorCode.NETWORK_ERROR, "no answer")

        fun logged(log: DiscoveryLog.() -> Unit) =
            RecordingLogger().also { DiscoveryLog("https://as.example.com", it).log() }.lines.map { "${it.level} ${it.message}" }

        test("an outage is told once when it begins and once when it ends") {
            logged {
                failed(failure, isFirst = true, isRefused = false, isFallbackUsed = false)
                failed(failure, isFirst = false, isRefused = false, isFallbackUsed = false)
                recovered(Failing(failure, Instant.EPOCH, 2, 0))
            } shouldContainExactly
                listOf(
                    "INFO https://as.example.com: the metadata cannot be had: no answer",
                    "DEBUG https://as.example.com: still no new metadata: no answer",
                    "INFO https://as.example.com: the metadata can be had again, after 2 failures since 1970-01-01T00:00:00Z",
                )
        }

        test("fallback metadata that are used, and metadata that do not hold, are warnings") {
            logged {
                failed(failure, isFirst = true, isRefused = false, isFallbackUsed = true)
                failed(failure, isFirst = true, isRefused = true, isFallbackUsed = false)
            }.map { it.substringBefore(' ') } shouldContainExactly listOf("WARN", "WARN")
        }

        test("what a program's own code has thrown is told by its class alone") {
            val secretive = IllegalStateException("very-secret-token")
            logged { failed(secretive, isFirst = true, isRefused = false, isFallbackUsed = false) }.single() shouldBe
                "INFO https://as.example.com: the metadata cannot be had: java.lang.IllegalStateException"
        }
    })
