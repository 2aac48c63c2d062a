package dev.openidclient.benchmarks.loop

import dev.openidclient.benchmarks.measure.Metric
import dev.openidclient.benchmarks.measure.Subject
import dev.openidclient.benchmarks.measure.Target
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.inspectors.forAll
import io.kotest.matchers.collections.shouldContain
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.doubles.shouldBeBetween
import io.kotest.matchers.doubles.shouldBeGreaterThan
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import java.net.http.HttpClient
import java.security.KeyPairGenerator

private const val WORKERS = 2

/** Every subject for one round in which each worker does one operation; a round fails where that brings no token. */
class RowsSpec :
    FunSpec({
        lateinit var stub: StubProcess
        lateinit var harness: Harness

        beforeSpec {
            System.setProperty(SECONDS, "0")
            stub = StubProcess()
            harness = Harness(stub)
        }
        afterSpec {
            harness.close()
            stub.close()
            System.clearProperty(SECONDS)
        }

        fun judge(
            subjects: List<Subject>,
            targets: List<Target>,
        ) {
            subjects.forAll { subject ->
                val round = subject.use { it.round() }
                round.operationsPerSecond shouldBeGreaterThan 0.0
                round[Metric.CPU_MICROSECONDS].shouldNotBeNull()
                round[CONNECTIONS].shouldNotBeNull().shouldBeBetween(0.0, 1.0, 0.0)
            }
            for (parameters in subjects.map { it.parameters }.distinct()) {
                subjects.filter { it.isFloor && it.parameters == parameters } shouldHaveSize 1
            }
            val names = subjects.map { it.row to it.name }
            targets.forAll { target ->
                names shouldContain (target.row to target.subject)
                val against = target.against?.subject
                if (against != null && against != ClientCredentialsRow.NODE) names shouldContain (target.row to against)
            }
        }

        test("calls through Ktor, with a bearer token and with DPoP") {
            judge(KtorPluginRow(harness, WORKERS).subjects(), KtorPluginRow.targets)
        }

        for (scheme in listOf("http", "https")) {
            test("client credentials over $scheme, with each engine and each peer") {
                judge(
                    ClientCredentialsRow(harness, scheme, WORKERS, withNode = false).subjects(),
                    ClientCredentialsRow.targets,
                )
            }
        }

        for (algorithm in SigningAlgorithm.entries) {
            test("code exchange with an ID Token of ${algorithm.identifier}") {
                judge(CodeExchangeRow(harness, algorithm, WORKERS).subjects(), CodeExchangeRow.targets)
            }

            test("the floor of the code exchange refuses another key's signature of ${algorithm.identifier}") {
                val http = HttpClient.newHttpClient()
                val request = TokenRequest(stub.tokenEndpoint("http"), algorithm, stub.address.clientSecret)
                val exchange = JdkTokenExchange(http, request)
                val signIn =
                    libraryClient(stub, "http", algorithm) { nonRepudiationChecks() }.use { SignIns(it, http).next() }
                val key = publicKey(stub, http, algorithm)
                val other = KeyPairGenerator.getInstance(key.algorithm).generateKeyPair().public
                CodeExchangeFloor(exchange, algorithm, key).exchange(signIn) shouldBe stub.address.accessToken
                shouldThrow<IllegalStateException> {
                    CodeExchangeFloor(exchange, algorithm, other).exchange(signIn)
                }.message shouldBe "the signature of the ID Token is wrong"
            }
        }

        test("the Java facade and the suspend function") {
            judge(FacadeRow(harness, WORKERS).subjects(), FacadeRow.targets)
        }

        test("a grant with a timeout and without one") {
            judge(TimeoutRow(harness, WORKERS).subjects(), TimeoutRow.targets)
        }

        test("only the engines that are named are measured") {
            val row = ClientCredentialsRow(harness, "http", WORKERS, withNode = false, Selection("okhttp, facade"))
            val engines = row.subjects().map { subject -> subject.use { it.parameters["engine"] } }
            engines shouldBe listOf("okhttp", "okhttp")
        }

        test("a run fails where the server saw another number of requests") {
            shouldThrow<IllegalStateException> { stub.counting { 1 } }.message shouldBe
                "1 operations were 0 token requests at the server"
        }
    })

private const val SECONDS = "benchmark.seconds"
