package dev.openidclient.client

import dev.openidclient.error.ErrorCode
import dev.openidclient.error.MetadataException
import dev.openidclient.error.TransportException
import dev.openidclient.testing.RecordingLogger
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import java.time.Instant

class DiscoveryLogSpec :
    FunSpec({
        val failure = TransportException(ErrorCode.NETWORK_ERROR, "no answer")
        val refusal = MetadataException(ErrorCode.INVALID_SERVER_METADATA, "another issuer")

        fun logged(log: DiscoveryLog.() -> Unit) =
            RecordingLogger()
                .also {
                    DiscoveryLog(
                        "https://as.example.com",
                        it,
                    ).log()
                }.lines
                .map { "${it.level} ${it.message}" }

        test("an outage is told once when it begins and once when it ends") {
            logged {
                failed(failure, earlier = null, isFallbackUsed = false)
                failed(failure, earlier = failure, isFallbackUsed = false)
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
                failed(failure, earlier = null, isFallbackUsed = true)
                failed(refusal, earlier = null, isFallbackUsed = false)
            }.map { it.substringBefore(' ') } shouldContainExactly listOf("WARN", "WARN")
        }

        test(
            "metadata that do not hold are told though the server could not be reached before, and the other way round",
        ) {
            logged {
                failed(failure, earlier = null, isFallbackUsed = false)
                failed(refusal, earlier = failure, isFallbackUsed = false)
                failed(refusal, earlier = refusal, isFallbackUsed = false)
                failed(failure, earlier = refusal, isFallbackUsed = false)
            }.map { it.substringBefore(' ') } shouldContainExactly listOf("INFO", "WARN", "DEBUG", "INFO")
        }

        test("what a program's own code has thrown is told by its class alone") {
            val secretive = IllegalStateException("very-secret-token")
            logged { failed(secretive, earlier = null, isFallbackUsed = false) }.single() shouldBe
                "INFO https://as.example.com: the metadata cannot be had: java.lang.IllegalStateException"
        }
    })
