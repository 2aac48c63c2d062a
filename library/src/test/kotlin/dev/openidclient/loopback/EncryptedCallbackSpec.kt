package dev.openidclient.loopback

import dev.openidclient.error.DecryptionException
import dev.openidclient.error.TransportException
import dev.openidclient.jose.DecryptionKey
import dev.openidclient.testing.StubServer
import dev.openidclient.testing.TestKeys
import dev.openidclient.testing.encrypted
import dev.openidclient.testing.responseJwt
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.types.shouldBeInstanceOf
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.serialization.json.JsonPrimitive
import java.io.IOException
import java.time.Duration
import java.util.concurrent.atomic.AtomicInteger

private val KEY = DecryptionKey.fromKeyPair(TestKeys.otherRsa.toKeyPair(), "RSA-OAEP-256")

/** Opens what the first [failures] calls have not: those [fail]. */
private class FailingKey(
    private val failures: Int,
    private val fail: suspend () -> ByteArray,
) : DecryptionKey by KEY {
    val asked = AtomicInteger()

    fun client() =
        StubServer().client {
            useJwtResponseMode()
            decryption(this@FailingKey)
        }

    override suspend fun decrypt(jwe: String): ByteArray =
        if (asked.incrementAndGet() <= failures) fail() else KEY.decrypt(jwe)
}

private fun own(signIn: WaitingSignIn) = responseJwt("state" to JsonPrimitive(signIn.state))

/** Null where the end comes before the answer. */
private suspend fun WaitingSignIn.statusOf(response: String): Int? =
    try {
        get("/callback?response=$response").status
    } catch (_: IOException) {
        null
    } catch (_: IndexOutOfBoundsException) {
        null
    } catch (_: NumberFormatException) {
        null
    }

/** Over real sockets: responses that are encrypted, where something is in the way. */
class EncryptedCallbackSpec :
    FunSpec({
        // guards against a hang
        timeout = 60_000

        test("where the client has no key at all, the response is why nobody came back in time") {
            val client = StubServer().client { useJwtResponseMode() }
            waiting({ timeout = Duration.ofSeconds(2) }, client) { signIn ->
                signIn.get("/callback?response=${encrypted(own(signIn))}").status shouldBe 400

                val late = shouldThrow<TransportException> { signIn.callback.await() }

                late.cause.shouldBeInstanceOf<DecryptionException>().message shouldContain "decryption(…)"
            }
        }

        test("a key that is out of reach is asked up to three times: the browser comes once only") {
            for ((failures, status) in listOf(2 to 200, 3 to 400)) {
                withClue("$failures failures") {
                    val key = FailingKey(failures) { throw IOException("no route") }
                    waiting(client = key.client()) { signIn ->
                        signIn.get("/callback?response=${encrypted(own(signIn))}").status shouldBe status
                        key.asked.get() shouldBe 3
                    }
                }
            }
        }

        test("a key that does not open the response is asked once") {
            val key = FailingKey(1) { throw DecryptionException("it is for another key") }
            waiting(client = key.client()) { signIn ->
                signIn.get("/callback?response=${encrypted(own(signIn))}").status shouldBe 400
                key.asked.get() shouldBe 1
            }
        }

        test("four responses are opened at once, sixteen wait, and what comes then is refused: 503") {
            val key = FailingKey(Int.MAX_VALUE) { awaitCancellation() }
            waiting(client = key.client()) { signIn ->
                val answers = Channel<Int>(Channel.UNLIMITED)

                fun send() =
                    launch(Dispatchers.IO) { signIn.statusOf(encrypted(responseJwt()))?.let { answers.send(it) } }
                repeat(4) { send() }
                while (key.asked.get() < 4) delay(10)
                repeat(20) { send() }
                repeat(4) { answers.receive() shouldBe 503 }
                key.asked.get() shouldBe 4
                answers.isEmpty shouldBe true

                val own = own(signIn)
                signIn.get("/callback?response=$own").status shouldBe 200
                signIn.callback.await().parameters["response"] shouldBe own
            }
        }
    })
