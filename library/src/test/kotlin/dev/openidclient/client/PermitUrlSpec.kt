package dev.openidclient.client

import dev.openidclient.authorization.authorizationRequest
import dev.openidclient.clientauth.TlsClientAuth
import dev.openidclient.dpop.Dpop
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.MetadataException
import dev.openidclient.error.Reached
import dev.openidclient.http.HttpHeaders
import dev.openidclient.http.HttpResponse
import dev.openidclient.jose.SigningKey
import dev.openidclient.testing.CLIENT_ID
import dev.openidclient.testing.ENDPOINT_QUERY
import dev.openidclient.testing.EVERY_OPERATION
import dev.openidclient.testing.FIXED_CLOCK
import dev.openidclient.testing.ISSUER
import dev.openidclient.testing.KnownSecrets.shouldShowNoSecret
import dev.openidclient.testing.RecordingTransport
import dev.openidclient.testing.connectionTo
import dev.openidclient.testing.everyAnswer
import dev.openidclient.testing.everyClient
import dev.openidclient.testing.json
import dev.openidclient.testing.serverMetadata
import dev.openidclient.token.clientCredentialsGrant
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldBeSingleton
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldEndWith

/** What the program itself names, in contrast to what a server names. */
private val OF_THE_PROGRAM = setOf("discovery", "resource")

class PermitUrlSpec :
    FunSpec({
        for ((name, operation) in EVERY_OPERATION.filterKeys { it !in OF_THE_PROGRAM }) {
            test("nothing is sent to an endpoint that permitUrl refuses: $name") {
                val transport = RecordingTransport(::everyAnswer)
                val asked = mutableListOf<String>()
                val connection =
                    Connection.open {
                        this.transport = transport
                        clock = FIXED_CLOCK
                        permitUrl { url ->
                            asked += url
                            false
                        }
                    }
                val e = shouldThrow<MetadataException> { operation(connection) }

                e.code shouldBe ErrorCode.HTTP_REQUEST_FORBIDDEN
                e.reached shouldBe Reached.NO
                e.request.shouldNotBeNull()
                e.message shouldEndWith
                    ": permitUrl in the settings does not permit this URL, which the server named"
                shouldShowNoSecret(e)
                transport.requests.shouldBeEmpty()
                asked.single() shouldEndWith ENDPOINT_QUERY
            }
        }

        for (name in OF_THE_PROGRAM) {
            test("permitUrl is not asked about what the program named: $name") {
                EVERY_OPERATION.getValue(name)(connectionTo { permitUrl { false } })
            }
        }

        test("permitUrl is not asked about a metadata document of the program's own") {
            OpenIdClient.discover("$ISSUER/.well-known/openid-configuration", CLIENT_ID) {
                connection = connectionTo { permitUrl { false } }
            }
        }

        test("permitUrl is not asked about where the browser goes") {
            connectionTo { permitUrl { false } }.everyClient().authorizationRequest().url.shouldNotBeNull()
        }

        test("permitUrl is asked about the alias where that is asked") {
            val server =
                serverMetadata("mtls_endpoint_aliases" to json("""{"token_endpoint":"https://mtls.example.com/t"}"""))
            val asked = mutableListOf<String>()
            OpenIdClient(server, CLIENT_ID) {
                transport = RecordingTransport { everyAnswer(it.withUrl("$ISSUER/token")) }
                transportPresentsCertificate()
                authentication = TlsClientAuth
                permitUrl { asked.add(it) }
            }.clientCredentialsGrant()

            asked shouldBe listOf("https://mtls.example.com/t")
        }

        test("permitUrl is asked before each request, and may change its mind") {
            val transport =
                RecordingTransport {
                    HttpResponse(
                        400,
                        HttpHeaders.of("content-type" to "application/json", "dpop-nonce" to "n"),
                        """{"error":"use_dpop_nonce"}""".encodeToByteArray(),
                    )
                }
            var left = 1
            val client =
                Connection
                    .open {
                        this.transport = transport
                        permitUrl { left-- > 0 }
                    }.everyClient()
                    .withDpop(Dpop(SigningKey.generate("ES256")))
            shouldThrow<MetadataException> { client.clientCredentialsGrant() }.code shouldBe
                ErrorCode.HTTP_REQUEST_FORBIDDEN

            transport.requests.shouldBeSingleton()
        }

        test("every URL is permitted without a word") {
            connectionTo().everyClient().clientCredentialsGrant()
        }

        test("a request that a program's own judgement may hold up does not begin on the thread of the caller") {
            Connection.open().use { sendsAtOnce(it.everyClient()) shouldBe true }
            Connection.open { permitUrl { true } }.use { sendsAtOnce(it.everyClient()) shouldBe false }
        }
    })
