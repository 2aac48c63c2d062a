package dev.openidclient.samples.docs

import io.kotest.assertions.withClue
import io.kotest.matchers.shouldBe
import java.nio.file.Path
import kotlin.io.path.readText

/** The page shows the message of [failure] as it is. */
internal fun pageShows(
    page: String,
    failure: Throwable,
) {
    val text = Path.of("../../docs/$page").readText()
    withClue("docs/$page shows the message \"${failure.message}\"") { ("`${failure.message}`" in text) shouldBe true }
}
