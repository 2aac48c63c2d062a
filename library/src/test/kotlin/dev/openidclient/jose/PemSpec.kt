package dev.openidclient.jose

import dev.openidclient.testing.Certificates
import dev.openidclient.testing.TestKeys
import dev.openidclient.testing.X25519Encrypter
import dev.openidclient.testing.jwe
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import java.security.KeyPair

class PemSpec :
    FunSpec({
        val rsa = TestKeys.rsa.toKeyPair()
        val ec = ecKeyPair("secp384r1")

        context("a signing key is taken from") {
            test("an RSA private key alone, which implies the public one") {
                val key = SigningKey.fromPem(private(rsa), JwsAlgorithm.PS256, "k")

                key.keyId shouldBe "k"
                key.thumbprint() shouldBe TestKeys.rsa.computeThumbprint().toString()
            }

            for ((name, keyPair) in mapOf("EC" to ec, "Ed25519" to TestKeys.ed25519)) {
                test("an $name private key with its public key, in any order") {
                    for (pem in listOf(private(keyPair) + public(keyPair), public(keyPair) + private(keyPair))) {
                        val key = SigningKey.fromPem(pem)
                        JwsVerifier
                            .of(
                                key.publicJwk,
                                key.algorithm,
                            ).verify(ByteArray(3), key.sign(ByteArray(3))) shouldBe
                            true
                    }
                }
            }

            test("an EC private key with a certificate of it") {
                val store = Certificates.keyStore("ec client", "EC")
                val key = SigningKey.fromPem(Certificates.privateKeyPem(store) + Certificates.certificatePem(store))

                JwsVerifier.of(key.publicJwk, JwsAlgorithm.ES256).verify(ByteArray(3), key.sign(ByteArray(3))) shouldBe
                    true
            }

            test("text with lines around the blocks and with CRLF") {
                val pem = "Bag Attributes\n    friendlyName: own - key\n${private(rsa)}\n".replace("\n", "\r\n")

                SigningKey.fromPem(pem, JwsAlgorithm.RS256).algorithm shouldBe JwsAlgorithm.RS256
            }
        }

        test("a decryption key is taken from the same text") {
            val x25519 = X25519Encrypter.x25519()

            DecryptionKey
                .fromPem(private(x25519) + public(x25519))
                .decrypt(jwe(x25519.public, "ECDH-ES"))
                .decodeToString() shouldBe "a.b.c"
            DecryptionKey
                .fromPem(
                    private(rsa),
                    "RSA-OAEP",
                ).decrypt(jwe(rsa.public, "RSA-OAEP"))
                .decodeToString() shouldBe
                "a.b.c"
        }

        context("is refused:") {
            test("RSA without algorithm") {
                refusal(private(rsa), algorithm = null) shouldContain
                    "does not tell its algorithm"
            }

            test("a private key without public key, where it does not imply it") {
                refusal(private(ec)) shouldContain "append the block PUBLIC KEY or CERTIFICATE"
            }

            test("a public key alone") { refusal(public(rsa)) shouldContain "no private key (the block PRIVATE KEY)" }

            test("a certificate alone") {
                refusal(Certificates.certificatePem(Certificates.keyStore("ec client", "EC"))) shouldContain
                    "no private key"
            }

            for (label in listOf("ENCRYPTED PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY", "OPENSSH PRIVATE KEY")) {
                test("the block $label, with the command that converts it") {
                    val message = refusal(Certificates.pem(label, rsa.private.encoded))

                    message shouldContain "the private key is in the block $label"
                    message shouldContain "openssl pkcs8 -topk8 -nocrypt"
                }
            }

            test("the old encrypted block with its header lines, with the command that converts it") {
                val headers = "Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,0F0E0D0C0B0A09080706050403020100\n\n"
                val pem = Certificates.pem("RSA PRIVATE KEY", ByteArray(48)).replaceFirst("-----\n", "-----\n$headers")

                refusal(pem) shouldContain "the private key is in the block RSA PRIVATE KEY"
            }

            for (text in listOf(
                "",
                "s3cret",
                "-----BEGIN PRIVATE KEY-----",
                "-----BEGIN PRIVATE KEY-----\ns3cret\n-----END PUBLIC KEY-----",
            )) {
                test("the text \"${text.replace('\n', ' ')}\"") {
                    refusal(text).let {
                        it shouldContain "the PEM text has no private key"
                        it shouldNotContain "s3cret"
                    }
                }
            }

            test("a private key that is none") {
                refusal(Certificates.pem("PRIVATE KEY", "s3cret".encodeToByteArray())).let {
                    it shouldContain "the private key of the PEM text is of no kind that is supported"
                    it shouldNotContain "s3cret"
                }
            }

            test("a private key that is no base64") {
                refusal("-----BEGIN PRIVATE KEY-----\nA\n-----END PRIVATE KEY-----") shouldContain
                    "the block PRIVATE KEY of the PEM text is not base64"
            }

            test("a public key that is none") {
                refusal(private(ec) + Certificates.pem("PUBLIC KEY", ByteArray(20))) shouldContain
                    "the public key of the PEM text is of no kind that is supported"
            }

            test("a certificate in the block of a public key") {
                val certificate = Certificates.keyStore("ec client", "EC").getCertificate(Certificates.ALIAS)

                refusal(private(ec) + Certificates.pem("PUBLIC KEY", certificate.encoded)) shouldContain
                    "the public key"
            }

            test("a certificate that is none") {
                refusal(private(ec) + Certificates.pem("CERTIFICATE", ByteArray(20))) shouldContain
                    "no X.509 certificate"
            }

            test("an algorithm that does not fit the key") {
                refusal(private(ec) + public(ec), JwsAlgorithm.ES256) shouldContain "cannot sign with ES256"
            }
        }
    })

private fun private(keyPair: KeyPair) = Certificates.pem("PRIVATE KEY", keyPair.private.encoded)

private fun public(keyPair: KeyPair) = Certificates.pem("PUBLIC KEY", keyPair.public.encoded)

private fun refusal(
    pem: String,
    algorithm: JwsAlgorithm? = null,
): String = shouldThrow<IllegalArgumentException> { SigningKey.fromPem(pem, algorithm) }.message.orEmpty()
