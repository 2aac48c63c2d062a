package dev.openidclient.client

import dev.openidclient.ciba.backchannelAuthentication
import dev.openidclient.device.deviceAuthorization
import dev.openidclient.dpop.Dpop
import dev.openidclient.error.OAuthException
import dev.openidclient.error.ResponseBodyException
import dev.openidclient.jose.Jwt
import dev.openidclient.jose.SigningKey
import dev.openidclient.json.text
import dev.openidclient.testing.ISSUER
import dev.openidclient.testing.StubServer
import dev.openidclient.testing.serverMetadata
import dev.openidclient.token.introspect
import dev.openidclient.token.revoke
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.ktor.client.engine.mock.respond
import io.ktor.http.HttpStatusCode
import io.ktor.http.headersOf
import kotlinx.serialization.json.JsonPrimitive

private val KEY = SigningKey.generate("ES256")
private val NAMES =
    listOf(
        "revocation_endpoint",
        "introspection_endpoint",
        "device_authorization_endpoint",
        "backchannel_authentication_endpoint",
    )
private val METADATA = serverMetadata(*NAMES.map { it to JsonPrimitive("$ISSUER/$it") }.toTypedArray())
private const val BODY =
    """{"active":false,"device_code":"d","user_code":"u","verification_uri":"https://as.example.com/d",
        "auth_req_id":"a","expires_in":60}"""

private val OPERATIONS =
    mapOf<String, suspend OpenIdClient.() -> Any>(
        "revocation_endpoint" to { revoke("a-token") },
        "introspection_endpoint" to { introspect("a-token") },
        "device_authorization_endpoint" to { deviceAuthorization() },
        "backchannel_authentication_endpoint" to { backchannelAuthentication { loginHint("alice") } },
    )

/** Answers each request to [name] with the error that [error] makes of its proof, or with success where it is null. */
private fun server(
    name: String,
    nonce: String? = null,
    challenge: Boolean = false,
    error: (proof: Jwt?) -> String?,
) = StubServer().on("/$name") { request ->
    val refusal = error(request.headers["dpop"]?.let { Jwt.parse(it, "proof") })
    val headers =
        listOfNotNull(
            "Content-Type" to listOf("application/json"),
            nonce?.let { "DPoP-Nonce" to listOf(it) },
            ("WWW-Authenticate" to listOf("DPoP error=\"$refusal\"")).takeIf { refusal != null && challenge },
        ).toTypedArray()
    when {
        refusal == null -> respond(BODY, headers = headersOf(*headers))
        challenge -> respond("", HttpStatusCode.Unauthorized, headersOf(*headers))
        else -> respond("""{"error":"$refusal"}""", HttpStatusCode.BadRequest, headersOf(*headers))
    }
}

private fun StubServer.proving() = client(METADATA).withDpop(Dpop(KEY))

class EndpointCallProofOnDemandSpec :
    FunSpec({
        for ((name, operation) in OPERATIONS) {
            context("the $name") {
                test("gets no proof that it does not ask for") {
                    val server = server(name) { null }
                    server.proving().operation()

                    server.received.size shouldBe 1
                    server.lastTo("/$name").header("dpop").shouldBeNull()
                }

                for (error in listOf("invalid_dpop_proof", "use_dpop_nonce")) {
                    for (challenge in listOf(false, true)) {
                        val where = if (challenge) "challenge" else "body"
                        test("gets one where its $where says $error, in one more request") {
                            val server =
                                server(name, challenge = challenge) { proof -> error.takeIf { proof == null } }
                            server.proving().operation()

                            server.received.size shouldBe 2
                            server.lastTo("/$name").header("dpop").shouldNotBeNull()
                        }
                    }
                }

                test("gets one where the body says so beside a challenge for the client's authentication") {
                    val server =
                        StubServer().on("/$name") { request ->
                            if (request.headers["dpop"] != null) {
                                respond(BODY, headers = headersOf("Content-Type", "application/json"))
                            } else {
                                respond(
                                    """{"error":"invalid_dpop_proof"}""",
                                    HttpStatusCode.Unauthorized,
                                    headersOf(
                                        "Content-Type" to listOf("application/json"),
                                        "WWW-Authenticate" to listOf("Basic realm=\"as\""),
                                    ),
                                )
                            }
                        }
                    server.proving().operation()

                    server.received.size shouldBe 2
                }

                test("gets the nonce that came with the first refusal") {
                    val server =
                        server(name, nonce = "n-1") { proof ->
                            "use_dpop_nonce".takeIf { text(proof?.claims?.get("nonce")) != "n-1" }
                        }
                    server.proving().operation()

                    server.received.size shouldBe 2
                }

                test("is asked without a proof only, where the client has no key") {
                    val server = server(name) { "invalid_dpop_proof" }
                    shouldThrow<ResponseBodyException> { server.client(METADATA).operation() }

                    server.received.size shouldBe 1
                }

                test("is not asked again where it refuses the proof, or for another reason") {
                    val proofs = server(name) { "invalid_dpop_proof" }
                    shouldThrow<OAuthException> { proofs.proving().operation() }
                    proofs.received.size shouldBe 2
                    val other = server(name) { "invalid_client" }
                    shouldThrow<OAuthException> { other.proving().operation() }
                    other.received.size shouldBe 1
                }
            }
        }
    })
