package dev.openidclient.benchmarks.measure

import kotlinx.serialization.json.Json
import java.nio.file.Files
import java.nio.file.Path
import java.time.LocalDate

/** What was measured on. Names neither the host nor a folder. */
class Machine(
    val cores: Int,
    val jdk: String,
    val operatingSystem: String,
    val date: String,
) {
    companion object {
        fun here(): Machine =
            Machine(
                Runtime.getRuntime().availableProcessors(),
                "${System.getProperty("java.vendor")} ${Runtime.version()}",
                "${System.getProperty("os.name")} ${System.getProperty("os.arch")}",
                LocalDate.now().toString(),
            )
    }
}

/** One run of a [suite]. [notes] are sentences for the page: versions of peers, what was pinned where. */
class Results(
    val suite: String,
    val machine: Machine,
    val measurements: List<Measurement>,
    val targets: List<Target>,
    val notes: List<String> = emptyList(),
) {
    val verdicts: List<Verdict> get() = verdicts(measurements, targets)

    /** `<suite>-jdk<feature>.json` in [folder]. */
    fun write(folder: Path = Settings.results): Path {
        Files.createDirectories(folder)
        val file = folder.resolve("$suite-jdk${Runtime.version().feature()}.json")
        return Files.writeString(file, pretty.encodeToString(toJson()) + "\n")
    }

    companion object {
        private val pretty = Json { prettyPrint = true }

        fun read(file: Path): Results = resultsOf(Json.parseToJsonElement(Files.readString(file)))
    }
}
