package dev.openidclient.token

import dev.openidclient.client.ClientSettings
import dev.openidclient.client.OpenIdClient
import dev.openidclient.error.DecryptionException
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.MetadataException
import dev.openidclient.error.OAuthException
import dev.openidclient.error.Reached
import dev.openidclient.error.ResponseBodyException
import dev.openidclient.error.TransportException
import dev.openidclient.error.UnacceptedTokens
import dev.openidclient.error.UnsupportedFeatureException
import dev.openidclient.error.ValidationException
import dev.openidclient.http.HttpRequest
import dev.openidclient.http.HttpResponse
import dev.openidclient.jose.DecryptionKey
import dev.openidclient.registration.register
import dev.openidclient.testing.ACCESS_TOKEN
import dev.openidclient.testing.CLIENT_ID
import dev.openidclient.testing.CODE
import dev.openidclient.testing.FIXED_CLOCK
import dev.openidclient.testing.ISSUER
import dev.openidclient.testing.NONCE
import dev.openidclient.testing.REDIRECT_URI
import dev.openidclient.testing.STATE
import dev.openidclient.testing.StubServer
import dev.openidclient.testing.answerTokens
import dev.openidclient.testing.encrypted
import dev.openidclient.testing.hybridCallback
import dev.openidclient.testing.idToken
import dev.openidclient.testing.pendingAuthorization
import dev.openidclient.testing.response
import dev.openidclient.testing.serverMetadata
import dev.openidclient.testing.tokenResponseJson
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldNotContain
import io.kotest.matchers.string.shouldStartWith
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.delay
import kotlinx.coroutines.test.runTest
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonPrimitive
import java.io.IOException
import java.net.ConnectException
import java.security.GeneralSecurityException
import java.util.concurrent.TimeoutException

private const val CALLBACK = "$REDIRECT_URI?code=$CODE&state=$STATE"
private val REFRESH_TOKEN = "refresh_token" to JsonPrimitive("8xLOxBtZp8")
private val ISSUED = UnacceptedTokens(ACCESS_TOKEN, "8xLOxBtZp8")

private suspend fun exchange(
    server: StubServer,
    callback: String = CALLBACK,
    configure: ClientSettings.() -> Unit = {},
): TokenResponse =
    server.client(configure = configure).authorizationCodeGrant(callback, pendingAuthorization(nonce = NONCE))

private fun issuing(vararg changes: Pair<String, JsonElement?>) = StubServer().answerTokens(REFRESH_TOKEN, *changes)

/** Sends through a function that may fail. */
private fun client(
    configure: ClientSettings.() -> Unit = {},
    send: (HttpRequest) -> HttpResponse,
): OpenIdClient =
    OpenIdClient(serverMetadata(), CLIENT_ID) {
        transport = { send(it) }
        clock = FIXED_CLOCK
        configure()
    }

private fun remoteKey(decrypt: suspend () -> ByteArray): DecryptionKey =
    object : DecryptionKey {
        override val keyId = null
        override val algorithms = setOf("RSA-OAEP-256")
        override val curve = null

        override suspend fun decrypt(jwe: String): ByteArray = decrypt()
    }

