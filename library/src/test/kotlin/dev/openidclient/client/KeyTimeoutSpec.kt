package dev.openidclient.client

import dev.openidclient.authorization.authorizationRequest
import dev.openidclient.authorization.push
import dev.openidclient.authorization.sign
import dev.openidclient.clientauth.ClientAuthentication
import dev.openidclient.clientauth.PrivateKeyJwt
import dev.openidclient.dpop.Dpop
import dev.openidclient.jose.SigningKey
import dev.openidclient.resource.resource
import dev.openidclient.testing.ISSUER
import dev.openidclient.testing.StubServer
import dev.openidclient.testing.pushableMetadata
import dev.openidclient.token.clientCredentialsGrant
import dev.openidclient.token.introspect
import dev.openidclient.token.refreshTokenGrant
import dev.openidclient.token.revoke
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.TimeoutCancellationException
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.test.runTest
import kotlinx.coroutines.withTimeout
import kotlinx.serialization.json.JsonPrimitive

/** A key that lives elsewhere and gives up after a second. */
private class SlowKey : SigningKey by SigningKey.generate("ES256") {
    override suspend fun sign(bytes: ByteArray): ByteArray = withTimeout(1_000) { awaitCancellation() }
}

private val SLOW = ClientAuthentication { withTimeout(1_000) { awaitCancellation() } }

private val ENDPOINTS =
    pushableMetadata(
        "introspection_endpoint" to JsonPrimitive("$ISSUER/introspect"),
        "revocation_endpoint" to JsonPrimitive("$ISSUER/revoke"),
    )

class KeyTimeoutSpec :
    FunSpec({
        val operations =
            mapOf<String, Pair<String, suspend (StubServer) -> Any?>>(
                "the client credentials grant" to
                    (
                        "the client's authentication" to {
                            it.client { authentication = SLOW }.clientCredentialsGrant()
                        }
                    ),
                "a refresh" to
                    (
                        "the signing key" to {
                            it.client { authentication = PrivateKeyJwt(SlowKey()) }.refreshTokenGrant("r")
                        }
                    ),
                "an introspection" to
                    (
                        "the client's authentication" to {
                            it
                                .client(
                                    ENDPOINTS,
                                ) { authentication = SLOW }
                                .introspect("t")
                        }
                    ),
                "a revocation" to
                    ("the client's authentication" to { it.client(ENDPOINTS) { authentication = SLOW }.revoke("t") }),
                "a pushed request" to
                    (
                        "the client's authentication" to {
                            val client = it.client(ENDPOINTS) { authentication = SLOW }
                            client.push(client.authorizationRequest())
                        }
                    ),
                "a signed request" to
                    (
                        "the signing key" to {
                            val client = it.client()
                            client.sign(client.authorizationRequest(), SlowKey())
                        }
                    ),
                "a DPoP proof" to
                    (
                        "the signing key" to {
                            it.client().withDpop(Dpop(SlowKey())).resource("https://api.example.com/", "t")
                        }
                    ),
            )
        for ((name, operation) in operations) {
            test("is a failure of the key, and no cancellation, in $name") {
                runTest {
                    val server = StubServer()
                    val (what, ask) = operation
                    val thrown = shouldThrow<IllegalStateException> { ask(server) }

                    thrown.message shouldBe
                        "$what was cancelled (kotlinx.coroutines.TimeoutCancellationException), and its caller was " +
                        "not: a timeout of its own was up, or it is closed"
                    thrown.cause.shouldBeInstanceOf<TimeoutCancellationException>()
                    server.received.shouldBeEmpty()
                }
            }
        }

        test("does not end in silence a coroutine that nobody cancelled") {
            runTest {
                var failure: Throwable? = null
                launch {
                    try {
                        StubServer().client { authentication = SLOW }.clientCredentialsGrant()
                    } catch (e: IllegalStateException) {
                        failure = e
                    }
                }.join()

                failure.shouldBeInstanceOf<IllegalStateException>()
                (failure is CancellationException) shouldBe false
            }
        }

        test("leaves cancelled who is cancelled while the key is asked") {
            runTest {
                val never = ClientAuthentication { awaitCancellation() }
                val granting = async { StubServer().client { authentication = never }.clientCredentialsGrant() }
                delay(1_000)
                granting.cancel(CancellationException("enough"))

                shouldThrow<CancellationException> { granting.await() }.message shouldBe "enough"
            }
        }
    })
