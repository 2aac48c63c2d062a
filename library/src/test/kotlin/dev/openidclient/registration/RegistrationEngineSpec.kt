package dev.openidclient.registration

import dev.openidclient.client.InsecureRequests
import dev.openidclient.client.OpenIdClient
import dev.openidclient.contract.LocalServer
import dev.openidclient.error.OAuthException
import dev.openidclient.http.HttpEngine
import dev.openidclient.network.openDescriptors
import io.kotest.assertions.nondeterministic.eventually
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.ints.shouldBeLessThan
import kotlin.time.Duration.Companion.seconds

private const val FAILURES = 30

@OptIn(InsecureRequests::class)
class RegistrationEngineSpec :
    FunSpec({
        // guards against a hang
        timeout = 120_000

        test("a registration that fails closes the engine that it made") {
            var issuer = ""
            val refusing =
                LocalServer.conversing {
                    if (readRequest()?.requestLine.orEmpty().startsWith("GET")) {
                        respond(body = """{"issuer":"$issuer","registration_endpoint":"$issuer/register"}""")
                    } else {
                        respond(
                            "400 Bad Request",
                            """{"error":"invalid_redirect_uri"}""",
                            "Content-Type: application/json",
                        )
                    }
                }
            refusing.use { server ->
                issuer = "http://127.0.0.1:${server.port}"

                suspend fun fail() =
                    shouldThrow<OAuthException> {
                        OpenIdClient.register(issuer) {
                            // its descriptors are given back when it is closed, not when it is collected
                            settings {
                                engine = HttpEngine.CIO
                                allowInsecureRequests()
                            }
                        }
                    }

                fail()
                val before = openDescriptors()
                repeat(FAILURES) { fail() }
                before?.let { eventually(10.seconds) { openDescriptors()!! - it shouldBeLessThan FAILURES } }
            }
        }
    })
