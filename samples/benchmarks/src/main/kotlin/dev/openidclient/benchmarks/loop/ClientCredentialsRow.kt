package dev.openidclient.benchmarks.loop

import dev.openidclient.benchmarks.measure.Metric
import dev.openidclient.benchmarks.measure.Subject
import dev.openidclient.benchmarks.measure.Target
import dev.openidclient.client.OpenIdClient
import dev.openidclient.http.HttpEngine
import dev.openidclient.http.KtorTransport
import dev.openidclient.okhttp.OkHttpTransport
import dev.openidclient.token.clientCredentialsGrant
import io.ktor.client.HttpClient

/** The client credentials grant with [concurrency] workers, on each engine of the [selection] and with each peer. */
internal class ClientCredentialsRow(
    private val harness: Harness,
    private val scheme: String,
    private val concurrency: Int,
    private val withNode: Boolean,
    private val selection: Selection = Selection(""),
) {
    private val stub = harness.stub
    private val engines = Engines(stub, scheme)
    private val request = TokenRequest(stub.tokenEndpoint(scheme), SigningAlgorithm.RS256, stub.address.clientSecret)

    fun subjects(): List<Subject> =
        listOf(JAVA to ::onJava, CIO to ::onCio, OK_HTTP to ::onOkHttp, KTOR_OK_HTTP to ::onKtorOkHttp)
            .filter { (engine, _) -> engine in selection }
            .flatMap { (_, subjects) -> subjects() }

    private fun onJava(): List<Subject> =
        listOfNotNull(
            library(JAVA, onOwnEngine(stub, scheme, HttpEngine.AUTOMATIC)),
            floor(JAVA, JDK, null, JdkTokenExchange(engines.jdk(), request)),
            bare(JAVA, KTOR_JAVA, engines.ktorJava(), isFloor = false),
            bare(JAVA, "Ktor Apache5", engines.apache(), isFloor = false),
            harness.blocking(
                place(JAVA, "Nimbus oauth2-oidc-sdk"),
                concurrency,
                nimbusClientCredentials(stub, scheme, SigningAlgorithm.RS256),
            ),
            harness.blocking(
                place(JAVA, SPRING),
                concurrency,
                springClientCredentials(stub, scheme, SigningAlgorithm.RS256, engines.jdk()),
            ),
            if (withNode) NodeSubject(place(JAVA, NODE), stub, scheme, concurrency) else null,
        )

    private fun onCio(): List<Subject> =
        listOf(
            library(CIO, onOwnEngine(stub, scheme, HttpEngine.CIO)),
            bare(CIO, "Ktor CIO", engines.cio()),
        )

    private fun onOkHttp(): List<Subject> {
        val lent = engines.bareOkHttp()
        val bare = engines.bareOkHttp()
        return listOf(
            library(OK_HTTP, onHandedIn(stub, scheme, OkHttpTransport(lent)), lent.shutDown()),
            floor(OK_HTTP, OK_HTTP_ALONE, bare.shutDown(), OkHttpTokenExchange(bare, request)),
        )
    }

    private fun onKtorOkHttp(): List<Subject> {
        val lent = engines.okHttp()
        return listOf(
            library(KTOR_OK_HTTP, onHandedIn(stub, scheme, KtorTransport(lent)), lent),
            bare(KTOR_OK_HTTP, "Ktor OkHttp", engines.okHttp()),
        )
    }

    private fun library(
        engine: String,
        client: OpenIdClient,
        own: AutoCloseable = client,
    ) = harness.suspending(place(engine, LIBRARY), concurrency, own) {
        client.clientCredentialsGrant { scope(StubEndpoints.SCOPE) }.accessToken
    }

    private fun bare(
        engine: String,
        name: String,
        client: HttpClient,
        isFloor: Boolean = true,
    ) = floor(engine, name, client, KtorTokenExchange(client, request), isFloor)

    private fun floor(
        engine: String,
        name: String,
        owned: AutoCloseable?,
        exchange: TokenExchange,
        isFloor: Boolean = true,
    ) = harness.suspending(place(engine, name, isFloor), concurrency, owned) {
        exchange.post(TokenRequest.CLIENT_CREDENTIALS).text("access_token")
    }

    private fun place(
        engine: String,
        name: String,
        isFloor: Boolean = false,
    ) = Place(ROW, name, mapOf("engine" to engine, "scheme" to scheme, "concurrency" to "$concurrency"), isFloor)

    companion object {
        const val ROW: String = "client credentials"
        const val LIBRARY: String = "openid-client for the JVM"
        const val JDK: String = "java.net.http"
        const val KTOR_JAVA: String = "Ktor Java"
        private const val SPRING = "Spring Security"
        const val NODE: String = "openid-client on Node"
        private const val JAVA = "java"
        private const val CIO = "cio"
        private const val OK_HTTP = "okhttp"
        private const val OK_HTTP_ALONE = "OkHttp"
        private const val KTOR_OK_HTTP = "ktor-okhttp"

        val ENGINES: Set<String> = setOf(JAVA, CIO, OK_HTTP, KTOR_OK_HTTP)

        private const val CPU = 1.10
        private const val BYTES = 1.25

        val targets: List<Target> =
            listOf(
                atMost(Metric.CPU_MICROSECONDS, CPU),
                atMost(Metric.ALLOCATED_BYTES, BYTES, mapOf("scheme" to "http")),
                Target(
                    ROW,
                    LIBRARY,
                    CONNECTIONS,
                    Target.Relation.DIFFERENCE,
                    Target.Rule.AT_MOST,
                    0.0,
                    mapOf("scheme" to "https"),
                ),
                atMost(Metric.CPU_MICROSECONDS, CPU, mapOf("engine" to JAVA), KTOR_JAVA),
                atMost(Metric.ALLOCATED_BYTES, BYTES, mapOf("engine" to JAVA, "scheme" to "http"), KTOR_JAVA),
                atMost(Metric.CPU_MICROSECONDS, 1.0, mapOf("engine" to JAVA), SPRING),
                atMost(Metric.CPU_MICROSECONDS, 1.0, mapOf("engine" to JAVA), NODE),
            )

        private fun atMost(
            metric: String,
            bound: Double,
            parameters: Map<String, String> = emptyMap(),
            against: String? = null,
        ) = Target(
            ROW,
            LIBRARY,
            metric,
            Target.Relation.RATIO,
            Target.Rule.AT_MOST,
            bound,
            parameters,
            against?.let { Target.Reference(it) },
        )
    }
}
