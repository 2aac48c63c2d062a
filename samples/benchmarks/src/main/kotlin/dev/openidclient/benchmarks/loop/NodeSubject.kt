package dev.openidclient.benchmarks.loop

import dev.openidclient.benchmarks.measure.Node
import dev.openidclient.benchmarks.measure.Round
import dev.openidclient.benchmarks.measure.Settings
import dev.openidclient.benchmarks.measure.Subject
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.buildJsonObject
import kotlinx.serialization.json.double
import kotlinx.serialization.json.jsonObject
import kotlinx.serialization.json.jsonPrimitive
import kotlinx.serialization.json.long
import kotlinx.serialization.json.put
import java.nio.file.Files
import kotlin.io.path.deleteIfExists
import kotlin.io.path.pathString
import kotlin.io.path.writeText
import kotlin.time.Duration

/** openid-client on Node: the same closed loop in a process of its own, `node/loop.mjs`; one line a round. */
internal class NodeSubject(
    private val place: Place,
    private val stub: StubProcess,
    private val scheme: String,
    private val concurrency: Int,
) : Subject {
    override val row: String get() = place.row
    override val name: String get() = place.name
    override val isFloor: Boolean get() = place.isFloor
    override val parameters: Map<String, String> get() = place.parameters

    private val certificate = Files.createTempFile("server", ".pem").apply { writeText(stub.address.certificate) }
    private val node =
        LineProcess(
            Pinning.onClientCore(Node.command("loop.mjs")),
            mapOf("NODE_EXTRA_CA_CERTS" to certificate.pathString),
            Node.folder,
        )

    init {
        val settings =
            buildJsonObject {
                put("issuer", stub.issuer(scheme))
                put("clientId", SigningAlgorithm.RS256.clientId)
                put("clientSecret", stub.address.clientSecret)
                put("scope", StubEndpoints.SCOPE)
                put("accessToken", stub.address.accessToken)
            }
        check(node.ask("$settings") == READY) { "loop.mjs does not understand its settings" }
    }

    override fun warmUp() {
        run(Duration.ZERO)
        run(Settings.round)
    }

    override fun round(): Round {
        // idle connections may be gone since the last round
        run(Duration.ZERO)
        return run(Settings.round)
    }

    private fun run(duration: Duration): Round {
        lateinit var answer: Map<String, Double>
        val counted =
            stub.counting {
                val asked =
                    buildJsonObject {
                        put("concurrency", concurrency)
                        put("milliseconds", duration.inWholeMilliseconds)
                    }
                val told = Json.parseToJsonElement(node.ask("$asked")).jsonObject
                answer = listOf("seconds", "cpuMicroseconds").associateWith { told.getValue(it).jsonPrimitive.double }
                told.getValue("operations").jsonPrimitive.long
            }
        return Round(
            counted.operations / answer.getValue("seconds"),
            answer.getValue("cpuMicroseconds") / counted.operations,
            extra = mapOf(CONNECTIONS to counted.connections.toDouble() / counted.operations),
        )
    }

    override fun close() {
        node.close()
        certificate.deleteIfExists()
    }

    private companion object {
        const val READY = "ready"
    }
}
