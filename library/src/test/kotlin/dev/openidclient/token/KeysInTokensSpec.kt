package dev.openidclient.token

import dev.openidclient.error.ErrorCode
import dev.openidclient.error.ValidationException
import dev.openidclient.testing.StubServer
import dev.openidclient.testing.TestKeys
import dev.openidclient.testing.answerKeys
import dev.openidclient.testing.idTokenClaims
import dev.openidclient.testing.shouldFailWith
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonPrimitive
import java.net.InetAddress
import java.net.InetSocketAddress
import java.nio.channels.ServerSocketChannel

/** RFC 8725 §3.10: what a token says of its key is said by whoever made the token. */
class KeysInTokensSpec :
    FunSpec({
        for (name in listOf("jku", "x5u")) {
            test("the URL in $name is not asked") {
                ServerSocketChannel.open().use { listening ->
                    listening.bind(InetSocketAddress(InetAddress.getLoopbackAddress(), 0)).configureBlocking(false)
                    val port = (listening.localAddress as InetSocketAddress).port
                    val server = refusesForged(name to JsonPrimitive("http://localhost:$port/jwks"))

                    listening.accept().shouldBeNull()
                    server.received.map { it.path } shouldBe listOf("/jwks")
                }
            }
        }

        test("the key in jwk is not used") { refusesForged("jwk" to TestKeys.publicJwk(TestKeys.otherRsa)) }

        test("the certificates in x5c are not used, nor their fingerprints") {
            refusesForged("x5c" to JsonArray(listOf(JsonPrimitive("MIIB"))))
            refusesForged("x5t" to JsonPrimitive("AAAA"))
            refusesForged("x5t#S256" to JsonPrimitive("AAAA"))
        }

        test("what stands there harms no token of the server either") {
            val url = JsonPrimitive("http://localhost:1/")
            val header = mapOf("kid" to JsonPrimitive(TestKeys.rsa.keyID), "jku" to url)

            StubServer()
                .answerKeys()
                .client()
                .verifyIdToken(TestKeys.signRsa(idTokenClaims(), header = header), null)
                .subject shouldBe "248289761001"
        }
    })

/** A token that another key signed, which it names itself, beside the `kid` of the server's. */
private suspend fun refusesForged(member: Pair<String, JsonElement>): StubServer {
    val server = StubServer().answerKeys()
    val header = mapOf("kid" to JsonPrimitive(TestKeys.rsa.keyID), member)
    val forged = TestKeys.signRsa(idTokenClaims(), key = TestKeys.otherRsa, header = header)
    shouldFailWith<ValidationException>(ErrorCode.INVALID_RESPONSE, "does not verify") {
        server.client().verifyIdToken(forged, null)
    }
    return server
}
