package dev.openidclient.benchmarks.report

import dev.openidclient.benchmarks.measure.Measurement
import dev.openidclient.benchmarks.measure.Metric
import dev.openidclient.benchmarks.measure.Results

/** What the page says of a suite before its figures, and what its chart shows. */
enum class Suite(
    val title: String,
    val text: String,
    val chart: Charted? = null,
) {
    JOSE(
        "Tokens, proofs and assertions",
        "What a signature costs with what the library does around it, in one thread and without a " +
            "network. ACCP is the Amazon Corretto Crypto Provider.\n\n" +
            "Where jose on Node is ahead, it is the JDK's own cryptography that is behind OpenSSL; with ACCP " +
            "on the class path the library is ahead of it.",
        Charted(Metric.OPERATIONS_PER_SECOND, "operations per second; longer is better") {
            it.row.startsWith("ID Token") && (!it.isFloor || it.parameters["provider"] == "JDK")
        },
    ),
    LOOP(
        "Grants and code exchanges",
        "Token requests in a closed loop against a stub server on the loopback interface, which runs in a " +
            "process of its own.\n\n" +
            "The timeout of a request, which covers the body too, wakes no thread as a rule: one thread waits " +
            "for all deadlines, and only one that is earlier than every other wakes it. The Java facade begins " +
            "a call on the thread that makes it where nothing of the caller's own could block; with the answer it " +
            "goes on on a thread of its own, for a dependent stage may block.\n\n" +
            "Through OkHttp's own transport the floor is a call that does what a caller in a coroutine must do: " +
            "`enqueue`, the body read on OkHttp's thread, the JSON parsed, all within a timeout. What the library " +
            "allocates beyond it is, in about equal parts, the request's (form, client authentication, headers that " +
            "are checked), the answer's (its bytes, which failures show, its headers, a document that nobody can " +
            "change) and the coroutines' between the two. Through Ktor's OkHttp engine Ktor's own share comes on " +
            "top, in both rows.\n\n" +
            "Nimbus is ahead because it sends with HttpURLConnection on the thread that calls, which stays " +
            "blocked: that is cheaper on a loopback interface than any client with threads of its own.",
        Charted(Metric.CPU_MICROSECONDS, "CPU microseconds per grant; shorter is better") {
            it.row == "client credentials" && it.parameters["concurrency"] == "16"
        },
    ),
    SCALE(
        "Many at once",
        "Ten thousand coroutines of one JVM that wait for something.\n\n" +
            "Most of what those cost that meet an unknown key is the collector's, which copies the parsed " +
            "tokens of all who wait, and the deadline of each: to suspend ten thousand times costs about 20 ms by " +
            "itself.",
    ),
    TOKENS(
        "Tokens that are kept",
        "What it costs to ask a token source for a token that is there, and how much memory a signed-in user " +
            "takes: the tokens are kept as one text, and as objects only those of the 5 000 sessions that were used " +
            "last.",
    ),
    START(
        "From the start of a process to its first token",
        "A program that discovers the server, asks for one token and prints it, against the same program without the library.",
        Charted(Metric.CPU_MICROSECONDS, "CPU microseconds of the whole process; shorter is better") { true },
    ),
    ;

    val id: String get() = name.lowercase()

    class Charted(
        val metric: String,
        val caption: String,
        val shows: (Measurement) -> Boolean,
    )

    companion object {
        fun of(results: Results): Suite? = entries.find { it.id == results.suite }
    }
}

/** `25` of `Eclipse Adoptium 25.0.1+8`. */
internal val Results.jdkFeature: String
    get() = Regex("""\s(\d+)[^\s]*$""").find(machine.jdk)?.groupValues?.get(1) ?: machine.jdk

internal val Results.id: String get() = "$suite-jdk$jdkFeature"

/** The library, in whatever engine or with whatever provider; not its namesake on Node. */
internal val Measurement.isLibrary: Boolean get() = subject.startsWith("openid-client") && !isPeer

internal val Measurement.isPeer: Boolean get() = PEERS.any { it in subject }

private val PEERS = listOf("Nimbus", "Spring", "Node")
