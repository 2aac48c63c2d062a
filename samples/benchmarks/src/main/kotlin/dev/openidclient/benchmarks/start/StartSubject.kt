package dev.openidclient.benchmarks.start

import dev.openidclient.benchmarks.measure.Metric
import dev.openidclient.benchmarks.measure.Round
import dev.openidclient.benchmarks.measure.Subject
import dev.openidclient.benchmarks.measure.Target

/** A program that is started anew in each round, until it has printed its token. */
internal class StartSubject(
    override val name: String,
    private val engine: String,
    private val program: Class<*>,
    private val arguments: List<String>,
    override val isFloor: Boolean = false,
) : Subject {
    override val row: String get() = ROW
    override val parameters: Map<String, String> get() = mapOf("engine" to engine)

    /** The first start reads the files from the disk. */
    override fun warmUp() {
        round()
    }

    override fun round(): Round {
        val start = System.nanoTime()
        val process = ProcessBuilder(TIMED + command()).start()
        val answer = process.inputReader().readLine()
        val time = System.nanoTime() - start
        val times = process.errorReader().readLines()
        check(process.waitFor() == 0 && answer == StartServer.ACCESS_TOKEN) { "${program.simpleName} failed: $times" }
        val (user, system) = times.last().split(' ').map(String::toDouble)
        return Round(
            NANOSECONDS_PER_SECOND / time,
            (user + system) * MICROSECONDS_PER_SECOND,
            extra = mapOf(WALL to time / NANOSECONDS_PER_MILLISECOND),
        )
    }

    private fun command(): List<String> =
        listOf(ProgramClassPath.java, "-classpath", ProgramClassPath.text, program.name) + arguments

    companion object {
        const val ROW = "process start to first token"
        const val WALL = "milliseconds until the token is printed"
        private const val LIBRARY = "openid-client"
        private const val KTOR = "Ktor"
        private const val JDK = "java.net.http"
        private const val MOST = 1.10
        private const val NANOSECONDS_PER_SECOND = 1e9
        private const val NANOSECONDS_PER_MILLISECOND = 1e6
        private const val MICROSECONDS_PER_SECOND = 1e6

        /** Bash knows what CPU time a process took that has ended, Java does not: seconds of user and system. */
        private val TIMED = listOf("bash", "-c", "TIMEFORMAT='%U %S'; time \"$@\"", "bash")

        fun subjects(issuer: String): List<StartSubject> =
            listOf(
                StartSubject(KTOR, "CIO", KtorProgram::class.java, listOf(issuer, "CIO"), isFloor = true),
                StartSubject(LIBRARY, "CIO", LibraryProgram::class.java, listOf(issuer, "CIO")),
                StartSubject(KTOR, "Java", KtorProgram::class.java, listOf(issuer, "Java"), isFloor = true),
                StartSubject(LIBRARY, "Java", LibraryProgram::class.java, listOf(issuer, "JAVA")),
                StartSubject(JDK, "Java", JdkProgram::class.java, listOf(issuer)),
            )

        val targets: List<Target> =
            listOf(WALL, Metric.CPU_MICROSECONDS).flatMap { metric ->
                listOf(
                    Target(ROW, LIBRARY, metric, Target.Relation.RATIO, Target.Rule.AT_MOST, MOST),
                    Target(
                        ROW,
                        LIBRARY,
                        metric,
                        Target.Relation.RATIO,
                        Target.Rule.AT_MOST,
                        MOST,
                        mapOf("engine" to "Java"),
                        Target.Reference(JDK),
                    ),
                )
            }
    }
}
