package dev.openidclient.client

import com.nimbusds.jose.jwk.RSAKey
import com.nimbusds.jose.util.Base64URL
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.TransportException
import dev.openidclient.error.ValidationException
import dev.openidclient.testing.ISSUER
import dev.openidclient.testing.JwksServer
import dev.openidclient.testing.JwksServer.Companion.keys
import dev.openidclient.testing.JwksServer.Companion.token
import dev.openidclient.testing.TestKeys
import dev.openidclient.testing.response
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldEndWith
import java.io.IOException
import java.math.BigInteger

class JwksCacheSpec :
    FunSpec({
        val known = TestKeys.rsa
        val rotated = TestKeys.otherRsa

        context("known keys") {
            test("are not downloaded before they are needed") {
                val server = JwksServer()
                server.client()

                server.downloads shouldBe 0
            }

            test("are kept for 299 seconds") {
                val server = JwksServer()
                val client = server.client()
                client.jwks.verify(token())
                server.clock.advance(299)
                client.jwks.verify(token())

                server.downloads shouldBe 1
            }

            test("are downloaded anew after 300 seconds") {
                val server = JwksServer()
                val client = server.client()
                client.jwks.verify(token())
                server.clock.advance(300)
                client.jwks.verify(token())

                server.downloads shouldBe 2
            }

            test("are of no use after 300 seconds where the server has others by then") {
                val server = JwksServer { keys(known) }
                val client = server.client()
                client.jwks.verify(token(known))
                server.answer = { keys(rotated) }
                server.clock.advance(300)

                shouldThrow<ValidationException> { client.jwks.verify(token(known)) }.code shouldBe
                    ErrorCode.KEY_SELECTION_FAILED
            }

            test("grow old from the end of their download") {
                val server = JwksServer()
                val client = server.client()
                server.answer = { keys(known).also { server.clock.advance(100) } }
                client.jwks.verify(token())
                server.clock.advance(299)
                client.jwks.verify(token())

                server.downloads shouldBe 1
            }

            test("are downloaded anew where the clock was set back") {
                val server = JwksServer()
                val client = server.client()
                client.jwks.verify(token())
                server.clock.advance(-1)
                client.jwks.verify(token())

                server.downloads shouldBe 2
            }

            test("are not shared between clients") {
                val server = JwksServer()
                repeat(2) { server.client().jwks.verify(token()) }

                server.downloads shouldBe 2
            }
        }

        context("an unknown kid") {
            test("is found by a download at once") {
                val server = JwksServer { keys(known) }
                val client = server.client()
                client.jwks.verify(token(known))
                server.answer = { keys(rotated) }
                client.jwks.verify(token(rotated))

                server.downloads shouldBe 2
            }

            test("fails after the first download without another") {
                val server = JwksServer { keys(known) }

                shouldThrow<ValidationException> { server.client().jwks.verify(token(rotated)) }
                server.downloads shouldBe 1
            }

            test("makes three downloads at once, then one in 30 seconds") {
                val (server, client) = clientThatKnows(known)
                repeat(50) { refusedKid(client) }
                server.downloads shouldBe 1 + 3
                server.clock.advance(29)
                refusedKid(client)
                server.downloads shouldBe 1 + 3
                server.clock.advance(1)
                repeat(50) { refusedKid(client) }

                server.downloads shouldBe 1 + 4
            }

            test("may make three downloads again after 90 seconds, and no more") {
                val (server, client) = clientThatKnows(known)
                repeat(50) { refusedKid(client) }
                server.clock.advance(290)
                repeat(50) { refusedKid(client) }

                server.downloads shouldBe 1 + 3 + 3
            }

            test("that has no key says that a download is held back") {
                val (server, client) = clientThatKnows(known)
                repeat(3) { refusedKid(client).message shouldEndWith "the kid \"rsa-1\"" }
                server.clock.advance(10)

                refusedKid(client).message shouldEndWith
                    "the kid \"rsa-1\"; a new download is held back for 20 s after the last ones"
            }

            test("asks once where the keys are too old anyway") {
                val server = JwksServer { keys(known) }
                val client = server.client()
                client.jwks.verify(token(known))
                server.clock.advance(300)

                shouldThrow<ValidationException> { client.jwks.verify(token(rotated)) }
                server.downloads shouldBe 2
            }

            test("leaves the known keys as they are where its download fails") {
                val (server, client) = clientThatKnows(known)
                server.answer = { throw IOException() }

                shouldThrow<TransportException> { client.jwks.verify(token(rotated)) }
                client.jwks.verify(token(known))
                server.downloads shouldBe 2
            }

            test("makes three downloads at once while the server answers 500, and then none") {
                val (server, client) = clientThatKnows(known)
                server.answer = { response("{}", status = 500) }
                repeat(3) { shouldThrow<InvalidResponseException> { client.jwks.verify(token(rotated)) } }
                repeat(50) { refusedKid(client) }

                server.downloads shouldBe 1 + 3
            }
        }

        context("several keys that fit") {
            test("are each tried") {
                val server = JwksServer { keys(known, rotated) }
                val client = server.client()
                client.jwks.verify(token(known, kid = null))
                client.jwks.verify(token(rotated, kid = null))

                server.downloads shouldBe 1
            }

            test("are 8 at the most") {
                val twins = List(8) { number -> TestKeys.publicJwk(twin(number)) }
                val server = JwksServer { response(TestKeys.jwks(*twins.toTypedArray())) }
                shouldThrow<ValidationException> { server.client().jwks.verify(token(known, kid = null)) }
                    .message shouldContain "any of the 8 keys"
                server.answer = { response(TestKeys.jwks(TestKeys.publicJwk(known), *twins.toTypedArray())) }

                shouldThrow<ValidationException> { server.client().jwks.verify(token(known, kid = null)) }
                    .message shouldEndWith "but 9 keys did, of which at most 8 are tried: " +
                    "the \"kid\" of the ID Token must say which one"
            }

            test("that are equal are one") {
                val jwk = TestKeys.publicJwk(known).toString()
                val server = JwksServer { response("""{"keys":[${List(20) { jwk }.joinToString()}]}""") }
                server.client().jwks.verify(token(known))
            }
        }

        test("an entry that is no key does not spoil the others") {
            val server = JwksServer { response("""{"keys":[null,1,"a",${TestKeys.publicJwk(known)}]}""") }
            server.client().jwks.verify(token(known))
        }

        context("a wrong signature") {
            val replaced = RSAKey.Builder(rotated).keyID(known.keyID).build()

            test("is tried once more with newly downloaded keys: one may have been replaced under its kid") {
                val (server, client) = clientThatKnows(known)
                server.answer = { keys(replaced) }
                client.jwks.verify(token(replaced))

                server.downloads shouldBe 2
            }

            test("stays one where the new keys do not verify it either, and makes one download in 60 seconds") {
                val (server, client) = clientThatKnows(known)
                repeat(10) { refusedSignature(client) }
                server.downloads shouldBe 2
                server.clock.advance(59)
                refusedSignature(client)
                server.downloads shouldBe 2
                server.clock.advance(1)
                repeat(10) { refusedSignature(client) }

                server.downloads shouldBe 3
            }

            test("makes no download where unknown kids have used up the downloads") {
                val (server, client) = clientThatKnows(known)
                repeat(3) { refusedKid(client) }
                refusedSignature(client)

                server.downloads shouldBe 1 + 3
            }

            test("makes no second download in the call that made the first") {
                val server = JwksServer { keys(known) }
                refusedSignature(server.client())

                server.downloads shouldBe 1
            }

            test("stays one where new keys cannot be had") {
                val (server, client) = clientThatKnows(known)
                server.answer = { throw IOException() }
                refusedSignature(client)
                client.jwks.verify(token(known))

                server.downloads shouldBe 2
            }

            test("fails for the kid where the new keys do not have it") {
                val (server, client) = clientThatKnows(known)
                server.answer = { keys(rotated) }

                shouldThrow<ValidationException> { client.jwks.verify(token(replaced)) }.code shouldBe
                    ErrorCode.KEY_SELECTION_FAILED
            }
        }

        context("after a failed download") {
            test("keys that are needed are asked for three times at once, then once in 30 seconds") {
                val server = JwksServer { throw IOException() }
                val client = server.client()
                repeat(50) { shouldThrow<TransportException> { client.jwks.verify(token()) } }
                server.downloads shouldBe 3
                server.clock.advance(30)
                repeat(50) { shouldThrow<TransportException> { client.jwks.verify(token()) } }

                server.downloads shouldBe 4
            }

            test("a failure says that the next download is held back, and why") {
                val server = JwksServer { response("{}", status = 500) }
                val client = server.client()
                repeat(3) { shouldThrow<InvalidResponseException> { client.jwks.verify(token()) } }

                shouldThrow<TransportException> { client.jwks.verify(token()) }.message shouldBe
                    "the JWK Set of $ISSUER is not downloaded for another 30 s, as it failed: " +
                    "GET $ISSUER/jwks: expected status 2xx, got 500"
            }

            test("one that succeeds ends that") {
                val server = JwksServer { throw IOException() }
                val client = server.client()
                repeat(3) { shouldThrow<TransportException> { client.jwks.verify(token()) } }
                server.answer = { keys(known) }
                server.clock.advance(30)
                repeat(5) {
                    client.jwks.verify(token())
                    server.clock.advance(300)
                }

                server.downloads shouldBe 3 + 5
            }
        }
    })

private suspend fun clientThatKnows(key: RSAKey): Pair<JwksServer, OpenIdClient> {
    val server = JwksServer { keys(key) }
    val client = server.client()
    client.jwks.verify(token(key))
    return server to client
}

private suspend fun refusedKid(client: OpenIdClient): ValidationException =
    shouldThrow<ValidationException> { client.jwks.verify(token(TestKeys.rsa, kid = "made-up")) }
        .also { it.code shouldBe ErrorCode.KEY_SELECTION_FAILED }

private suspend fun refusedSignature(client: OpenIdClient): ValidationException =
    shouldThrow<ValidationException> { client.jwks.verify(token(TestKeys.otherRsa, kid = TestKeys.rsa.keyID)) }
        .also { it.code shouldBe ErrorCode.INVALID_RESPONSE }

/** Another key with the same `kid`; that nobody can sign with it does not matter here. */
private fun twin(number: Int): RSAKey {
    val modulus = TestKeys.rsa.modulus.decodeToBigInteger() + BigInteger.TWO.pow(number + 1)
    return RSAKey.Builder(Base64URL.encode(modulus), TestKeys.rsa.publicExponent).keyID(TestKeys.rsa.keyID).build()
}
