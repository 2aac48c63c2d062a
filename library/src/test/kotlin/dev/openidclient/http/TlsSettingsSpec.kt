package dev.openidclient.http

import dev.openidclient.client.OpenIdClient
import dev.openidclient.testing.CLIENT_ID
import dev.openidclient.testing.Certificates
import dev.openidclient.testing.RecordingTransport
import dev.openidclient.testing.response
import dev.openidclient.testing.serverMetadata
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import java.security.KeyStore

private val PASSWORD = Certificates.PASSWORD.toCharArray()

class TlsSettingsSpec :
    FunSpec({
        val rsa = Certificates.keyStore("rsa client", "RSA")
        val ec = Certificates.keyStore("ec client", "EC")
        val certificate = Certificates.certificatePem(rsa)
        val key = Certificates.privateKeyPem(rsa)

        context("a key store") {
            test("gives its only key") {
                val identity = TlsSettings().keyStore(rsa, PASSWORD).identity

                identity?.key shouldBe rsa.getKey(Certificates.ALIAS, PASSWORD)
                identity?.chain shouldBe listOf(rsa.getCertificate(Certificates.ALIAS))
            }

            test("gives its only key, whatever certificates it has too") {
                val store =
                    storeOf(
                        "a" to rsa,
                    ).apply { setCertificateEntry("ca", ec.getCertificate(Certificates.ALIAS)) }

                TlsSettings().keyStore(store, PASSWORD).identity?.key?.algorithm shouldBe "RSA"
            }

            test("gives the key of the alias that is named") {
                TlsSettings().keyStore(storeOf("a" to rsa, "b" to ec), PASSWORD, "b").identity?.key?.algorithm shouldBe
                    "EC"
            }

            test("is refused with several keys and no alias") {
                shouldThrow<IllegalArgumentException> {
                    TlsSettings().keyStore(
                        storeOf("a" to rsa, "b" to ec),
                        PASSWORD,
                    )
                }.message shouldContain "its alias must be named: it has 2"
            }

            test("is refused without a key") {
                val store = storeOf().apply { setCertificateEntry("ca", ec.getCertificate(Certificates.ALIAS)) }

                shouldThrow<IllegalArgumentException> { TlsSettings().keyStore(store, PASSWORD) }.message shouldContain
                    "it has 0"
            }

            test("is refused where the alias names nothing") {
                shouldThrow<IllegalArgumentException> {
                    TlsSettings().keyStore(
                        rsa,
                        PASSWORD,
                        "other",
                    )
                }.message shouldBe
                    "the key store has no private key \"other\""
            }

            test("is refused where the alias names a certificate") {
                val store =
                    storeOf(
                        "a" to rsa,
                    ).apply { setCertificateEntry("ca", ec.getCertificate(Certificates.ALIAS)) }

                shouldThrow<IllegalArgumentException> { TlsSettings().keyStore(store, PASSWORD, "ca") }.message shouldBe
                    "the key store has no private key \"ca\""
            }

            test("is refused with a wrong password, which the message does not show") {
                val e = shouldThrow<IllegalArgumentException> { TlsSettings().keyStore(rsa, "s3cret".toCharArray()) }

                e.message shouldBe "the password does not open the private key \"${Certificates.ALIAS}\""
                e.stackTraceToString() shouldNotContain "s3cret"
            }
        }

        context("PEM text") {
            for ((order, text) in mapOf(
                "certificate, key" to certificate + key,
                "key, certificate" to key + certificate,
            )) {
                test("is taken as $order") {
                    TlsSettings().pem(text).identity?.chain shouldBe listOf(rsa.getCertificate(Certificates.ALIAS))
                    TlsSettings().pem(text).identity?.key shouldBe rsa.getKey(Certificates.ALIAS, PASSWORD)
                }
            }

            test("is refused without a certificate") {
                shouldThrow<IllegalArgumentException> { TlsSettings().pem(key) }.message shouldContain "no certificate"
            }

            test("is refused without a private key") {
                shouldThrow<IllegalArgumentException> { TlsSettings().pem(certificate) }.message shouldContain
                    "no private key"
            }

            test("is refused with a certificate that is none") {
                val broken = Certificates.pem("CERTIFICATE", ByteArray(40)) + key

                shouldThrow<IllegalArgumentException> { TlsSettings().pem(broken) }.message shouldContain
                    "no X.509 certificate"
            }
        }

        context("trusted certificates") {
            test("are all that the PEM text has") {
                val trusted = TlsSettings().trustPem(certificate + Certificates.certificatePem(ec)).trusted

                trusted?.aliases()?.toList()?.map(trusted::getCertificate)?.toSet() shouldBe
                    setOf(rsa, ec).map { it.getCertificate(Certificates.ALIAS) }.toSet()
            }

            for (text in listOf("", "no PEM")) {
                test("are refused in \"$text\"") {
                    shouldThrow<IllegalArgumentException> { TlsSettings().trustPem(text) }.message shouldContain
                        "no certificate"
                }
            }

            test("are refused where there is only a key") {
                shouldThrow<IllegalArgumentException> { TlsSettings().trustPem(key) }.message shouldContain
                    "no certificate"
            }
        }

        test("CIO refuses an EC key when the client is made, and names what can present it") {
            val e =
                shouldThrow<IllegalArgumentException> {
                    OpenIdClient(serverMetadata(), CLIENT_ID) {
                        engine = HttpEngine.CIO
                        tls { keyStore(ec, PASSWORD) }
                    }
                }

            e.message shouldContain "the engine CIO cannot present a client key of the kind EC, only RSA"
            e.message shouldContain "HttpEngine.JAVA"
        }

        test("contradicts a transport of the caller's own") {
            shouldThrow<IllegalArgumentException> {
                OpenIdClient(serverMetadata(), CLIENT_ID) {
                    transport = RecordingTransport { response("{}") }
                    tls { keyStore(rsa, PASSWORD) }
                }
            }.message shouldContain "configure it in the given transport's engine instead"
        }

        test("prints no key") {
            val settings = TlsSettings().pem(certificate + key)

            settings.toString() shouldBe "TlsSettings(██)"
            settings.identity.toString() shouldBe "TlsIdentity(██)"
        }
    })

/** A store with the key entries of [keys] under their new names. */
private fun storeOf(vararg keys: Pair<String, KeyStore>): KeyStore =
    KeyStore.getInstance("PKCS12").apply {
        load(null, null)
        for ((name, source) in keys) {
            setKeyEntry(
                name,
                source.getKey(Certificates.ALIAS, PASSWORD),
                PASSWORD,
                source.getCertificateChain(Certificates.ALIAS),
            )
        }
    }
