package dev.openidclient.client

import com.nimbusds.jose.jwk.RSAKey
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.OAuthException
import dev.openidclient.error.TransportException
import dev.openidclient.error.ValidationException
import dev.openidclient.http.HttpResponse
import dev.openidclient.testing.JwksServer
import dev.openidclient.testing.JwksServer.Companion.keys
import dev.openidclient.testing.JwksServer.Companion.token
import dev.openidclient.testing.TestKeys
import dev.openidclient.testing.response
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.test.currentTime
import kotlinx.coroutines.test.runCurrent
import kotlinx.coroutines.test.runTest
import java.io.IOException
import java.time.Duration
import java.time.temporal.ChronoUnit

private const val LIFETIME = 300L
private const val HOUR = 3600L

private val LOST: suspend () -> HttpResponse = { throw IOException("connection lost") }

class JwksCacheOutageSpec :
    FunSpec({
        val known = TestKeys.rsa
        val unknown = TestKeys.otherRsa

        context("without tolerance") {
            test("old keys are of no use in an outage") {
                val (server, client) = clientWithOldKeys(Duration.ZERO)

                shouldThrow<TransportException> { client.jwks.verify(token(known)) }
                server.downloads shouldBe 2
            }
        }

        context("with tolerance, in an outage,") {
            test("a known kid is verified with the old keys") {
                val (server, client) = clientWithOldKeys()
                client.jwks.verify(token(known))

                server.downloads shouldBe 2
            }

            test("a known kid is verified until the tolerance is over") {
                val (server, client) = clientWithOldKeys()
                server.clock.advance(HOUR - 1)
                client.jwks.verify(token(known))
            }

            test("a known kid is refused when the tolerance is over") {
                val (server, client) = clientWithOldKeys()
                server.clock.advance(HOUR)

                shouldThrow<TransportException> { client.jwks.verify(token(known)) }
            }

            test("the tolerance may be without end") {
                val (server, client) = clientWithOldKeys(ChronoUnit.FOREVER.duration)
                server.clock.advance(HOUR * HOUR)
                client.jwks.verify(token(known))
            }

            test("a wrong signature is refused") {
                val (_, client) = clientWithOldKeys()

                shouldThrow<ValidationException> { client.jwks.verify(token(unknown, kid = known.keyID)) }
            }

            test("an unknown kid is refused for the outage") {
                val (_, client) = clientWithOldKeys()

                shouldThrow<TransportException> { client.jwks.verify(token(unknown)) }.code shouldBe
                    ErrorCode.NETWORK_ERROR
            }

            test("a token without kid is refused, even if one key fits") {
                val (_, client) = clientWithOldKeys()

                shouldThrow<TransportException> { client.jwks.verify(token(known, kid = null)) }
            }

            test("a kid of several keys is verified with the one that fits") {
                val twin = RSAKey.Builder(unknown).keyID(known.keyID).build()
                val server = JwksServer { keys(known, twin) }
                val client = server.client { jwksOutageTolerance = Duration.ofSeconds(HOUR) }
                client.jwks.verify(token(known))
                server.clock.advance(LIFETIME)
                server.answer = LOST
                client.jwks.verify(token(known))

                server.downloads shouldBe 2
            }

            test("a client that never had keys has none") {
                val client = JwksServer(LOST).client { jwksOutageTolerance = Duration.ofSeconds(HOUR) }

                shouldThrow<TransportException> { client.jwks.verify(token(known)) }
            }

            test("keys from the future are of no use") {
                val (server, client) = clientWithOldKeys()
                server.clock.advance(-LIFETIME - 1)

                shouldThrow<TransportException> { client.jwks.verify(token(known)) }
            }
        }

        context("an outage is") {
            for (status in listOf(500, 503, 599)) {
                test("status $status") {
                    val (server, client) = clientWithOldKeys()
                    server.answer = { response("{}", status) }
                    client.jwks.verify(token(known))

                    server.downloads shouldBe 2
                }
            }

            test("a timeout") {
                runTest {
                    val (server, client) = clientWithOldKeys()
                    server.answer = { awaitCancellation() }
                    client.jwks.verify(token(known))

                    currentTime shouldBe 30_000
                }
            }
        }

        context("no outage is") {
            val answers =
                mapOf(
                    "status 404" to response("{}", status = 404),
                    "status 429" to response("{}", status = 429),
                    "status 302" to response("", status = 302),
                    "status 600" to response("", status = 600),
                    "a page" to response("<html>", contentType = "text/html"),
                    "JSON that is no JWK Set" to response("{}"),
                )
            for ((name, answer) in answers) {
                test(name) {
                    val (server, client) = clientWithOldKeys()
                    server.answer = { answer }

                    shouldThrow<InvalidResponseException> { client.jwks.verify(token(known)) }
                }
            }

            test("a download that is held back after such answers") {
                val (server, client) = clientWithOldKeys()
                server.answer = { response("{}", status = 404) }
                repeat(3) { shouldThrow<InvalidResponseException> { client.jwks.verify(token(known)) } }

                shouldThrow<TransportException> { client.jwks.verify(token(known)) }
                server.downloads shouldBe 1 + 3
            }

            test("a JWK Set without the kid") {
                val (server, client) = clientWithOldKeys()
                server.answer = { keys(unknown) }

                shouldThrow<ValidationException> { client.jwks.verify(token(known)) }.code shouldBe
                    ErrorCode.KEY_SELECTION_FAILED
            }

            test("cancellation of the caller") {
                runTest {
                    val (server, client) = clientWithOldKeys()
                    server.answer = { awaitCancellation() }
                    val call = async { client.jwks.verify(token(known)) }
                    runCurrent()
                    call.cancel()

                    shouldThrow<CancellationException> { call.await() }
                }
            }
        }

        context("after a failure that was tolerated") {
            test("nobody waits for another download within 60 seconds") {
                val (server, client) = clientWithOldKeys()
                client.jwks.verify(token(known))
                server.clock.advance(59)
                client.jwks.verify(token(known))

                server.downloads shouldBe 2
            }

            test("a download is tried again after 60 seconds") {
                val (server, client) = clientWithOldKeys()
                client.jwks.verify(token(known))
                server.clock.advance(60)
                client.jwks.verify(token(known))

                server.downloads shouldBe 3
            }

            test("an unknown kid is tried at once") {
                val (server, client) = clientWithOldKeys()
                client.jwks.verify(token(known))
                server.answer = { keys(known, unknown) }
                client.jwks.verify(token(unknown))

                server.downloads shouldBe 3
            }

            test("the tolerance is over at its time, within the 60 seconds too") {
                val (server, client) = clientWithOldKeys()
                server.clock.advance(HOUR - 1)
                client.jwks.verify(token(known))
                server.clock.advance(1)

                shouldThrow<OAuthException> { client.jwks.verify(token(known)) }
                server.downloads shouldBe 3
            }

            test("new keys count when the server is back") {
                val (server, client) = clientWithOldKeys()
                client.jwks.verify(token(known))
                server.answer = { keys(unknown) }
                server.clock.advance(60)

                shouldThrow<ValidationException> { client.jwks.verify(token(known)) }
                client.jwks.verify(token(unknown))
                server.downloads shouldBe 3
            }
        }
    })

/** A client that knows the first of the test keys, for just too long, and whose server is lost. */
private suspend fun clientWithOldKeys(tolerance: Duration = Duration.ofSeconds(HOUR)): Pair<JwksServer, OpenIdClient> {
    val server = JwksServer { keys(TestKeys.rsa) }
    val client = server.client { jwksOutageTolerance = tolerance }
    client.jwks.verify(token(TestKeys.rsa))
    server.clock.advance(LIFETIME)
    server.answer = LOST
    return server to client
}
