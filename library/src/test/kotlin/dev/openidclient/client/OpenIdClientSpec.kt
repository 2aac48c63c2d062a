package dev.openidclient.client

import dev.openidclient.contract.LocalServer
import dev.openidclient.dpop.Dpop
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.TransportException
import dev.openidclient.http.HttpRequest
import dev.openidclient.http.HttpResponse
import dev.openidclient.http.HttpTransport
import dev.openidclient.jose.SigningKey
import dev.openidclient.testing.CLIENT_ID
import dev.openidclient.testing.ISSUER
import dev.openidclient.testing.JwksServer
import dev.openidclient.testing.json
import dev.openidclient.testing.jsonObject
import dev.openidclient.testing.serverMetadata
import io.kotest.assertions.throwables.shouldNotThrowAny
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import kotlinx.serialization.json.JsonPrimitive

class OpenIdClientSpec :
    FunSpec({
        context("a client of given metadata") {
            test("asks nobody") {
                val server = JwksServer()
                server.client().use {}

                server.downloads shouldBe 0
            }

            test("has the metadata that it was given") {
                val metadata = serverMetadata("made_up" to json("1"))

                JwksServer().client(metadata).server shouldBe metadata
            }

            test("has its id and what else is known of it") {
                val client = JwksServer().client { metadata { requireAuthTime() } }

                client.clientId shouldBe CLIENT_ID
                client.metadata.json shouldBe jsonObject("""{"client_id":"$CLIENT_ID","require_auth_time":true}""")
            }

            test("expects tokens of the issuer of the metadata, letter for letter") {
                val issuer = "https://AS.example.com/{tenant}"
                val client = JwksServer().client(serverMetadata("issuer" to JsonPrimitive(issuer)))

                client.expectedIssuer.of(jsonObject("""{"tid":"9188"}""")) shouldBe issuer
            }

            test("is refused with settings that contradict themselves") {
                shouldThrow<IllegalArgumentException> { OpenIdClient(serverMetadata(), "") }
                shouldThrow<IllegalArgumentException> { JwksServer().client { maximumResponseSize = 0 } }
            }

            test("prints the server and its id, and no secret") {
                JwksServer().client { clientSecret("s3cret") }.toString() shouldBe "OpenIdClient($ISSUER, $CLIENT_ID)"
            }
        }

        context("close") {
            test("closes the engine that the client made for itself") {
                val client = OpenIdClient(serverMetadata(), CLIENT_ID)
                client.close()

                client.connection.ownTransport.shouldBeClosed()
            }

            test("may be called again") {
                val client = OpenIdClient(serverMetadata(), CLIENT_ID)
                client.close()

                shouldNotThrowAny { client.close() }
            }

            test("leaves a transport open that the client was given") {
                val given = ClosableTransport()
                OpenIdClient(serverMetadata(), CLIENT_ID) { transport = given }.close()

                given.closed shouldBe false
            }

            test("of a client with a DPoP key of its own leaves the engine open, which it shares") {
                LocalServer { respond() }.use { server ->
                    OpenIdClient(serverMetadata(), CLIENT_ID).use { client ->
                        client.withDpop(Dpop(SigningKey.generate("ES256"))).close()

                        val request = HttpRequest("GET", "http://127.0.0.1:${server.port}")
                        client.connection.send(request).status shouldBe 200
                    }
                }
            }

            test("makes later calls fail, not end in silence") {
                val client = OpenIdClient(serverMetadata(), CLIENT_ID)
                client.close()

                shouldThrow<TransportException> { client.jwks.verify(JwksServer.token()) }.code shouldBe
                    ErrorCode.NETWORK_ERROR
            }
        }
    })

/** Fails where a request gets through to a server that answers. */
internal suspend fun HttpTransport?.shouldBeClosed() {
    LocalServer { respond() }.use { server ->
        shouldThrow<TransportException> {
            checkNotNull(
                this,
            ).send(HttpRequest("GET", "http://127.0.0.1:${server.port}"))
        }
        server.requests.shouldBeEmpty()
    }
}

private class ClosableTransport :
    HttpTransport,
    AutoCloseable {
    var closed = false

    override suspend fun send(request: HttpRequest): HttpResponse = HttpResponse(500)

    override fun close() {
        closed = true
    }
}
