package dev.openidclient.client

import dev.openidclient.error.ErrorCode
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.MetadataException
import dev.openidclient.error.TransportException
import dev.openidclient.error.UnsupportedFeatureException
import dev.openidclient.error.ValidationException
import dev.openidclient.http.HttpHeaders
import dev.openidclient.http.HttpResponse
import dev.openidclient.http.USER_AGENT
import dev.openidclient.jose.Jwt
import dev.openidclient.testing.ISSUER
import dev.openidclient.testing.JwksServer
import dev.openidclient.testing.JwksServer.Companion.keys
import dev.openidclient.testing.JwksServer.Companion.token
import dev.openidclient.testing.TestKeys
import dev.openidclient.testing.idTokenClaims
import dev.openidclient.testing.json
import dev.openidclient.testing.response
import dev.openidclient.testing.serverMetadata
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.test.currentTime
import kotlinx.coroutines.test.runTest
import kotlinx.serialization.json.JsonPrimitive
import java.io.IOException

class JwksCacheDownloadSpec :
    FunSpec({
        context("the request") {
            test("gets the JWK Set") {
                val server = JwksServer()
                server.client { clientSecret("s3cret") }.jwks.verify(token())

                val request = server.transport.requests.single()
                request.method shouldBe "GET"
                request.url shouldBe "$ISSUER/jwks"
                request.body.shouldBeNull()
                request.headers.toMap() shouldBe
                    mapOf(
                        "accept" to listOf("application/json, application/jwk-set+json"),
                        "user-agent" to listOf(USER_AGENT),
                    )
            }

            test("goes to no mutual TLS alias") {
                val server = JwksServer()
                val metadata =
                    serverMetadata("mtls_endpoint_aliases" to json("""{"jwks_uri":"https://mtls.ex/jwks"}"""))
                server.client(metadata) { metadata { useMtlsEndpointAliases() } }.jwks.verify(token())

                server.transport.requests.single().url shouldBe "$ISSUER/jwks"
            }

            test("loses the fragment of the URL") {
                val server = JwksServer()
                server.client(serverMetadata("jwks_uri" to JsonPrimitive("$ISSUER/jwks?a=1#b"))).jwks.verify(token())

                server.transport.requests.single().url shouldBe "$ISSUER/jwks?a=1"
            }
        }

        context("nobody is asked") {
            val refused =
                mapOf(
                    null to ErrorCode.MISSING_SERVER_METADATA,
                    JsonPrimitive(1) to ErrorCode.INVALID_SERVER_METADATA,
                    JsonPrimitive("/jwks") to ErrorCode.INVALID_SERVER_METADATA,
                    JsonPrimitive("http://as.example.com/jwks") to ErrorCode.HTTP_REQUEST_FORBIDDEN,
                )
            for ((uri, code) in refused) {
                test("where jwks_uri is $uri") {
                    val server = JwksServer()
                    val client = server.client(serverMetadata("jwks_uri" to uri))

                    shouldThrow<MetadataException> { client.jwks.verify(token()) }.code shouldBe code
                    server.downloads shouldBe 0
                }
            }

            for (algorithm in listOf("none", "HS256", "ES256K", "made-up")) {
                test("for the key of $algorithm, which is not supported") {
                    val server = JwksServer()
                    val token = Jwt.parse(TestKeys.compact(idTokenClaims(), algorithm) { ByteArray(32) }, "ID Token")

                    shouldThrow<UnsupportedFeatureException> { server.client().jwks.verify(token) }
                    server.downloads shouldBe 0
                }
            }
        }

        context("an answer") {
            test("may be labelled application/jwk-set+json") {
                val body = TestKeys.jwks(TestKeys.publicJwk(TestKeys.rsa))

                JwksServer { response(body, contentType = "application/jwk-set+json") }.client().jwks.verify(token())
            }

            for (status in listOf(301, 302, 400, 404, 500, 503)) {
                test("is refused with status $status") {
                    val keys = TestKeys.jwks(TestKeys.publicJwk(TestKeys.rsa))
                    val e = refused(response(keys, status))

                    e.code shouldBe ErrorCode.RESPONSE_IS_NOT_CONFORM
                    e.status shouldBe status
                }
            }

            test("is refused with the URL that was asked, but for its query") {
                val server = JwksServer { response("{}", status = 404) }
                val metadata = serverMetadata("jwks_uri" to JsonPrimitive("$ISSUER/jwks?key=hush"))

                shouldThrow<InvalidResponseException> { server.client(metadata).jwks.verify(token()) }
                    .message shouldBe "GET $ISSUER/jwks: expected status 2xx, got 404"
            }

            test("without a key for a JWT is refused without the query, too") {
                val metadata = serverMetadata("jwks_uri" to JsonPrimitive("$ISSUER/jwks?key=hush"))
                val server = JwksServer { response("""{"keys":[]}""") }

                shouldThrow<ValidationException> { server.client(metadata).jwks.verify(token()) }
                    .message
                    .orEmpty() shouldContain "a key of $ISSUER/jwks must fit"
            }

            test("is refused for its status where it has a challenge") {
                refused(HttpResponse(401, HttpHeaders.of("www-authenticate" to "Basic"))).status shouldBe 401
            }

            for (type in listOf(
                "application/json",
                "application/jwk-set+json",
                "Application/JWK-Set+JSON; charset=utf-8",
            )) {
                test("is refused where it is no JSON but says so: $type") {
                    refused(response("<html>", contentType = type)).code shouldBe ErrorCode.PARSE_ERROR
                }
            }

            for (type in listOf("text/html", "application/jwk+json", "application/problem+json")) {
                test("is refused where it is no JSON: $type") {
                    refused(response("<html>", contentType = type)).code shouldBe ErrorCode.RESPONSE_IS_NOT_JSON
                }
            }

            for (body in listOf(
                "[]",
                "null",
                "{}",
                """{"keys":null}""",
                """{"keys":{}}""",
            )) {
                test("is refused where it is no JWK Set but $body") {
                    refused(response(body)).code shouldBe ErrorCode.INVALID_RESPONSE
                }
            }

            test("is refused beyond the bound of its size") {
                val client = JwksServer().client { maximumResponseSize = 8 }

                shouldThrow<InvalidResponseException> { client.jwks.verify(token()) }.code shouldBe
                    ErrorCode.RESPONSE_IS_NOT_CONFORM
            }
        }

        context("a download that fails") {
            test("for the network is a TransportException") {
                val client = JwksServer { throw IOException() }.client()

                shouldThrow<TransportException> { client.jwks.verify(token()) }.code shouldBe ErrorCode.NETWORK_ERROR
            }

            test("for the time is a timeout") {
                runTest {
                    val client = JwksServer { awaitCancellation() }.client()

                    shouldThrow<TransportException> { client.jwks.verify(token()) }.code shouldBe ErrorCode.TIMEOUT
                    currentTime shouldBe 30_000
                }
            }

            test("is not kept for who asks next: that downloads anew") {
                val server = JwksServer { throw IOException() }
                val client = server.client()
                shouldThrow<TransportException> { client.jwks.verify(token()) }
                server.answer = { keys(TestKeys.rsa) }
                client.jwks.verify(token())

                server.downloads shouldBe 2
            }
        }
    })

private suspend fun refused(answer: HttpResponse): InvalidResponseException =
    shouldThrow<InvalidResponseException> { JwksServer { answer }.client().jwks.verify(token()) }
