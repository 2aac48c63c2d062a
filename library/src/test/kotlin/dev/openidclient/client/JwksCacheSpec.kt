package dev.openidclient.client

import dev.openidclient.error.ErrorCode
import dev.openidclient.error.TransportException
import dev.openidclient.error.ValidationException
import dev.openidclient.testing.JwksServer
import dev.openidclient.testing.JwksServer.Companion.keys
import dev.openidclient.testing.JwksServer.Companion.token
import dev.openidclient.testing.TestKeys
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import java.io.IOException

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
            test("fails without a download within 60 seconds of the last one") {
                val server = JwksServer { keys(known) }
                val client = server.client()
                client.jwks.verify(token(known))
                server.answer = { keys(known, rotated) }
                server.clock.advance(59)

                shouldThrow<ValidationException> { client.jwks.verify(token(rotated)) }.code shouldBe
                    ErrorCode.KEY_SELECTION_FAILED
                server.downloads shouldBe 1
            }

            test("fails after the first download without another") {
                val server = JwksServer { keys(known) }

                shouldThrow<ValidationException> { server.client().jwks.verify(token(rotated)) }
                server.downloads shouldBe 1
            }

            test("is found by a second download after 60 seconds") {
                val server = JwksServer { keys(known) }
                val client = server.client()
                client.jwks.verify(token(known))
                server.answer = { keys(rotated) }
                server.clock.advance(60)
                client.jwks.verify(token(rotated))

                server.downloads shouldBe 2
            }

            test("fails after that one download where it is still unknown") {
                val server = JwksServer { keys(known) }
                val client = server.client()
                client.jwks.verify(token(known))
                server.clock.advance(60)

                shouldThrow<ValidationException> { client.jwks.verify(token(rotated)) }
                server.downloads shouldBe 2
            }

            test("waits 60 seconds again after a download in vain") {
                val server = JwksServer { keys(known) }
                val client = server.client()
                client.jwks.verify(token(known))
                server.clock.advance(60)
                shouldThrow<ValidationException> { client.jwks.verify(token(rotated)) }
                server.clock.advance(59)

                shouldThrow<ValidationException> { client.jwks.verify(token(rotated)) }
                server.downloads shouldBe 2
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
                val server = JwksServer { keys(known) }
                val client = server.client()
                client.jwks.verify(token(known))
                server.answer = { throw IOException() }
                server.clock.advance(60)

                shouldThrow<TransportException> { client.jwks.verify(token(rotated)) }
                client.jwks.verify(token(known))
                server.downloads shouldBe 2
            }
        }

        test("several keys that fit fail without a download") {
            val server = JwksServer { keys(known, rotated) }
            val client = server.client()
            client.jwks.verify(token(known))
            server.answer = { keys(known) }
            server.clock.advance(299)

            shouldThrow<ValidationException> { client.jwks.verify(token(known, kid = null)) }
                .code shouldBe ErrorCode.KEY_SELECTION_FAILED
            server.downloads shouldBe 1
        }

        test("a wrong signature fails without a download") {
            val server = JwksServer { keys(known) }
            val client = server.client()
            client.jwks.verify(token(known))
            server.clock.advance(299)

            shouldThrow<ValidationException> { client.jwks.verify(token(rotated, kid = known.keyID)) }
                .code shouldBe ErrorCode.INVALID_RESPONSE
            server.downloads shouldBe 1
        }
    })
