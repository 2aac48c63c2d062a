package dev.openidclient.samples.docs

import dev.openidclient.jose.JwkSet
import dev.openidclient.jose.SigningKey
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import java.security.KeyPair
import java.security.KeyPairGenerator
import java.security.Signature
import java.security.interfaces.ECPublicKey
import java.security.spec.ECGenParameterSpec
import java.util.Base64

private fun ecKeyPair(): KeyPair =
    KeyPairGenerator.getInstance("EC").apply { initialize(ECGenParameterSpec("secp256r1")) }.generateKeyPair()

private fun pem(
    label: String,
    encoded: ByteArray,
) = "-----BEGIN $label-----\n${Base64.getMimeEncoder().encodeToString(encoded)}\n-----END $label-----\n"

/** A service that signs a digest, as services do. */
private class LocalKms(
    private val keyPair: KeyPair,
) : Kms {
    override suspend fun signDigest(
        keyId: String,
        digest: ByteArray,
    ): ByteArray =
        Signature.getInstance("NONEwithECDSA").run {
            initSign(keyPair.private)
            update(digest)
            sign()
        }
}

class KeysSpec :
    FunSpec({
        test("a key of a service that signs digests signs as a JWS has it") {
            val keyPair = ecKeyPair()
            val public = SigningKey.fromKeyPair(keyPair, keyId = "kms-1").publicJwk
            val signature = KmsKey("kms-1", public, LocalKms(keyPair)).sign("a.b".encodeToByteArray())

            // the two numbers side by side (RFC 7518 §3.4)
            Signature.getInstance("SHA256withECDSAinP1363Format").run {
                initVerify(keyPair.public as ECPublicKey)
                update("a.b".encodeToByteArray())
                verify(signature)
            } shouldBe true
        }

        test("what is registered has the public half of both keys, with kid, alg and use") {
            val signing = ecKeyPair()
            val decrypting = KeyPairGenerator.getInstance("RSA").generateKeyPair()
            val jwks =
                registeredKeys(
                    pem("PRIVATE KEY", signing.private.encoded) + pem("PUBLIC KEY", signing.public.encoded),
                    pem("PRIVATE KEY", decrypting.private.encoded),
                    CharArray(0),
                )

            JwkSet.parse(jwks).keys.map { listOf(it.keyId, it.algorithm, it.publicKeyUse) } shouldBe
                listOf(listOf("sig-2026-11", "ES256", "sig"), listOf("enc-2026-11", "RSA-OAEP-256", "enc"))
            for (secret in listOf("\"d\"", "\"p\"", "\"q\"")) jwks.contains(secret) shouldBe false
        }
    })
