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
                        "or give a transport that presents it"
                }

                test("$way is taken with the key store of the JVM, which the JDK's engine presents, and it alone") {
                    // or the JVM's own context would be made of a key store that is not there
                    SSLContext.getDefault()
                    withSystemProperty("javax.net.ssl.keyStore", "client.p12") {
                        build(choose).ownTransport?.close()
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
                    configuration.ownTransport?.close()
                }

                test("$way is taken with a transport of the caller's own, which may present one") {
                    build {
                        choose()
                        transport = HttpTransport { HttpResponse(500) }
                    }.hasClientCertificate shouldBe true
                }
            }
        }
    })
