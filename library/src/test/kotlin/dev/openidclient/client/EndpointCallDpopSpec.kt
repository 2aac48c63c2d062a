package dev.openidclient.client

import com.nimbusds.jwt.SignedJWT
import dev.openidclient.clientauth.PrivateKeyJwt
import dev.openidclient.dpop.Dpop
import dev.openidclient.error.OAuthException
import dev.openidclient.error.ResponseBodyException
import dev.openidclient.http.HttpHeaders
import dev.openidclient.http.HttpRequest
import dev.openidclient.http.HttpResponse
import dev.openidclient.http.Parameters
import dev.openidclient.http.Secrets
import dev.openidclient.http.requireSuccess
import dev.openidclient.jose.JwsAlgorithm
import dev.openidclient.jose.SigningKey
import dev.openidclient.testing.CLIENT_ID
import dev.openidclient.testing.FIXED_CLOCK
import dev.openidclient.testing.ISSUER
import dev.openidclient.testing.NOW
import dev.openidclient.testing.RecordingTransport
import dev.openidclient.testing.json
import dev.openidclient.testing.serverMetadata
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeUnique
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.types.shouldBeSameInstanceAs
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.withContext
import java.time.Duration

private const val USE_NONCE = """{"error":"use_dpop_nonce"}"""

