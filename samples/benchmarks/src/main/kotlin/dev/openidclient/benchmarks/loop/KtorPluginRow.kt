package dev.openidclient.benchmarks.loop

import dev.openidclient.benchmarks.measure.Metric
import dev.openidclient.benchmarks.measure.Subject
import dev.openidclient.benchmarks.measure.Target
import dev.openidclient.client.InsecureRequests
import dev.openidclient.client.OpenIdClient
import dev.openidclient.dpop.Dpop
import dev.openidclient.http.HttpHeaders
import dev.openidclient.http.HttpResponse
import dev.openidclient.http.HttpTransport
import dev.openidclient.jose.SigningKey
import dev.openidclient.ktor.OAuth
import dev.openidclient.metadata.AuthorizationServerMetadata
import dev.openidclient.tokensource.ClientCredentialsTokens
import io.ktor.client.HttpClient
import io.ktor.client.request.get
import io.ktor.client.request.header
import io.ktor.client.statement.bodyAsText
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import java.security.KeyPairGenerator
import java.security.PrivateKey
import java.security.Signature
import java.security.spec.ECGenParameterSpec

/**
 * A call of a protected resource with [concurrency] workers through Ktor's client with the plugin, and the same with a
 * header set by hand as floor; with DPoP the floor makes one signature for each call.
 */
internal class KtorPluginRow(
    private val harness: Harness,
    private val concurrency: Int,
) {
    private val url = "${harness.stub.issuer("http")}/orders"

    fun subjects(): List<Subject> = listOf("Bearer", "DPoP").flatMap { listOf(plugin(it), floor(it)) }

    @OptIn(InsecureRequests::class) // the stub server is on the loopback interface
    private fun plugin(type: String): Subject {
        val oauth = client(type)
        val service = ClientCredentialsTokens(oauth)
        val http = Engines(harness.stub, "http").ktorJava()
        val api =
            http.config {
                install(OAuth) {
                    client = oauth
                    tokens = service.source()
                    allowInsecure(harness.stub.issuer("http"))
                }
            }
        val all = listOf(api, http, service, oauth)
        return harness.suspending(place(PLUGIN, type, isFloor = false), concurrency, closing(all)) {
            api.get(url).bodyAsText()
        }
    }

    private fun floor(type: String): Subject {
        val http: HttpClient = Engines(harness.stub, "http").ktorJava()
        val value = "$type ${harness.stub.address.accessToken}"
        val key = KeyPairGenerator.getInstance("EC").apply { initialize(ECGenParameterSpec("secp256r1")) }
        val private = key.generateKeyPair().private
        return harness.suspending(place("Ktor, a header set by hand", type, isFloor = true), concurrency, http) {
            if (type == "DPoP") sign(private)
            http.get(url) { header("Authorization", value) }.bodyAsText()
        }
    }

    private fun place(
        name: String,
        type: String,
        isFloor: Boolean,
    ) = Place(ROW, name, mapOf("concurrency" to "$concurrency", "token" to type), isFloor)

    /** Gets the token that the stub server takes, without a request. */
    private fun client(type: String): OpenIdClient {
        val issuer = "https://as.example.com"
        val members = mapOf("issuer" to JsonPrimitive(issuer), "token_endpoint" to JsonPrimitive("$issuer/token"))
        val token = harness.stub.address.accessToken
        val answer = """{"access_token":"$token","token_type":"$type","expires_in":3600}""".encodeToByteArray()
        val client =
            OpenIdClient(AuthorizationServerMetadata(JsonObject(members)), "s6BhdRkqt3") {
                clientSecret("of nobody")
                transport = HttpTransport { HttpResponse(OK, JSON, answer) }
            }
        return if (type == "DPoP") client.withDpop(Dpop(SigningKey.generate("ES256"))) else client
    }

    companion object {
        const val ROW: String = "a call through Ktor"
        private const val PLUGIN = "openid-client, plugin for Ktor"
        private const val OK = 200
        private const val CPU = 1.10
        private val JSON = HttpHeaders.of("content-type" to "application/json")
        private val PROOF = ByteArray(450)

        private fun sign(key: PrivateKey): ByteArray =
            Signature.getInstance("SHA256withECDSAinP1363Format").run {
                initSign(key)
                update(PROOF)
                sign()
            }

        private fun closing(all: List<AutoCloseable>) = AutoCloseable { all.forEach(AutoCloseable::close) }

        val targets: List<Target> =
            listOf(
                Target(
                    ROW,
                    PLUGIN,
                    Metric.CPU_MICROSECONDS,
                    Target.Relation.RATIO,
                    Target.Rule.AT_MOST,
                    CPU,
                ),
            )
    }
}
