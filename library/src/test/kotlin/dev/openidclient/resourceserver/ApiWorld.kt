package dev.openidclient.resourceserver

import dev.openidclient.error.RequestRefusedException
import dev.openidclient.http.HttpHeaders
import dev.openidclient.jose.JwsAlgorithm
import dev.openidclient.testing.CLIENT_ID
import dev.openidclient.testing.ISSUER
import dev.openidclient.testing.MovableClock
import dev.openidclient.testing.NOW
import dev.openidclient.testing.StubServer
import dev.openidclient.testing.TestKeys
import dev.openidclient.testing.serverMetadata
import io.kotest.assertions.throwables.shouldThrowExactly
import io.kotest.assertions.withClue
import io.kotest.matchers.shouldBe
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import java.security.cert.X509Certificate

internal const val RESOURCE = "https://api.example.com"
internal const val ORDERS = "$RESOURCE/orders"

/** What every challenge ends with. */
internal const val METADATA = "resource_metadata=\"$RESOURCE/.well-known/oauth-protected-resource\""

internal const val DESCRIBED_TOKEN =
    "error=\"invalid_token\", error_description=\"The access token is not valid here\""
internal const val BEARER = "Bearer $METADATA"

/** Of a server that takes ES256 only. */
internal const val DPOP = "DPoP algs=\"ES256\", $METADATA"
internal const val INVALID_BEARER = "Bearer $DESCRIBED_TOKEN, $METADATA"
internal const val INVALID_DPOP = "DPoP algs=\"ES256\", $DESCRIBED_TOKEN, $METADATA"

/** The claims of an access token for [RESOURCE] at [NOW], as RFC 9068 §2.2 has them; a null value removes the claim. */
internal fun accessClaims(vararg changes: Pair<String, JsonElement?>): JsonObject {
    val claims =
        mutableMapOf<String, JsonElement>(
            "iss" to JsonPrimitive(ISSUER),
            "exp" to JsonPrimitive(NOW.epochSecond + 300),
            "aud" to JsonPrimitive(RESOURCE),
            "sub" to JsonPrimitive("248289761001"),
            "client_id" to JsonPrimitive(CLIENT_ID),
            "iat" to JsonPrimitive(NOW.epochSecond),
            "jti" to JsonPrimitive("dbe39bf3a3ba4238a513f51d6e1691c4"),
            "scope" to JsonPrimitive("orders:read orders:write"),
        )
    for ((name, value) in changes) if (value == null) claims.remove(name) else claims[name] = value
    return JsonObject(claims)
}

/** An access token with [changes] of its claims. */
internal fun accessToken(vararg changes: Pair<String, JsonElement?>): String = signedAccess(accessClaims(*changes))

/** The same with another header: [changes] of `typ` and `kid`. */
internal fun signedAccess(
    claims: JsonObject = accessClaims(),
    vararg changes: Pair<String, JsonElement?>,
): String = TestKeys.signRsa(claims, header = accessHeader(*changes))

internal fun accessHeader(vararg changes: Pair<String, JsonElement?>): Map<String, JsonElement> {
    val header = mutableMapOf<String, JsonElement>("typ" to JsonPrimitive("at+jwt"), "kid" to JsonPrimitive("rsa-1"))
    for ((name, value) in changes) if (value == null) header.remove(name) else header[name] = value
    return header
}

internal fun request(
    vararg headers: Pair<String, String>,
    method: String = "GET",
    url: String = ORDERS,
    certificate: X509Certificate? = null,
): ResourceRequest = ResourceRequest(method, url, HttpHeaders.received(headers.asList()), certificate)

internal fun bearer(token: String): ResourceRequest = request("Authorization" to "Bearer $token")

/** A server with the keys of [TestKeys], and resource servers that take its tokens. */
internal class ApiWorld {
    val clock = MovableClock()
    val server: StubServer =
        StubServer()
            .answer("/.well-known/openid-configuration", serverMetadata().json.toString())
            .answer("/jwks", TestKeys.jwks(TestKeys.publicJwk(TestKeys.rsa), TestKeys.publicJwk(TestKeys.ec)))

    val sent: List<String> get() = server.received.map { it.path }

    fun api(
        ofIssuer: IssuerSettings.() -> Unit = {},
        configure: ResourceServerSettings.() -> Unit = {},
    ): ResourceServer =
        ResourceServer(RESOURCE) {
            issuer(ISSUER, ofIssuer)
            connection {
                transport = server.transport
                clock = this@ApiWorld.clock
            }
            configure()
        }

    /** The same with proofs of ES256. */
    fun dpopApi(configure: ResourceServerSettings.() -> Unit = {}): ResourceServer =
        api {
            dpop { algorithms(JwsAlgorithm.ES256) }
            configure()
        }
}

internal suspend fun ResourceServer.refusal(request: ResourceRequest): RequestRefusedException =
    shouldThrowExactly { authorize(request) }

/** Fails unless [request] is refused with [status] and exactly the lines [challenges], and nothing else in the answer. */
internal suspend fun ResourceServer.shouldRefuse(
    request: ResourceRequest,
    status: Int,
    vararg challenges: String,
): RequestRefusedException {
    val refused = refusal(request)
    withClue(refused.message) {
        refused.status shouldBe status
        refused.headers shouldBe mapOf("www-authenticate" to challenges.asList())
    }
    return refused
}