class EndpointCallDpopSpec :
    FunSpec({
        context("a server that wants a nonce gets the request once more") {
            for (status in listOf(400, 401, 403, 499)) {
                test("where the body of a $status says so") {
                    val transport = answering(refusal(status), success())
                    client(transport).perform(form(transport)).status shouldBe 200

                    transport.requests.map { it.nonce() } shouldBe listOf(null, "n-1")
                }
            }

            val challenges =
                listOf(
                    "DPoP error=\"use_dpop_nonce\"",
                    "dpop error=use_dpop_nonce, algs=\"ES256\"",
                    "Bearer, DPoP error=\"use_dpop_nonce\", Basic realm=\"a\"",
                )
            for (challenge in challenges) {
                test("where the challenge $challenge says so") {
                    val transport = answering(challenge(challenge), success())
                    val client = client(transport)
                    client.perform(authorized(transport)).status shouldBe 200

                    transport.requests.map { it.nonce() } shouldBe listOf(null, "n-1")
                }
            }

            test("with a new proof") {
                val transport = answering(refusal(400), success())
                client(transport).perform(form(transport))

                transport.requests.map { it.proof().jwtClaimsSet.jwtid }.shouldBeUnique()
            }

            test("with a new client assertion") {
                val transport = answering(refusal(400), success())
                client(transport) { authentication = PrivateKeyJwt(SigningKey.generate()) }.perform(form(transport))

                val assertions =
                    transport.requests.map {
                        SignedJWT.parse(
                            it.body?.parameters?.get("client_assertion"),
                        )
                    }
                assertions.map { it.jwtClaimsSet.jwtid }.shouldBeUnique()
                assertions.size shouldBe 2
            }

            test("with the same parameters") {
                val transport = answering(refusal(400), success())
                client(transport).perform(form(transport))

                transport.requests.map { it.body?.parameters?.encode() } shouldBe
                    List(2) { "grant_type=x&client_id=$CLIENT_ID" }
            }

            test("also where the refusal brings no nonce") {
                val transport = answering(refusal(400, nonce = null), success())
                client(transport).perform(form(transport)).status shouldBe 200

                transport.requests.map { it.nonce() } shouldBe listOf(null, null)
            }
        }

        context("a request is not repeated") {
            test("where the second answer wants another nonce, which is the caller's to see") {
                val transport = answering(refusal(400), refusal(401, nonce = "n-2"), success())
                val e = shouldThrow<ResponseBodyException> { client(transport).perform(form(transport)) }

                e.error shouldBe "use_dpop_nonce"
                e.status shouldBe 401
                transport.requests.map { it.nonce() } shouldBe listOf(null, "n-1")
            }

            val refusals =
                mapOf(
                    "another error" to body(400, """{"error":"invalid_dpop_proof"}"""),
                    "the error in another case" to body(400, """{"error":"USE_DPOP_NONCE"}"""),
                    "an error that only starts so" to body(400, """{"error":"use_dpop_nonce2"}"""),
                    "a status that is no 4xx" to body(503, USE_NONCE),
                    "a challenge of another scheme" to challenge("Bearer error=\"use_dpop_nonce\""),
                    "a challenge in another case" to challenge("DPoP error=\"Use_DPoP_Nonce\""),
                    "a challenge with another error" to challenge("DPoP error=\"invalid_token\""),
                    "a challenge that only describes it" to challenge("DPoP error_description=\"use_dpop_nonce\""),
                    "the error in the challenge of another scheme" to
                        challenge("DPoP algs=\"ES256\", Bearer error=\"use_dpop_nonce\""),
                )
            for ((name, refusal) in refusals) {
                test("for $name") {
                    val transport = answering(refusal, success())
                    shouldThrow<OAuthException> { client(transport).perform(form(transport)) }

                    transport.requests.size shouldBe 1
                }
            }

            test("by a client without DPoP") {
                val transport = answering(refusal(400), success())
                val call = EndpointCall.form(GRANT, tokenEndpoint(transport), Parameters.EMPTY)
                shouldThrow<ResponseBodyException> { client(transport).perform(call) }

                transport.requests.single().headers["dpop"].shouldBeNull()
            }
        }

        context("the nonce") {
            test("of an answer with an error is in the next request") {
                val transport = answering(body(400, """{"error":"invalid_grant"}"""), success())
                val client = client(transport)
                val call = form(transport)
                shouldThrow<ResponseBodyException> { client.perform(call) }
                client.perform(call)

                transport.requests.map { it.nonce() } shouldBe listOf(null, "n-1")
            }

            test("of a good answer is in the next request") {
                val transport = answering(success(nonce = "n-7"), success())
                val client = client(transport)
                val call = form(transport)
                repeat(2) { client.perform(call) }

                transport.requests.map { it.nonce() } shouldBe listOf(null, "n-7")
            }
        }

        context("a request with DPoP") {
            test("has one proof for its method, URL and token at the client's time") {
                val transport = answering(success())
                client(transport) { clockSkew = Duration.ofSeconds(-7) }.perform(authorized(transport))

                val request = transport.requests.single()
                val claims = request.proof().jwtClaimsSet
                request.headers["authorization"] shouldBe "DPoP mF_9.B5f-4.1JqM"
                claims.getStringClaim("htm") shouldBe "GET"
                claims.getStringClaim("htu") shouldBe "$ISSUER/token"
                claims.getStringClaim("ath") shouldBe "uOFIVFsTx4vHTaLxpydd1x5W3ezhKdfS97PswG95lNo"
                claims.issueTime.toInstant() shouldBe NOW.minusSeconds(7)
            }

            test("without a token has no authorization") {
                val transport = answering(success())
                val dpop = Dpop(SigningKey.generate())
                val call =
                    authorized(transport, HttpHeaders.EMPTY, dpop, token = null, method = "POST") {}
                client(transport).perform(call)

                transport.requests.single().headers["authorization"].shouldBeNull()
                transport.requests.single().proof().jwtClaimsSet.getClaim("ath").shouldBeNull()
            }

            test("has the name of the algorithm that the server lists") {
                val transport = answering(success())
                val metadata = serverMetadata("dpop_signing_alg_values_supported" to json("""["ES256","EdDSA"]"""))
                val call =
                    EndpointCall.form(
                        GRANT,
                        tokenEndpoint(transport),
                        Parameters.EMPTY,
                        dpop = Dpop(SigningKey.generate(JwsAlgorithm.ED25519)),
                    )
                OpenIdClient(metadata, CLIENT_ID) { this.transport = transport }.perform(call)

                transport.requests.single().proof().header.algorithm.name shouldBe "EdDSA"
            }

            test("is DPoP too where the caller made the proof by hand") {
                val transport = answering(success())
                val headers = HttpHeaders.of("DPoP" to "own-proof")
                client(transport)
                    .perform(authorized(transport, headers, dpop = null) {})

                transport.requests.single().headers["authorization"] shouldBe "DPoP t"
                transport.requests.single().headers.all("dpop") shouldBe listOf("own-proof")
            }

            test("has the proof of the client, not the caller's") {
                val transport = answering(success())
                val headers = HttpHeaders.of("dpop" to "own-proof")
                val dpop = Dpop(SigningKey.generate())
                client(transport)
                    .perform(authorized(transport, headers, dpop) {})

                transport.requests.single().headers.all("dpop").size shouldBe 1
                transport.requests.single().proof().jwtClaimsSet.getStringClaim("htm") shouldBe "GET"
            }
        }

        test("many coroutines on one handle are each refused once at most, and never share a proof") {
            val transport =
                RecordingTransport { if (it.nonce() == "n-1") success() else refusal(400) }
            val client = client(transport)
            val call = form(transport)
            val statuses =
                withContext(Dispatchers.Default) {
                    List(100) { async { client.perform(call).status } }.awaitAll()
                }

            statuses shouldBe List(100) { 200 }
            transport.requests.map { it.proof().jwtClaimsSet.jwtid }.shouldBeUnique()
        }

        context("withDpop") {
            val client = client(answering(success()))

            test("derives a client that shares the keys") {
                val dpop = Dpop(SigningKey.generate())
                val derived = client.withDpop(dpop)

                derived.dpop shouldBeSameInstanceAs dpop
                derived.jwks shouldBeSameInstanceAs client.jwks
                derived.configuration shouldBeSameInstanceAs client.configuration
                client.dpop.shouldBeNull()
            }

            test("replaces the key of a derived client") {
                val second = Dpop(SigningKey.generate())

                client.withDpop(Dpop(SigningKey.generate())).withDpop(second).dpop shouldBeSameInstanceAs second
            }

            test("refuses a key that the security profile forbids") {
                val strict =
                    client(answering(success())) {
                        authentication = PrivateKeyJwt(SigningKey.generate())
                        fapi2Security()
                    }
                shouldThrow<IllegalArgumentException> { strict.withDpop(Dpop(SigningKey.generate(JwsAlgorithm.ES384))) }
                    .message shouldContain "DPoP proofs must be signed with"
            }
        }
    })

