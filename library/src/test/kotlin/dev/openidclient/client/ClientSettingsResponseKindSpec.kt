package dev.openidclient.client

import dev.openidclient.http.HttpResponse
import dev.openidclient.http.HttpTransport
import dev.openidclient.jose.DecryptionKey
import dev.openidclient.testing.CLIENT_ID
import dev.openidclient.testing.TestKeys
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain

private fun build(configure: ClientSettings.() -> Unit): Configuration =
    ClientSettings()
        .apply {
            transport = HttpTransport { HttpResponse(500) }
            configure()
        }.build(CLIENT_ID)

private val CHOICES =
    mapOf<ResponseKind, ClientSettings.() -> Unit>(
        ResponseKind.JWT to { useJwtResponseMode() },
        ResponseKind.CODE_ID_TOKEN to { useCodeIdTokenResponseType() },
        ResponseKind.ID_TOKEN to { useIdTokenResponseType() },
    )

class ClientSettingsResponseKindSpec :
    FunSpec({
        context("an authorization response") {
            test("is a code where nothing is chosen") { build {}.responseKind shouldBe ResponseKind.CODE }

            for ((kind, choose) in CHOICES) {
                test("is $kind where that is chosen, once or twice") {
                    build(choose).responseKind shouldBe kind
                    build {
                        choose()
                        choose()
                    }.responseKind shouldBe kind
                }

                for ((other, chooseOther) in CHOICES - kind) {
                    test("is not $kind and $other at once") {
                        shouldThrow<IllegalArgumentException> {
                            build {
                                choose()
                                chooseOther()
                            }
                        }.message shouldContain "$kind is chosen already, $other cannot be added"
                    }
                }
            }
        }

        context("the checks of a detached signature") {
            test("are off where nothing is chosen") {
                build { useCodeIdTokenResponseType() }.responseRules.isSignatureDetached shouldBe false
            }

            test("belong to a code with an ID Token") {
                build { useCodeIdTokenResponseType().detachedSignatureResponseChecks() }
                    .responseRules.isSignatureDetached shouldBe true
            }

            for (choose in listOf<ClientSettings.() -> Unit>(
                {},
                { useJwtResponseMode() },
                { useIdTokenResponseType() },
            )) {
                test("belong to nothing else: ${build(choose).responseKind}") {
                    shouldThrow<IllegalArgumentException> {
                        build {
                            choose()
                            detachedSignatureResponseChecks()
                        }
                    }.message shouldContain "belongs to useCodeIdTokenResponseType()"
                }
            }
        }

        context("sender-constrained tokens") {
            test("are not required where nothing is chosen") {
                val configuration = build {}

                configuration.requireSenderConstrained shouldBe false
                configuration.hasClientCertificate shouldBe false
            }

            test("are required where that is chosen") {
                build { requireSenderConstrained() }.requireSenderConstrained shouldBe true
            }

            test("may be bound to a certificate that the given transport presents") {
                build { transportPresentsCertificate() }.hasClientCertificate shouldBe true
            }

            test("are not bound to one that the client metadata alone tells of") {
                build { metadata { tlsClientCertificateBoundAccessTokens() } }.hasClientCertificate shouldBe false
            }
        }

        context("decryption") {
            val key = DecryptionKey.fromKeyPair(TestKeys.rsa.toKeyPair(), "RSA-OAEP-256")

            test("is off where nothing is chosen") { build {}.decryption.shouldBeNull() }

            test("is on with a key") { build { decryption(key) }.decryption.shouldNotBeNull() }

            test("needs a key") {
                shouldThrow<IllegalArgumentException> { build { decryption(emptyList()) } }.message shouldContain
                    "needs a key"
            }

            test("refuses an enc that it does not know") {
                shouldThrow<IllegalArgumentException> { build { decryption(listOf(key), "A256GCM", "A1GCM") } }
                    .message shouldContain "A1GCM is not one of"
            }

            test("is configured once") {
                shouldThrow<IllegalStateException> { build { decryption(key).decryption(key) } }.message shouldContain
                    "one call"
            }
        }

        test("TLS settings are refused beside a transport of the caller's own, which they would not reach") {
            shouldThrow<IllegalArgumentException> { build { tls { } } }.message shouldContain "tls { }"
        }
    })
