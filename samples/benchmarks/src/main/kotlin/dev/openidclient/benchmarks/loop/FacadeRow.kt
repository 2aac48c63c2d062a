package dev.openidclient.benchmarks.loop

import dev.openidclient.benchmarks.measure.Metric
import dev.openidclient.benchmarks.measure.Subject
import dev.openidclient.benchmarks.measure.Target
import dev.openidclient.http.HttpEngine
import dev.openidclient.token.clientCredentialsGrant

/** The client credentials grant with [concurrency] workers through the Java facade, and the suspend function as floor. */
internal class FacadeRow(
    private val harness: Harness,
    private val concurrency: Int,
) {
    fun subjects(): List<Subject> {
        val client = onOwnEngine(harness.stub, "http", HttpEngine.AUTOMATIC)
        val facade = facadeClient(harness.stub)
        return listOf(
            harness.futures(place(FACADE, isFloor = false), concurrency, facade) {
                facade.clientCredentialsGrant { it.scope(StubEndpoints.SCOPE) }.thenApply { it.accessToken }
            },
            harness.suspending(place("openid-client, suspend function", isFloor = true), concurrency, client) {
                client.clientCredentialsGrant { scope(StubEndpoints.SCOPE) }.accessToken
            },
        )
    }

    private fun place(
        name: String,
        isFloor: Boolean,
    ) = Place(ROW, name, mapOf("concurrency" to "$concurrency"), isFloor)

    companion object {
        const val ROW: String = "Java facade"
        private const val FACADE = "openid-client, Java facade"
        private const val CPU = 1.05

        val targets: List<Target> =
            listOf(
                Target(
                    ROW,
                    FACADE,
                    Metric.CPU_MICROSECONDS,
                    Target.Relation.RATIO,
                    Target.Rule.AT_MOST,
                    CPU,
                ),
            )
    }
}
