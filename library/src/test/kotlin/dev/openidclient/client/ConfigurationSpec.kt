package dev.openidclient.client

import dev.openidclient.clientauth.TlsClientAuth
import dev.openidclient.http.HttpEngine
import dev.openidclient.http.HttpResponse
import dev.openidclient.http.HttpTransport
import dev.openidclient.testing.CLIENT_ID
import dev.openidclient.testing.Certificates
import io.kotest.assertions.throwables.shouldThrowExactly
import io.kotest.core.spec.style.FunSpec
import io.kotest.extensions.system.withSystemProperty
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import javax.net.ssl.SSLContext

private fun build(configure: ClientSettings.() -> Unit): Configuration =
    ClientSettings().apply(configure).build(CLIENT_ID)

private fun ClientSettings.certificate() {
    tls { keyStore(Certificates.keyStore("client", "EC"), Certificates.PASSWORD.toCharArray()) }
}

class ConfigurationSpec :
    FunSpec({
        context("the authentication with a client certificate") {
            val ways =
                mapOf<String, ClientSettings.() -> Unit>(
                    "named by the settings" to { authentication = TlsClientAuth },
                    "named by the metadata" to { metadata { tokenEndpointAuthMethod("tls_client_auth") } },
                )
            for ((way, choose) in ways) {
                test("$way is refused where there is none") {
                    shouldThrowExactly<IllegalArgumentException> { build(choose) }.message shouldContain
                        "set it with tls { } or, for HttpEngine.JAVA, in the system property javax.net.ssl.keyStore, " +
                        "or say transportPresentsCertificate() of the given transport"
                }

                test("$way is taken with the key store of the JVM, which the JDK's engine presents, and it alone") {
                    // or the JVM's own context would be made of a key store that is not there
                    SSLContext.getDefault()
                    withSystemProperty("javax.net.ssl.keyStore", "client.p12") {
                        build(choose).connection.ownTransport?.close()
                        shouldThrowExactly<IllegalArgumentException> {
                            build {
                                choose()
                                engine = HttpEngine.CIO
                            }
                        }
                        shouldThrowExactly<IllegalArgumentException> {
                            build {
                                choose()
                                tls { trustPem(Certificates.authorityPem) }
                            }
                        }
                    }
                }

                test("$way is refused where there are trusted authorities only") {
                    shouldThrowExactly<IllegalArgumentException> {
                        build {
                            choose()
                            tls { trustPem(Certificates.authorityPem) }
                        }
                    }
                }

                test("$way is taken with the certificate of the settings") {
                    val configuration =
                        build {
                            choose()
                            certificate()
                        }

                    configuration.authentication shouldBe TlsClientAuth
                    configuration.connection.ownTransport?.close()
                }

                test("$way is taken with a transport of the caller's own that is said to present one") {
                    build {
                        choose()
                        transport = HttpTransport { HttpResponse(500) }
                        transportPresentsCertificate()
                    }.hasClientCertificate shouldBe true
                }

                test("$way is refused with a transport of the caller's own of which nothing is said") {
                    shouldThrowExactly<IllegalArgumentException> {
                        build {
                            choose()
                            transport = HttpTransport { HttpResponse(500) }
                            metadata { tlsClientCertificateBoundAccessTokens() }
                        }
                    }.message shouldContain "transportPresentsCertificate()"
                }
            }
        }

        context("only a certificate that is really presented counts:") {
            fun presents(configure: ClientSettings.() -> Unit): Boolean {
                val configuration = build(configure)
                configuration.connection.ownTransport?.close()
                return configuration.hasClientCertificate
            }

            test("one of tls { }") { presents { certificate() } shouldBe true }

            // CIO presents no other keys
            val keys = Certificates.keyStore("client of RSA", "RSA")
            for (engine in HttpEngine.entries) {
                test("one of a transport that $engine opened, without another word, and not its authorities") {
                    engine.open { tls { keyStore(keys, Certificates.PASSWORD.toCharArray()) } }.use { shared ->
                        presents { transport = shared } shouldBe true
                    }
                    engine.open { tls { trustPem(Certificates.authorityPem) } }.use { shared ->
                        presents { transport = shared } shouldBe false
                    }
                }
            }

            test("not the authorities of tls { }") {
                presents { tls { trustPem(Certificates.authorityPem) } } shouldBe false
            }

            test("not what the client metadata says") {
                presents { metadata { tlsClientCertificateBoundAccessTokens() } } shouldBe false
            }

            test("the key store of the JVM, with the JDK's engine alone, and not an empty name of it") {
                SSLContext.getDefault()
                withSystemProperty("javax.net.ssl.keyStore", "client.p12") {
                    presents { engine = HttpEngine.JAVA } shouldBe true
                    presents { engine = HttpEngine.AUTOMATIC } shouldBe true
                    presents { engine = HttpEngine.CIO } shouldBe false
                    presents { transport = HttpTransport { HttpResponse(500) } } shouldBe false
                }
                withSystemProperty("javax.net.ssl.keyStore", "") {
                    presents { engine = HttpEngine.JAVA } shouldBe false
                }
            }
        }

        test("a transport that is not given cannot be said to present a certificate") {
            shouldThrowExactly<IllegalArgumentException> { build { transportPresentsCertificate() } }
                .message shouldContain "belongs to a given transport"
        }
    })
