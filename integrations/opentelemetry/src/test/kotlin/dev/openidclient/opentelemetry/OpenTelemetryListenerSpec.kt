package dev.openidclient.opentelemetry

import dev.openidclient.client.ClientSettings
import dev.openidclient.client.OpenIdClient
import dev.openidclient.error.OAuthException
import dev.openidclient.http.HttpTransport
import dev.openidclient.testserver.TestAuthorizationServer
import dev.openidclient.token.clientCredentialsGrant
import dev.openidclient.tokensource.ClientCredentialsTokens
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import io.kotest.matchers.string.shouldNotContain
import io.opentelemetry.api.common.AttributeKey
import io.opentelemetry.api.trace.Span
import io.opentelemetry.api.trace.SpanKind
import io.opentelemetry.api.trace.StatusCode
import io.opentelemetry.sdk.OpenTelemetrySdk
import io.opentelemetry.sdk.metrics.SdkMeterProvider
import io.opentelemetry.sdk.metrics.data.MetricData
import io.opentelemetry.sdk.testing.exporter.InMemoryMetricReader
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter
import io.opentelemetry.sdk.trace.SdkTracerProvider
import io.opentelemetry.sdk.trace.data.SpanData
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withContext
import kotlinx.coroutines.yield
import java.time.Duration
import java.util.concurrent.CopyOnWriteArrayList

private const val SECRET = "secret-of-the-app"

private class World(
    configure: OpenTelemetrySettings.() -> Unit = {},
) : AutoCloseable {
    private val exporter = InMemorySpanExporter.create()
    private val reader = InMemoryMetricReader.create()
    private val sdk =
        OpenTelemetrySdk
            .builder()
            .setTracerProvider(
                SdkTracerProvider.builder().addSpanProcessor(SimpleSpanProcessor.create(exporter)).build(),
            ).setMeterProvider(SdkMeterProvider.builder().registerMetricReader(reader).build())
            .build()
    private val listener = OpenTelemetryListener.of(sdk) { it.configure() }

    val server = TestAuthorizationServer { client("app", SECRET) }
    val client = client { transport = server }
    val spans: List<SpanData> get() = exporter.finishedSpanItems
    val metrics: Collection<MetricData> by lazy { reader.collectAllMetrics() }

    fun client(configure: ClientSettings.() -> Unit): OpenIdClient =
        OpenIdClient(server.metadata, "app") {
            ours(configure)
        }

    fun lazily(configure: ClientSettings.() -> Unit) = OpenIdClient.lazily(server.issuer, "app") { ours(configure) }

    private fun ClientSettings.ours(configure: ClientSettings.() -> Unit) {
        clientSecret(SECRET)
        listener(listener)
        configure()
    }

    /** Runs [block] as the work of a span of the caller's own. */
    fun called(block: suspend () -> Unit): Span {
        val span = sdk.getTracer("caller").spanBuilder("caller").startSpan()
        span.makeCurrent().use { runBlocking { block() } }
        span.end()
        return span
    }

    fun counted(name: String): Map<Map<String, String>, Long> =
        metrics
            .single { it.name == name }
            .longSumData.points
            .associate { point ->
                point.attributes.asMap().map { (key, value) -> key.key to "$value" }.toMap() to
                    point.value
            }

    override fun close() = sdk.close()
}

private fun SpanData.attribute(name: String): Any? = attributes.asMap().entries.find { it.key.key == name }?.value