class FailedOperationSpec :
    FunSpec({
        context("a code is not used up") {
            test("where the state is wrong") {
                val e = shouldThrow<ValidationException> { exchange(issuing(), "$REDIRECT_URI?code=$CODE&state=other") }

                e.reached shouldBe Reached.NO
                e.subject shouldBe "state"
                e.request.shouldBeNull()
                e.unacceptedTokens.shouldBeNull()
            }

            test("where the issuer is wrong") {
                val e = shouldThrow<ValidationException> { exchange(issuing(), "$CALLBACK&iss=https://other") }

                e.reached shouldBe Reached.NO
                e.subject shouldBe "iss"
            }

            test("where the server refused the person") {
                shouldThrow<OAuthException> { exchange(issuing(), "$REDIRECT_URI?error=access_denied&state=$STATE") }
                    .reached shouldBe Reached.NO
            }

            test("where what is pending is of another server") {
                val e =
                    shouldThrow<ValidationException> {
                        issuing().client().authorizationCodeGrant(CALLBACK, pendingAuthorization(issuer = "https://b"))
                    }
                e.reached shouldBe Reached.NO
                e.subject shouldBe "pending_authorization"
            }

            test("where there is no token endpoint") {
                shouldThrow<MetadataException> {
                    StubServer()
                        .client(serverMetadata("token_endpoint" to null))
                        .authorizationCodeGrant(CALLBACK, pendingAuthorization())
                }.reached shouldBe Reached.NO
            }

            test("where there is no connection") {
                shouldThrow<TransportException> {
                    client {
                        throw ConnectException(
                            "refused",
                        )
                    }.authorizationCodeGrant(CALLBACK, pendingAuthorization())
                }.reached shouldBe Reached.NO
            }

            test(
                "where the keys for the ID Token in the front channel cannot be had, whatever became of that request",
            ) {
                for (failure in listOf<
                    (
                        HttpRequest,
                    ) -> HttpResponse,
                >({ throw IOException() }, { response("{}", 500) })) {
                    val client = client({ useCodeIdTokenResponseType() }, failure)
                    val e =
                        shouldThrow<OAuthException> {
                            client.authorizationCodeGrant(hybridCallback(), pendingAuthorization(nonce = NONCE))
                        }
                    e.reached shouldBe Reached.NO
                    e.request shouldBe "GET $ISSUER/jwks"
                }
            }
        }

        test("whether a code is used up is unknown where no answer came") {
            val e =
                shouldThrow<TransportException> {
                    client { throw IOException("reset") }.authorizationCodeGrant(CALLBACK, pendingAuthorization())
                }
            e.reached shouldBe Reached.UNKNOWN
            e.request shouldBe "POST $ISSUER/token"
        }

        context("a code is used up, and the tokens are kept,") {
            test("where the server answered with an error") {
                val server = StubServer().answer("/token", """{"error":"invalid_grant"}""", 400)
                val e = shouldThrow<ResponseBodyException> { exchange(server) }

                e.reached shouldBe Reached.ANSWERED
                e.request shouldBe "POST $ISSUER/token"
                e.unacceptedTokens.shouldBeNull()
            }

            test("without tokens where the answer has none") {
                val server = StubServer().answer("/token", """{"token_type":"Bearer","access_token":""}""")
                val e = shouldThrow<InvalidResponseException> { exchange(server) }

                e.reached shouldBe Reached.ANSWERED
                e.unacceptedTokens.shouldBeNull()
            }

            test("where the ID Token is for another client") {
                val server = issuing("id_token" to idToken("aud" to JsonPrimitive("other")))
                val e = shouldThrow<ValidationException> { exchange(server) }

                e.reached shouldBe Reached.ANSWERED
                e.subject shouldBe "claim:aud"
                e.unacceptedTokens shouldBe ISSUED
                e.message shouldStartWith "POST $ISSUER/token: "
                e.unacceptedTokens.toString() shouldNotContain ACCESS_TOKEN
            }

            test("where the nonce is another") {
                val server = issuing("id_token" to idToken("nonce" to JsonPrimitive("other")))
                val e = shouldThrow<ValidationException> { exchange(server) }

                e.subject shouldBe "nonce"
                e.unacceptedTokens shouldBe ISSUED
            }

            test("where the ID Token is missing") {
                val e = shouldThrow<InvalidResponseException> { exchange(issuing()) }

                e.reached shouldBe Reached.ANSWERED
                e.status shouldBe 200
                e.unacceptedTokens shouldBe ISSUED
                e.body.decodeToString() shouldBe tokenResponseJson(REFRESH_TOKEN).toString()
                e.headers["content-type"] shouldBe listOf("application/json")
                e.toString() shouldNotContain ACCESS_TOKEN
            }

            test("where a member is of another type") {
                val e = shouldThrow<InvalidResponseException> { exchange(issuing("id_token" to JsonPrimitive(1))) }

                e.unacceptedTokens shouldBe ISSUED
            }

            test("where the token type is not supported") {
                val server = issuing("token_type" to JsonPrimitive("mac"))
                val e = shouldThrow<UnsupportedFeatureException> { server.client().refreshTokenGrant("r1") }

                e.reached shouldBe Reached.ANSWERED
                e.unacceptedTokens shouldBe ISSUED
            }

            test("where the keys for the ID Token cannot be had afterwards") {
                val answer = tokenResponseJson(REFRESH_TOKEN, "id_token" to idToken("nonce" to JsonPrimitive(NONCE)))
                val client =
                    client({ nonRepudiationChecks() }) {
                        if (it.url.endsWith("/token")) response(answer.toString()) else throw ConnectException()
                    }
                val e =
                    shouldThrow<TransportException> {
                        client.authorizationCodeGrant(CALLBACK, pendingAuthorization(nonce = NONCE))
                    }

                e.reached shouldBe Reached.ANSWERED
                e.request shouldBe "GET $ISSUER/jwks"
                e.unacceptedTokens shouldBe ISSUED
            }

            for (failure in listOf(IllegalStateException("a defect"), TimeoutException("of a future"))) {
                test("where the transport of the keys fails with ${failure.javaClass.simpleName}, as it should not") {
                    val answer = tokenResponseJson(REFRESH_TOKEN, "id_token" to idToken())
                    val client =
                        client({ nonRepudiationChecks() }) {
                            if (it.url.endsWith("/token")) response(answer.toString()) else throw failure
                        }
                    val e = shouldThrow<TransportException> { client.refreshTokenGrant("r1") }

                    e.reached shouldBe Reached.ANSWERED
                    e.request shouldBe "GET $ISSUER/jwks"
                    e.message shouldBe
                        "GET $ISSUER/jwks: the transport or permitUrl of the settings failed, ${failure.javaClass.name}"
                    e.unacceptedTokens shouldBe ISSUED
                }
            }

            for (failure in listOf(
                IOException("no connection to the key service"),
                IllegalStateException("closed"),
                GeneralSecurityException("no session"),
                TimeoutException("of a future"),
                CancellationException("closed"),
            )) {
                test("where a decryption key of the caller's own fails with ${failure.javaClass.simpleName}") {
                    val server = issuing("id_token" to JsonPrimitive(encrypted(idToken().content)))
                    val e =
                        shouldThrow<DecryptionException> {
                            server.client { decryption(remoteKey { throw failure }) }.refreshTokenGrant("r1")
                        }

                    e.reached shouldBe Reached.ANSWERED
                    e.cause shouldBe failure
                    e.message shouldStartWith "POST $ISSUER/token: the ID Token could not be decrypted: the key of " +
                        "decryption(…) in the settings with alg RSA-OAEP-256 no kid failed, "
                    e.unacceptedTokens shouldBe ISSUED
                }
            }

            test("where the access token is bound to nothing") {
                val e =
                    shouldThrow<ValidationException> {
                        issuing().client { requireSenderConstrained() }.refreshTokenGrant("r1")
                    }

                e.subject shouldBe "token_binding"
                e.unacceptedTokens shouldBe ISSUED
            }

            test("where the ID Token cannot be decrypted") {
                val server = issuing("id_token" to JsonPrimitive("e30.a.b.c.d"))
                val e = shouldThrow<OAuthException> { server.client().refreshTokenGrant("r1") }

                (e is DecryptionException || e is UnsupportedFeatureException) shouldBe true
                e.unacceptedTokens shouldBe ISSUED
            }
        }

        test("who is cancelled while a decryption key of the caller's own is asked stays cancelled") {
            runTest {
                val server = issuing("id_token" to JsonPrimitive(encrypted(idToken().content)))
                val key = remoteKey { awaitCancellation() }
                val refreshing = async { server.client { decryption(key) }.refreshTokenGrant("r1") }
                delay(1_000)
                refreshing.cancel(CancellationException("enough"))

                shouldThrow<CancellationException> { refreshing.await() }.message shouldBe "enough"
            }
        }

        test("nothing was registered where the server is not found") {
            val e =
                shouldThrow<OAuthException> {
                    OpenIdClient.register(ISSUER) { settings { transport = StubServer().transport } }
                }
            e.reached shouldBe Reached.NO
        }
    })
