package dev.openidclient.micrometer

import dev.openidclient.client.OpenIdClient
import dev.openidclient.testing.moduleDirectory
import dev.openidclient.testserver.TestAuthorizationServer
import dev.openidclient.token.clientCredentialsGrant
import dev.openidclient.tokensource.ClientCredentialsTokens
import io.kotest.core.spec.style.FunSpec
import io.kotest.inspectors.forAll
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContain
import io.kotest.matchers.collections.shouldContainAll
import io.kotest.matchers.collections.shouldNotBeEmpty
import io.micrometer.prometheusmetrics.PrometheusConfig
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.jsonArray
import kotlinx.serialization.json.jsonObject
import kotlinx.serialization.json.jsonPrimitive
import kotlin.io.path.readText

/** What a program shows to Prometheus: the names of the series, each with its labels. */
private suspend fun scraped(): Map<String, Set<String>> {
    val registry = PrometheusMeterRegistry(PrometheusConfig.DEFAULT)
    val server = TestAuthorizationServer()
    val client =
        OpenIdClient(server.metadata, "app") {
            transport = server
            clientSecret("secret")
            listener(MicrometerListener.of(registry))
        }
    client.clientCredentialsGrant()
    ClientCredentialsTokens(client) { name = "orders" }.use { it.source().token() }
    return registry
        .scrape()
        .lines()
        .filterNot { it.startsWith("#") || it.isBlank() }
        .associate { it.substringBefore('{').substringBefore(' ') to LABEL.namesIn(it) }
}

private val LABEL = Regex("""(\w+)=~?"|(\w+)!=""")
private val SERIES = Regex("""\b(oauth_client_\w+)(?:\{([^}]*)})?""")
private val GROUPS = Regex("""by \(([^)]*)\)""")

/** The label that Prometheus itself adds. */
private const val JOB = "job"

private fun Regex.namesIn(text: String): Set<String> =
    findAll(text).map { match -> match.groupValues.drop(1).first { it.isNotEmpty() } }.toSet()

class ExamplesSpec :
    FunSpec({
        val dashboard = moduleDirectory.resolve("grafana/openid-client.json").readText()
        val alerts = moduleDirectory.resolve("prometheus/openid-client.rules.yml").readText()
        val queries =
            Json
                .parseToJsonElement(dashboard)
                .jsonObject
                .getValue("panels")
                .jsonArray
                .flatMap { it.jsonObject.getValue("targets").jsonArray }
                .map { it.jsonObject.getValue("expr").jsonPrimitive.content }
        val conditions = Regex("""expr: (.*)""").findAll(alerts).map { it.groupValues[1] }.toList()

        test("the examples ask for metrics and labels that a program shows") {
            val shown = scraped()
            (queries.shouldNotBeEmpty() + conditions.shouldNotBeEmpty()).forAll { expression ->
                val asked = SERIES.findAll(expression).toList().shouldNotBeEmpty()
                asked.forAll { series ->
                    shown.keys shouldContain series.groupValues[1]
                    shown.getValue(series.groupValues[1]) + JOB shouldContainAll LABEL.namesIn(series.groupValues[2])
                }
                val labels = asked.flatMap { shown.getValue(it.groupValues[1]) } + JOB
                val grouped = GROUPS.findAll(expression).flatMap { it.groupValues[1].split(", ") }.toSet()
                labels shouldContainAll grouped
            }
        }

        test("the dashboard shows every metric") {
            val used = queries.flatMap { SERIES.findAll(it).map { series -> series.groupValues[1] } }
            (scraped().keys - used.toSet()).shouldBeEmpty()
        }

        test("the values that the examples ask for are those that there are") {
            val states = Regex("""state="(\w+)"""").findAll(alerts).map { it.groupValues[1] }.toList()
            val classes = Regex("""class="(\w+)"""").findAll(alerts).map { it.groupValues[1] }.toList()
            listOf("fresh", "stale", "last_resort") shouldContainAll states.shouldNotBeEmpty()
            listOf("outage", "configuration", "subject_refused", "session_over", "doubt", "store") shouldContainAll
                classes.shouldNotBeEmpty()
        }
    })