class OpenTelemetryListenerSpec :
    FunSpec({
        test("each request has a span with the operation, the server and the status") {
            World().use { world ->
                world.client.clientCredentialsGrant()

                val span = world.spans.single()
                span.name shouldBe "oauth token.client_credentials"
                span.kind shouldBe SpanKind.INTERNAL
                span.status.statusCode shouldBe StatusCode.UNSET
                span.attributes.asMap().mapKeys { it.key.key } shouldBe
                    mapOf(
                        "server.address" to "as.example.com",
                        "server.port" to 443L,
                        "http.response.status_code" to 200L,
                    )
            }
        }

        test("a failure has the registered error of the server, or the code of the exception") {
            World().use { world ->
                world.server.tokenEndpoint
                    .failNext(400, "invalid_scope")
                    .failNext(400, "the-servers-own-text")
                repeat(2) { shouldThrow<OAuthException> { world.client.clientCredentialsGrant() } }
                world.server.isDown = true
                shouldThrow<OAuthException> { world.client.clientCredentialsGrant() }

                world.spans.map { it.attribute("error.type") } shouldBe
                    listOf("invalid_scope", "OAUTH_RESPONSE_BODY_ERROR", "OAUTH_NETWORK_ERROR")
                world.spans.map { it.attribute("http.response.status_code") } shouldBe listOf(400L, 400L, null)
                world.spans.map { it.status.statusCode }.toSet() shouldBe setOf(StatusCode.ERROR)
            }
        }

        test("a step of a normal course, as a nonce that is wanted, is no failed span") {
            World().use { world ->
                world.server.tokenEndpoint.failNext(400, "authorization_pending")
                shouldThrow<OAuthException> { world.client.clientCredentialsGrant() }

                val span = world.spans.single()
                span.attribute("error.type") shouldBe "authorization_pending"
                span.status.statusCode shouldBe StatusCode.UNSET
            }
        }

        test("the span is a child of the caller's") {
            World().use { world ->
                val caller = world.called { world.client.clientCredentialsGrant() }

                val span = world.spans.single { it.name != "caller" }
                span.parentSpanId shouldBe caller.spanContext.spanId
                span.traceId shouldBe caller.spanContext.traceId
                span.links.shouldBeEmpty()
            }
        }

        test("the span is current wherever the request goes on, across suspension, and the caller's is afterwards") {
            World().use { world ->
                val seen = CopyOnWriteArrayList<String>()
                val threads = CopyOnWriteArrayList<Thread>()

                fun look() {
                    seen += Span.current().spanContext.spanId
                    threads += Thread.currentThread()
                }
                val client =
                    world.client {
                        transport =
                            HttpTransport { request ->
                                look()
                                withContext(Dispatchers.IO) {
                                    look()
                                    yield()
                                    look()
                                }
                                look()
                                world.server.send(request)
                            }
                    }
                var afterwards = ""
                val caller =
                    world.called {
                        client.clientCredentialsGrant()
                        afterwards = Span.current().spanContext.spanId
                    }

                val own = world.spans.single { it.name != "caller" }.spanId
                seen.toList() shouldBe List(4) { own }
                (threads.toSet().size > 1) shouldBe true
                afterwards shouldBe caller.spanContext.spanId
                Span.current().spanContext.isValid shouldBe false
            }
        }

        test("requests that take turns on one thread have each its own span") {
            World().use { world ->
                val seen = CopyOnWriteArrayList<Pair<String, String>>()
                val client =
                    world.client {
                        transport =
                            HttpTransport { request ->
                                val before = Span.current().spanContext.spanId
                                repeat(3) { yield() }
                                seen += before to Span.current().spanContext.spanId
                                world.server.send(request)
                            }
                    }
                runBlocking {
                    repeat(3) { launch(start = CoroutineStart.UNDISPATCHED) { client.clientCredentialsGrant() } }
                }

                seen.map { it.first } shouldBe seen.map { it.second }
                seen.map { it.first } shouldContainExactlyInAnyOrder world.spans.map { it.spanId }
                seen.map { it.first }.toSet() shouldHaveSize 3
            }
        }

        test("a renewal is a trace of its own, linked to the span of the caller who set it off") {
            World().use { world ->
                ClientCredentialsTokens(world.client).use { service ->
                    val caller = world.called { service.source().token() }

                    val span = world.spans.single { it.name != "caller" }
                    span.parentSpanContext.isValid shouldBe false
                    span.traceId shouldNotBe caller.spanContext.traceId
                    span.links.map { it.spanContext.spanId } shouldBe listOf(caller.spanContext.spanId)
                }
            }
        }

        test("a discovery on the way of a renewal is linked to the same caller") {
            World().use { world ->
                world.lazily { transport = world.server }.use { client ->
                    ClientCredentialsTokens(client).use { service ->
                        val caller = world.called { service.source().token() }

                        val spans = world.spans.filter { it.name != "caller" }
                        spans.map { it.name } shouldBe listOf("oauth discovery", "oauth token.client_credentials")
                        for (span in spans) {
                            span.parentSpanContext.isValid shouldBe false
                            span.links.map { it.spanContext.spanId } shouldBe listOf(caller.spanContext.spanId)
                        }
                    }
                }
            }
        }

        test("a renewal that nobody who is traced has set off has no link") {
            World().use { world ->
                ClientCredentialsTokens(world.client).use { it.source().token() }

                world.spans
                    .single()
                    .links
                    .shouldBeEmpty()
            }
        }

        test("the duration of each request is in the histogram, in seconds") {
            World().use { world ->
                world.client.clientCredentialsGrant()

                val histogram = world.metrics.single { it.name == "oauth.client.operation.duration" }
                histogram.unit shouldBe "s"
                val point = histogram.histogramData.points.single()
                point.count shouldBe 1
                (point.sum in 0.0..60.0) shouldBe true
                point.attributes.asMap().mapKeys { (key: AttributeKey<*>, _) -> key.key } shouldBe
                    mapOf(
                        "oauth.operation" to "token.client_credentials",
                        "server.address" to "as.example.com",
                        "http.response.status_code" to 200L,
                    )
            }
        }

        test("tokens that are served, and those that are not obtained, are counted") {
            World().use { world ->
                world.server.tokenEndpoint.failNext(401, "invalid_client")
                ClientCredentialsTokens(world.client) { configurationBackOff(MILLI, MILLI) }.use { service ->
                    val orders = service.source()
                    shouldThrow<OAuthException> { orders.token() }
                    delay(10)
                    repeat(2) { orders.token() }
                }

                world.counted("oauth.client.token.failed") shouldBe mapOf(mapOf("class" to "configuration") to 1L)
                world.counted("oauth.client.token.served") shouldBe
                    mapOf(
                        mapOf("from" to "flight", "state" to "fresh") to 1L,
                        mapOf("from" to "memory", "state" to "fresh") to 1L,
                    )
            }
        }

        test("what is counted of tokens says the client where the settings want it") {
            World { tagClientId() }.use { world ->
                ClientCredentialsTokens(world.client).use { it.source().token() }

                world.counted("oauth.client.token.served").keys shouldBe
                    setOf(mapOf("from" to "flight", "state" to "fresh", "client.id" to "app"))
            }
        }

        test("no span and no metric has a secret, a token or a scope in it") {
            World { tagClientId() }.use { world ->
                ClientCredentialsTokens(world.client).use { service ->
                    val tokens = service.source { scope("very-private-scope") }.token()
                    for (secret in listOf(SECRET, tokens.accessToken, "very-private-scope")) {
                        (world.spans + world.metrics).forEach { "$it" shouldNotContain secret }
                    }
                }
            }
        }
    })

private val MILLI = Duration.ofMillis(1)
