package dev.openidclient.benchmarks.scale

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import java.time.Duration

private const val COROUTINES = 20

class UnknownKeyIdSpec :
    FunSpec({
        for (subject in UnknownKeyId.subjects(COROUTINES, bursts = 2, Duration.ofMillis(1))) {
            val downloads = if (subject.name == UnknownKeyId.UNKNOWN) 1.0 else 0.0

            test("${subject.name} verifies every token, with $downloads downloads in each burst") {
                subject.round().extra.getValue(UnknownKeyId.DOWNLOADS) shouldBe downloads
                subject.round().extra.getValue(UnknownKeyId.DOWNLOADS) shouldBe downloads
            }
        }
    })
