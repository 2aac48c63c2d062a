package dev.openidclient.benchmarks.loop

import dev.openidclient.benchmarks.measure.Metric
import dev.openidclient.benchmarks.measure.Subject
import dev.openidclient.benchmarks.measure.Target

/** A code exchange with [concurrency] workers, whose ID Token is validated and verified. */
internal class CodeExchangeRow(
    private val harness: Harness,
    private val algorithm: SigningAlgorithm,
    private val concurrency: Int,
) {
    private val stub = harness.stub

    fun subjects(): List<Subject> {
        val engines = Engines(stub, "http")
        val http = engines.jdk()
        val ktor = engines.ktorJava()
        val client = libraryClient(stub, "http", algorithm) { nonRepudiationChecks() }
        val signIns = SignIns(client, http)
        val key = publicKey(stub, http, algorithm)
        val request = TokenRequest(stub.tokenEndpoint("http"), algorithm, stub.address.clientSecret)

        fun floor(
            name: String,
            isFloor: Boolean,
            owned: AutoCloseable?,
            exchange: TokenExchange,
        ): Subject {
            val floor = CodeExchangeFloor(exchange, algorithm, key)
            return harness.suspending(place(name, isFloor), concurrency, owned) { floor.exchange(signIns.next()) }
        }
        return listOf(
            harness.suspending(place(ClientCredentialsRow.LIBRARY), concurrency, client) {
                exchangeCode(client, signIns.next())
            },
            floor("java.net.http and Signature.verify", true, null, JdkTokenExchange(http, request)),
            floor(KTOR, false, ktor, KtorTokenExchange(ktor, request)),
        )
    }

    private fun place(
        name: String,
        isFloor: Boolean = false,
    ) = Place(
        ROW,
        name,
        mapOf("engine" to "java", "alg" to algorithm.identifier, "concurrency" to "$concurrency"),
        isFloor,
    )

    companion object {
        const val ROW: String = "code exchange, ID Token verified"
        private const val KTOR = "Ktor Java and Signature.verify"
        private const val CPU = 1.10

        val targets: List<Target> =
            listOf(null, Target.Reference(KTOR)).map { against ->
                Target(
                    ROW,
                    ClientCredentialsRow.LIBRARY,
                    Metric.CPU_MICROSECONDS,
                    Target.Relation.RATIO,
                    Target.Rule.AT_MOST,
                    CPU,
                    against = against,
                )
            }
    }
}
