package dev.openidclient.client

import dev.openidclient.authorization.authorizationRequest
import dev.openidclient.clientauth.PrivateKeyJwt
import dev.openidclient.clientauth.TlsClientAuth
import dev.openidclient.contract.LocalServer
import dev.openidclient.dpop.Dpop
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.MetadataException
import dev.openidclient.error.Reached
import dev.openidclient.error.TransportException
import dev.openidclient.error.ValidationException
import dev.openidclient.event.ClientListener
import dev.openidclient.event.Observation
import dev.openidclient.event.Operation
import dev.openidclient.http.HttpEngine
import dev.openidclient.http.HttpRequest
import dev.openidclient.http.HttpResponse
import dev.openidclient.http.HttpTransport
import dev.openidclient.jose.Jwt
import dev.openidclient.jose.SigningKey
import dev.openidclient.testing.CLIENT_ID
import dev.openidclient.testing.Certificates
import dev.openidclient.testing.EVERY_OPERATION
import dev.openidclient.testing.FIXED_CLOCK
import dev.openidclient.testing.ISSUER
import dev.openidclient.testing.KnownSecrets.shouldShowNoSecret
import dev.openidclient.testing.REDIRECT_URI
import dev.openidclient.testing.RESOURCE_URL
import dev.openidclient.testing.RecordingTransport
import dev.openidclient.testing.everyAnswer
import dev.openidclient.testing.response
import dev.openidclient.testing.serverMetadata
import dev.openidclient.token.clientCredentialsGrant
import io.kotest.assertions.throwables.shouldNotThrowAny
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.collections.shouldNotBeEmpty
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldStartWith
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.test.runTest
import kotlinx.serialization.json.JsonPrimitive
import java.io.IOException
import java.net.ConnectException
import java.time.Duration

private const val INTERNAL = "https://keycloak.internal:8443"
private const val PLAIN = "http://keycloak:8080"

/** Answers as the server with the public name would, whatever it is called here. */
private fun answering(): RecordingTransport =
    RecordingTransport { request ->
        val public = request.url.replace(INTERNAL, ISSUER).replace(PLAIN, ISSUER)
        everyAnswer(request.withUrl(public))
    }

