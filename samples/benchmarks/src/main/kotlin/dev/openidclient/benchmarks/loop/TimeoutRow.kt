package dev.openidclient.benchmarks.loop

import dev.openidclient.benchmarks.measure.Metric
import dev.openidclient.benchmarks.measure.Subject
import dev.openidclient.benchmarks.measure.Target
import dev.openidclient.client.OpenIdClient
import dev.openidclient.http.HttpEngine
import dev.openidclient.token.clientCredentialsGrant
import java.time.Duration

/** The client credentials grant with [concurrency] workers and the default timeout, and the same without one as floor. */
internal class TimeoutRow(
    private val harness: Harness,
    private val concurrency: Int,
) {
    fun subjects(): List<Subject> {
        val timed = onOwnEngine(harness.stub, "http", HttpEngine.AUTOMATIC)
        val untimed = libraryClient(harness.stub, "http") { timeout = Duration.ZERO }
        return listOf(grant(TIMED, timed, isFloor = false), grant("openid-client, no timeout", untimed, isFloor = true))
    }

    private fun grant(
        name: String,
        client: OpenIdClient,
        isFloor: Boolean,
    ): Subject {
        val place = Place(ROW, name, mapOf("concurrency" to "$concurrency"), isFloor)
        return harness.suspending(place, concurrency, client) {
            client.clientCredentialsGrant { scope(StubEndpoints.SCOPE) }.accessToken
        }
    }

    companion object {
        const val ROW: String = "timeout"
        private const val TIMED = "openid-client, timeout of 30 s"

        /** What two runs of the same code differ by. */
        private const val CPU = 1.03

        val targets: List<Target> =
            listOf(
                Target(
                    ROW,
                    TIMED,
                    Metric.CPU_MICROSECONDS,
                    Target.Relation.RATIO,
                    Target.Rule.AT_MOST,
                    CPU,
                ),
            )
    }
}
