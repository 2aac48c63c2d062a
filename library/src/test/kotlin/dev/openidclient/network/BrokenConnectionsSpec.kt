package dev.openidclient.network

import dev.openidclient.contract.LocalServer
import dev.openidclient.contract.LocalServer.Connection
import dev.openidclient.http.CIO_ENGINE
import dev.openidclient.http.TLS_ENGINES
import dev.openidclient.http.TlsSettings
import dev.openidclient.http.hangUpTime
import dev.openidclient.testing.Certificates
import io.kotest.assertions.nondeterministic.eventually
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.inspectors.forAll
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import io.kotest.matchers.string.shouldStartWith
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.withTimeout
import java.net.InetAddress
import java.net.ServerSocket
import java.security.KeyStore
import java.time.Duration
import kotlin.time.Duration.Companion.seconds

/** Every operation, through every engine, where no connection comes about, or none that may be trusted. */
open class BrokenConnectionsSpec :
    FunSpec({
        // guards against a hang; it holds for each engine's tests together
        timeout = 300_000

        for ((engine, newTransport) in TLS_ENGINES) {
            suspend fun failures(
                issuer: String,
                expected: Ending,
                tls: TlsSettings? = null,
                timeout: Duration = Duration.ofSeconds(60),
            ): List<Exception> =
                newTransport(tls).use { transport ->
                    coroutineScope {
                        OPERATIONS
                            .map { (name, operation) ->
                                async(Dispatchers.IO) {
                                    val (ending, failure) =
                                        withTimeout(90.seconds) {
                                            ending { operation(issuer, settings(transport, timeout)) }
                                        }
                                    withClue("$name: ${failure?.message} <- ${failure?.cause}") {
                                        ending shouldBe expected
                                        if (expected == Ending.NETWORK_ERROR) failure?.cause.shouldNotBeNull()
                                        failure.shouldNotBeNull().message shouldContain issuer
                                        SECRETS.forAll { failure.message shouldNotContain it }
                                    }
                                    failure.shouldNotBeNull()
                                }
                            }.awaitAll()
                    }
                }

            context("through $engine") {
                test("a refused connection is told as that") {
                    val port = ServerSocket(0, 1, InetAddress.getByName("127.0.0.1")).use { it.localPort }

                    failures("http://127.0.0.1:$port", Ending.NETWORK_ERROR)
                        .forAll { it.message shouldStartWith "no connection for " }
                }

                test("an unknown host is told as that") {
                    failures("http://nonexistent.invalid", Ending.NETWORK_ERROR)
                        .forAll { it.message shouldStartWith "no connection for " }
                }

                test("an address that does not answer runs into the timeout") {
                    UnansweringAddress().use { failures(it.issuer, Ending.TIMEOUT, timeout = Duration.ofMillis(300)) }
                }

                test("a trusted certificate for the host is taken") {
                    answering(Certificates.issued()).use { server ->
                        newTransport(trusting()).use { transport ->
                            OPERATIONS.forEach { (name, operation) ->
                                withClue(name) {
                                    ending {
                                        operation(server.tlsIssuer, settings(transport, Duration.ofSeconds(60)))
                                    }.first shouldBe Ending.ANSWERED
                                }
                            }
                        }
                    }
                }

                for ((name, keyStore) in UNTRUSTWORTHY) {
                    test("nothing is sent to a server whose certificate is $name, and that is told") {
                        answering(keyStore()).use { server ->
                            val told = failures(server.tlsIssuer, Ending.NETWORK_ERROR, trusting())
                            // CIO's own failure of TLS may come at any stage
                            val stage = if (engine == CIO_ENGINE) "no " else "no TLS connection for "
                            told.forAll { it.message shouldStartWith stage }
                            server.requests.shouldBeEmpty()
                            eventually(10.seconds) { server.open shouldBe 0 }
                        }
                    }
                }

                for ((name, serve) in BROKEN_HANDSHAKES) {
                    test("nothing but a handshake is sent to a server that $name") {
                        LocalServer.conversing { serve() }.use { server ->
                            failures(server.tlsIssuer, Ending.NETWORK_ERROR, trusting())
                            eventually(10.seconds) { server.open shouldBe 0 }
                        }
                    }
                }

                test("a handshake that is not answered runs into the timeout, and the connection is hung up") {
                    LocalServer.conversing { awaitEnd() }.use { server ->
                        failures(server.tlsIssuer, Ending.TIMEOUT, trusting(), Duration.ofMillis(300))
                        eventually(hangUpTime(engine)) { server.open shouldBe 0 }
                    }
                }
            }
        }
    })

private val LocalServer.tlsIssuer: String get() = "https://localhost:$port"

private fun trusting() = TlsSettings().trustPem(Certificates.authorityPem)

private fun answering(keyStore: KeyStore): LocalServer =
    LocalServer(Certificates.listener(keyStore)) { respond(body = document("https://localhost:$port")) }

private val UNTRUSTWORTHY =
    mapOf(
        "its own" to { Certificates.keyStore("server", "RSA") },
        "another host's" to { Certificates.issued("dns:other.example.com") },
        "expired" to { Certificates.issued(fromDay = -9) },
        "not valid yet" to { Certificates.issued(fromDay = 3) },
        "signed with MD5" to { Certificates.issued(signature = "MD5withRSA") },
        "of a key of 768 bits" to { Certificates.issued(bits = 768) },
    )

private val BROKEN_HANDSHAKES: Map<String, Connection.() -> Unit> =
    mapOf(
        "closes" to { take(10) },
        "resets" to {
            take(10)
            reset()
        },
        "speaks HTTP without TLS" to {
            take(10)
            respond()
            end()
        },
        "sends random bytes" to {
            take(10)
            write(ByteArray(5_000) { (it * 31).toByte() })
            end()
        },
        "refuses" to {
            take(10)
            // RFC 8446 §6: a fatal alert, handshake_failure
            write(byteArrayOf(21, 3, 3, 0, 2, 2, 40))
            end()
        },
    )
