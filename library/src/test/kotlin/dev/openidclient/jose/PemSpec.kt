package dev.openidclient.jose

import dev.openidclient.error.UnsupportedFeatureException
import dev.openidclient.http.TlsSettings
import dev.openidclient.testing.Certificates
import dev.openidclient.testing.TestKeys
import dev.openidclient.testing.X25519Encrypter
import dev.openidclient.testing.jwe
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import java.security.InvalidKeyException
import java.security.KeyPair
import java.security.Provider
import java.security.Security
import java.security.spec.InvalidKeySpecException
import java.security.spec.KeySpec
import java.util.concurrent.ConcurrentLinkedQueue
import javax.crypto.SecretKey
import javax.crypto.SecretKeyFactorySpi
import javax.crypto.spec.PBEKeySpec

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

        context("what openssl writes is read:") {
            val complete =
                mapOf(
                    "ec-pkcs8.pem" to "an EC key of genpkey, with its public key inside",
                    "ec-sec1.pem" to "an EC key in SEC 1",
                    "ec-parameters-sec1.pem" to "an EC key of ecparam, with its parameters before it",
                    "ed25519.pem" to "an Ed25519 key of genpkey, which has no public key inside",
                )
            for ((file, name) in complete) {
                test(name) { signsAsItVerifies(SigningKey.fromPem(pem(file))) }
            }

            test("an Ed25519 key whose bytes look like a public key of EC") {
                val bytes = byteArrayOf(0xA1.toByte(), 30) + ByteArray(30) { 7 }
                val key = SigningKey.fromPem(Certificates.pem("PRIVATE KEY", ED25519_PRIVATE_PREFIX + bytes))

                key.algorithm shouldBe JwsAlgorithm.ED25519
                signsAsItVerifies(key)
            }

            test("an RSA key in PKCS#1") {
                signsAsItVerifies(SigningKey.fromPem(pem("rsa-pkcs1.pem"), JwsAlgorithm.PS256))
            }

            for (file in listOf("ec-encrypted.pem", "ec-encrypted-3des.pem")) {
                test("an encrypted EC key, with its password: $file") {
                    val key = SigningKey.fromPem(pem(file), password = "changeit".toCharArray())

                    key.thumbprint() shouldBe SigningKey.fromPem(pem("ec-pkcs8.pem")).thumbprint()
                }
            }

            test("an encrypted RSA key, with its password") {
                val password = "changeit".toCharArray()
                val key = SigningKey.fromPem(pem("rsa-encrypted-aes128.pem"), JwsAlgorithm.RS256, "k", password)

                key.thumbprint() shouldBe SigningKey.fromPem(pem("rsa-pkcs1.pem"), JwsAlgorithm.RS256).thumbprint()
                password.concatToString() shouldBe "changeit"
            }

            test("an encrypted key, and no copy of its password stays behind") {
                val watching = WatchingProvider()
                Security.insertProviderAt(watching, 1)
                try {
                    SigningKey.fromPem(pem("ec-encrypted.pem"), password = "changeit".toCharArray())
                } finally {
                    Security.removeProvider(watching.name)
                }

                shouldThrow<IllegalStateException> { watching.specs.single().password }.message shouldContain "cleared"
            }

            val publics = mapOf("ec-pkcs8.pem" to "ec-public.pem", "ed25519.pem" to "ed25519-public.pem")
            for ((private, public) in publics) {
                test("the public key in $private is the one that openssl writes") {
                    SigningKey.fromPem(pem(private)).thumbprint() shouldBe
                        SigningKey.fromPem(pem(private) + pem(public)).thumbprint()
                }
            }

            test("an X25519 key, which has no public key inside") {
                val key = DecryptionKey.fromPem(pem("x25519.pem"))

                key.publicJwk shouldBe DecryptionKey.fromPem(pem("x25519.pem") + pem("x25519-public.pem")).publicJwk
                key.publicJwk.json.getValue("x").toString() shouldContain "ieB9UCWJrXZ"
            }

            test("an encrypted key that decrypts") {
                val key = DecryptionKey.fromPem(pem("ec-encrypted.pem"), "ECDH-ES", password = "changeit".toCharArray())

                key.curve shouldBe "P-256"
            }
        }

        context("what openssl writes is refused, in words that help:") {
            test("an encrypted key without password") {
                refusal(pem("ec-encrypted.pem")) shouldBe
                    "the private key of the PEM text is encrypted: pass its password"
            }

            for (file in listOf("ec-encrypted.pem", "ec-encrypted-3des.pem")) {
                test("$file with another password, which is not shown") {
                    val refused =
                        shouldThrow<IllegalArgumentException> {
                            SigningKey.fromPem(pem(file), password = "hunter2".toCharArray())
                        }

                    refused.message shouldContain "the password does not open the private key of the PEM text"
                    refused.stackTraceToString() shouldNotContain "hunter2"
                }
            }

            test("a key encrypted with what the JDK lacks") {
                shouldThrow<IllegalArgumentException> {
                    SigningKey.fromPem(pem("ec-encrypted-scrypt.pem"), password = "changeit".toCharArray())
                }.message shouldContain "convert it with openssl pkcs8 -topk8 -v2 aes-256-cbc"
            }

            test("an encrypted block that is none") {
                val pem = Certificates.pem("ENCRYPTED PRIVATE KEY", ByteArray(20))

                shouldThrow<IllegalArgumentException> { SigningKey.fromPem(pem, password = CharArray(3)) }
                    .message shouldContain "cannot be read here"
            }

            test("a SEC 1 key encrypted in the old form") {
                refusal(pem("ec-sec1-encrypted.pem")) shouldContain "is encrypted in an old form"
            }

            test("a SEC 1 key without its public key") {
                refusal(pem("ec-sec1-without-public.pem")) shouldContain "append the block PUBLIC KEY or CERTIFICATE"
            }

            test("an Ed448 key") {
                shouldThrow<UnsupportedFeatureException> { SigningKey.fromPem(pem("ed448.pem")) }
                    .message shouldContain "the curve Ed448"
            }
        }

        test("a SEC 1 key without its public key is taken with it beside") {
            for (public in listOf("ec-public.pem", "ec-certificate.pem")) {
                signsAsItVerifies(SigningKey.fromPem(pem("ec-sec1-without-public.pem") + pem(public)))
            }
        }

        context("a client certificate comes with a private key") {
            for (file in listOf("ec-pkcs8.pem", "ec-sec1.pem", "ec-sec1-without-public.pem")) {
                test("as openssl writes it: $file") {
                    TlsSettings().pem(pem("ec-certificate.pem") + pem(file)).identity?.key?.algorithm shouldBe "EC"
                }
            }

            test("that is encrypted, with its password") {
                val text = pem("ec-certificate.pem") + pem("ec-encrypted.pem")

                TlsSettings().pem(text, "changeit".toCharArray()).identity?.key?.algorithm shouldBe "EC"
                shouldThrow<IllegalArgumentException> { TlsSettings().pem(text) }
                    .message shouldContain "pass its password"
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

            val commands =
                mapOf(
                    "DSA PRIVATE KEY" to "openssl pkcs8 -topk8 -nocrypt",
                    "OPENSSH PRIVATE KEY" to "ssh-keygen -p -m PKCS8 -f",
                )
            for ((label, command) in commands) {
                test("the block $label, with the command that converts it") {
                    val message = refusal(Certificates.pem(label, rsa.private.encoded))

                    message shouldContain "the private key is in the block $label"
                    message shouldContain command
                }
            }

            for (label in listOf("RSA PRIVATE KEY", "EC PRIVATE KEY")) {
                for (content in listOf(byteArrayOf(), byteArrayOf(0x30), byteArrayOf(0x30, 0x7F, 0), ByteArray(40))) {
                    test("the block $label with ${content.size} bytes that are none") {
                        refusal(Certificates.pem(label, content)) shouldContain "of the PEM text"
                    }
                }
            }

            val lengths =
                mapOf(
                    "the indefinite length" to byteArrayOf(0x30, 0x80.toByte()),
                    "a length of four bytes" to byteArrayOf(0x30, 0x84.toByte(), -1, -1, -1, -2),
                )
            for ((name, head) in lengths) {
                test("the block EC PRIVATE KEY with $name, which DER has not for a key") {
                    // what would name the curve, were it read
                    val curve = byteArrayOf(0xA0.toByte(), 10, 6, 8, 0x2A, -122, 72, -50, 61, 3, 1, 7)

                    refusal(Certificates.pem("EC PRIVATE KEY", (head + curve).copyOf(200))) shouldBe
                        "the block EC PRIVATE KEY of the PEM text does not name its curve"
                }
            }

            test("the old encrypted block with its header lines, with the command that converts it") {
                val headers = "Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,0F0E0D0C0B0A09080706050403020100\n\n"
                val pem = Certificates.pem("RSA PRIVATE KEY", ByteArray(48)).replaceFirst("-----\n", "-----\n$headers")

                refusal(pem) shouldBe
                    "the block RSA PRIVATE KEY is encrypted in an old form: convert it with openssl pkcs8 -topk8"
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

/** Written by OpenSSL 3.0: a P-256 key in its forms, and one each of P-521, RSA, Ed25519, X25519 and Ed448. */
private fun pem(file: String) =
    checkNotNull(PemSpec::class.java.getResource("/pem/$file")) { "no resource $file" }.readText()

private suspend fun signsAsItVerifies(key: SigningKey) {
    key.publicJwk.verifier(key.algorithm).verify(ByteArray(3), key.sign(ByteArray(3))) shouldBe true
}

private fun private(keyPair: KeyPair) = Certificates.pem("PRIVATE KEY", keyPair.private.encoded)

private fun public(keyPair: KeyPair) = Certificates.pem("PUBLIC KEY", keyPair.public.encoded)

private fun refusal(
    pem: String,
    algorithm: JwsAlgorithm? = null,
): String = shouldThrow<IllegalArgumentException> { SigningKey.fromPem(pem, algorithm) }.message.orEmpty()

/** Sees what secrets are made of, and leaves the work to others. */
private class WatchingProvider : Provider("Watching", "1", "") {
    val specs = ConcurrentLinkedQueue<PBEKeySpec>()

    override fun getService(
        type: String,
        algorithm: String,
    ): Service? =
        if (type != "SecretKeyFactory") {
            null
        } else {
            object : Service(this, type, algorithm, SecretKeyFactorySpi::class.java.name, null, null) {
                override fun newInstance(constructorParameter: Any?): Any = WatchingFactory(specs)
            }
        }
}

private class WatchingFactory(
    private val specs: MutableCollection<PBEKeySpec>,
) : SecretKeyFactorySpi() {
    override fun engineGenerateSecret(spec: KeySpec): SecretKey {
        specs += spec as PBEKeySpec
        throw InvalidKeySpecException("another one can")
    }

    override fun engineGetKeySpec(
        key: SecretKey,
        type: Class<*>,
    ): KeySpec = throw InvalidKeySpecException()

    override fun engineTranslateKey(key: SecretKey): SecretKey = throw InvalidKeyException()
}