@OptIn(InsecureRequests::class)
class MapOriginSpec :
    FunSpec({
        for ((name, operation) in EVERY_OPERATION) {
            test("the requests of each operation go to the mapped origin, with their path and query: $name") {
                val recorded = answering()
                val plain = RecordingTransport(::everyAnswer)
                val from = if (name == "resource") RESOURCE_URL.substringBefore("/orders") else ISSUER
                operation(
                    Connection.open {
                        transport = plain
                        clock = FIXED_CLOCK
                    },
                )
                operation(
                    Connection.open {
                        transport = recorded
                        clock = FIXED_CLOCK
                        mapOrigin(from, INTERNAL)
                    },
                )

                recorded.requests.map { it.url }.shouldNotBeEmpty()
                recorded.requests.map { it.url } shouldBe plain.requests.map { it.url.replace(from, INTERNAL) }
            }
        }

        fun client(
            transport: HttpTransport,
            configure: ClientSettings.() -> Unit = {},
        ): OpenIdClient =
            OpenIdClient(serverMetadata(), CLIENT_ID) {
                this.transport = transport
                clock = FIXED_CLOCK
                mapOrigin(ISSUER, INTERNAL)
                configure()
            }

        test("path and query are sent as they are written") {
            val recorded = answering()
            val odd = "$ISSUER/a/../%2e/b%2Fc//token?x=%41&y=https://as.example.com"
            val server = serverMetadata("token_endpoint" to JsonPrimitive(odd.replace("/../%2e", "")))
            OpenIdClient(server, CLIENT_ID) {
                transport = recorded
                mapOrigin(ISSUER, INTERNAL)
            }.clientCredentialsGrant()
            recorded.requests.single().url shouldBe "$INTERNAL/a/b%2Fc//token?x=%41&y=https://as.example.com"
        }

        test("the browser is sent to the public name") {
            client(answering()).authorizationRequest { redirectUri(REDIRECT_URI) }.url shouldStartWith
                "$ISSUER/authorize?"
        }

        test("proofs, assertions, permitUrl and listeners have the public name") {
            val recorded = answering()
            val permitted = mutableListOf<String>()
            val heard = mutableListOf<String>()
            val key = SigningKey.generate()
            client(recorded) {
                authentication = PrivateKeyJwt(key)
                permitUrl {
                    permitted += it
                    true
                }
                listener(
                    object : ClientListener {
                        override fun started(operation: Operation): Observation {
                            heard += "${operation.serverAddress}:${operation.serverPort}"
                            return Observation.NONE
                        }
                    },
                )
            }.withDpop(Dpop(SigningKey.generate())).clientCredentialsGrant()

            val request = recorded.requests.single()
            request.url shouldBe "$INTERNAL/token"
            val proof = Jwt.parse(checkNotNull(request.headers["dpop"]), "proof")
            proof.claims["htu"] shouldBe JsonPrimitive("$ISSUER/token")
            val form = request.body?.let { String(it.bytes()) }.orEmpty()
            val assertion = Jwt.parse(form.substringAfter("client_assertion=").substringBefore('&'), "assertion")
            assertion.claims["aud"].toString() shouldContain ISSUER
            assertion.claims["aud"].toString().contains("keycloak") shouldBe false
            permitted shouldContainExactly listOf("$ISSUER/token")
            heard shouldContainExactly listOf("as.example.com:443")
        }

        test("an http target is used without allowInsecureRequests, and permits no other http URL") {
            val recorded = answering()

            fun insecure(tokenEndpoint: String) =
                OpenIdClient(serverMetadata("token_endpoint" to JsonPrimitive(tokenEndpoint)), CLIENT_ID) {
                    transport = recorded
                    mapOriginInsecure(ISSUER, PLAIN)
                }
            insecure("$ISSUER/token").clientCredentialsGrant()
            recorded.requests.single().url shouldBe "$PLAIN/token"
            for (other in listOf("$PLAIN/token", "http://as.example.com/token", "http://localhost/token")) {
                shouldThrow<MetadataException> { insecure(other).clientCredentialsGrant() }.code shouldBe
                    ErrorCode.HTTP_REQUEST_FORBIDDEN
            }
            recorded.requests.size shouldBe 1
        }

        context("what is said of a server that is reached by another name") {
            val request = "POST https://as.example.com/token"

            for (broken in listOf(ConnectException("refused"), IOException("reset"))) {
                test("has both names where there is no answer: ${broken.javaClass.simpleName}") {
                    val e =
                        shouldThrow<TransportException> {
                            client({ throw broken }).clientCredentialsGrant()
                        }

                    e.message shouldContain "$request at $INTERNAL (mapOrigin): ${broken.javaClass.simpleName}"
                    e.request shouldBe request
                    shouldShowNoSecret(e)
                }
            }

            test("is what a transport of the program's own says, of the public name") {
                val e =
                    shouldThrow<TransportException> {
                        client({ throw TransportException(ErrorCode.NETWORK_ERROR, "gone", null, Reached.NO) })
                            .clientCredentialsGrant()
                    }

                e.message shouldBe "$request: gone"
                e.request shouldBe request
                e.reached shouldBe Reached.NO
            }

            test("has both names where the time is up") {
                runTest {
                    val e =
                        shouldThrow<TransportException> {
                            client({ awaitCancellation() }) { timeout = Duration.ofMillis(50) }.clientCredentialsGrant()
                        }

                    e.message shouldBe
                        "$request at $INTERNAL (mapOrigin) was not answered within 50 ms (timeout in the settings)"
                    e.request shouldBe request
                }
            }

            test("has the public name where it answered") {
                val e =
                    shouldThrow<InvalidResponseException> {
                        client({ response("no", 500, "text/plain") }).clientCredentialsGrant()
                    }

                e.message shouldStartWith request
                e.message.orEmpty().contains("internal") shouldBe false
            }
        }

        context("a transport that maps origins") {
            test("may be wrapped again for another one, and its rules are one set with those of the settings") {
                val recorded = answering()
                val mapping =
                    recorded
                        .mappingOrigin(
                            ISSUER,
                            INTERNAL,
                        ).mappingOrigin("https://b.example.com", "https://b.internal")
                mapping.send(HttpRequest("GET", "$ISSUER/a?b"))
                mapping.send(HttpRequest("GET", "https://b.example.com/a"))
                mapping.send(HttpRequest("GET", "https://c.example.com/a"))

                recorded.requests.map { it.url } shouldBe
                    listOf("$INTERNAL/a?b", "https://b.internal/a", "https://c.example.com/a")
                shouldThrow<IllegalArgumentException> { mapping.mappingOrigin(INTERNAL, "https://d") }
                shouldThrow<IllegalArgumentException> {
                    Connection.open {
                        transport = mapping
                        mapOrigin(ISSUER, "https://d")
                    }
                }.message shouldContain "is mapped already"
            }

            test("takes http as a target by a call of its own only") {
                val recorded = answering()
                shouldThrow<IllegalArgumentException> { recorded.mappingOrigin(ISSUER, PLAIN) }
                recorded.mappingOriginInsecure(ISSUER, PLAIN).send(HttpRequest("GET", "$ISSUER/a"))

                recorded.requests.single().url shouldBe "$PLAIN/a"
            }

            test("presents the certificate of the transport that was opened, without a word more") {
                HttpEngine.JAVA
                    .open {
                        tls {
                            keyStore(
                                Certificates.keyStore("client", "RSA"),
                                Certificates.PASSWORD.toCharArray(),
                            )
                        }
                    }.use { opened ->
                        shouldNotThrowAny {
                            OpenIdClient(serverMetadata(), CLIENT_ID) {
                                transport = opened.mappingOrigin(ISSUER, INTERNAL)
                                authentication = TlsClientAuth
                            }
                        }
                    }
            }
        }

        context("a security profile") {
            fun fapi(configure: ClientSettings.() -> Unit) =
                OpenIdClient(serverMetadata(), CLIENT_ID) {
                    authentication = PrivateKeyJwt(SigningKey.generate())
                    fapi2Security()
                    configure()
                }

            test("takes an https target") {
                fapi { mapOrigin(ISSUER, INTERNAL) }.close()
            }

            test("refuses an http target, also one of a given transport or connection") {
                val message = "FAPI 2.0 Security Profile: mapOriginInsecure(…) must not be called: requests need TLS"
                shouldThrow<IllegalArgumentException> { fapi { mapOriginInsecure(ISSUER, PLAIN) } }.message shouldBe
                    message
                shouldThrow<IllegalArgumentException> {
                    fapi { transport = answering().mappingOriginInsecure(ISSUER, PLAIN) }
                }.message shouldBe message
                shouldThrow<IllegalArgumentException> {
                    fapi {
                        connection =
                            Connection.open {
                                transport = answering()
                                mapOriginInsecure(ISSUER, PLAIN)
                            }
                    }
                }.message shouldBe message
            }

            test("refuses a transport that was opened with other cipher suites, also behind a mapping") {
                HttpEngine.JAVA.open().use { opened ->
                    shouldThrow<IllegalArgumentException> {
                        fapi { transport = opened.mappingOrigin(ISSUER, INTERNAL) }
                    }.message shouldContain "recommendedCipherSuites()"
                }
            }
        }

        test("contradicts a connection that was given") {
            shouldThrow<IllegalArgumentException> {
                OpenIdClient(serverMetadata(), CLIENT_ID) {
                    connection = Connection.open { transport = answering() }
                    mapOrigin(ISSUER, INTERNAL)
                }
            }.message shouldStartWith "mapOrigin(…) cannot be set for a client that is given a connection"
        }

        test("a server with another name on its own port is discovered by the public one") {
            LocalServer {
                val json = """{"issuer":"$ISSUER","token_endpoint":"$ISSUER/token"}"""
                respond(body = json, fields = arrayOf("Content-Type: application/json"))
            }.use { server ->
                OpenIdClient
                    .discover(ISSUER, CLIENT_ID) { mapOriginInsecure(ISSUER, "http://127.0.0.1:${server.port}") }
                    .use { it.server.issuer shouldBe ISSUER }

                val request = server.requests.single()
                request.requestLine shouldBe "GET /.well-known/openid-configuration HTTP/1.1"
                request.all("host") shouldBe listOf("127.0.0.1:${server.port}")
            }
        }

        for (engine in listOf(HttpEngine.JAVA, HttpEngine.CIO)) {
            test("TLS checks the certificate for the name in use, and not for the public one: $engine") {
                suspend fun discoverAtServerOf(names: String): String =
                    LocalServer(Certificates.listener(Certificates.issued(names))) {
                        val json = """{"issuer":"$ISSUER"}"""
                        respond(body = json, fields = arrayOf("Content-Type: application/json"))
                    }.use { server ->
                        OpenIdClient
                            .discover(ISSUER, CLIENT_ID) {
                                this.engine = engine
                                tls { trustPem(Certificates.authorityPem) }
                                mapOrigin(ISSUER, "https://localhost:${server.port}")
                            }.use { it.server.issuer }
                    }

                discoverAtServerOf("dns:localhost") shouldBe ISSUER
                val e = shouldThrow<TransportException> { discoverAtServerOf("dns:as.example.com") }
                e.message shouldContain "/.well-known/openid-configuration at https://localhost:"
            }
        }

        context("the way out is named") {
            test("where discovery by the internal name finds a server with a public one") {
                val e =
                    shouldThrow<ValidationException> {
                        OpenIdClient.discover(INTERNAL, CLIENT_ID) {
                            transport = RecordingTransport { response("""{"issuer":"$ISSUER"}""") }
                        }
                    }

                e.message shouldContain
                    "ask for the issuer by the name that it gives itself; where it is not reached by that name from " +
                    "here, say mapOrigin(\"$ISSUER\", \"$INTERNAL\") too"
            }

            test("with the call that permits http, where the internal name is asked so") {
                shouldThrow<ValidationException> {
                    OpenIdClient.discover(PLAIN, CLIENT_ID) {
                        allowInsecureRequests()
                        transport = RecordingTransport { response("""{"issuer":"$ISSUER"}""") }
                    }
                }.message shouldContain "say mapOriginInsecure(\"$ISSUER\", \"$PLAIN\") too"
            }

            test("not where one server has another path") {
                shouldThrow<ValidationException> {
                    OpenIdClient.discover("$ISSUER/a", CLIENT_ID) {
                        transport = RecordingTransport { response("""{"issuer":"$ISSUER/b"}""") }
                    }
                }.message.orEmpty().contains("mapOrigin") shouldBe false
            }
        }
    })