private fun answering(vararg answers: HttpResponse): RecordingTransport {
    val remaining = ArrayDeque(answers.toList())
    return RecordingTransport { remaining.removeFirst() }
}

private fun body(
    status: Int,
    text: String,
    nonce: String? = "n-1",
): HttpResponse {
    val fields = listOfNotNull("content-type" to "application/json", nonce?.let { "dpop-nonce" to it })
    return HttpResponse(status, HttpHeaders.of(*fields.toTypedArray()), text.encodeToByteArray())
}

private fun success(nonce: String? = null) = body(200, "{}", nonce)

private fun refusal(
    status: Int,
    nonce: String? = "n-1",
) = body(status, USE_NONCE, nonce)

private fun challenge(text: String): HttpResponse =
    HttpResponse(401, HttpHeaders.of("www-authenticate" to text, "dpop-nonce" to "n-1"), ByteArray(0))

private fun client(
    transport: RecordingTransport,
    configure: ClientSettings.() -> Unit = {},
): OpenIdClient =
    OpenIdClient(serverMetadata(), CLIENT_ID) {
        this.transport = transport
        clock = FIXED_CLOCK
        configure()
    }

private fun tokenEndpoint(transport: RecordingTransport) = client(transport).endpoint("token_endpoint")

private fun form(transport: RecordingTransport): EndpointCall =
    EndpointCall.form(
        GRANT,
        tokenEndpoint(transport),
        Parameters.of("grant_type" to "x"),
        dpop = Dpop(SigningKey.generate()),
    )

private fun authorized(transport: RecordingTransport): EndpointCall =
    authorized(transport, HttpHeaders.EMPTY, Dpop(SigningKey.generate()), "mF_9.B5f-4.1JqM") { requireSuccess(it) }

private fun authorized(
    transport: RecordingTransport,
    headers: HttpHeaders,
    dpop: Dpop?,
    token: String? = "t",
    method: String = "GET",
    check: HttpResponse.(Secrets) -> Unit,
): EndpointCall =
    EndpointCall.authorized(
        Purpose.RESOURCE,
        method,
        tokenEndpoint(transport),
        headers,
        EndpointCall.Content.OfToken(token),
        dpop,
        check,
    )

private val GRANT = Purpose.token("client_credentials")

private fun HttpRequest.proof(): SignedJWT = SignedJWT.parse(headers["dpop"])

private fun HttpRequest.nonce(): String? = proof().jwtClaimsSet.getStringClaim("nonce")
