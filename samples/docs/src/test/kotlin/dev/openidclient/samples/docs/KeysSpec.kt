package dev.openidclient.samples.docs

import dev.openidclient.jose.JwkSet
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import java.security.KeyPair
import java.security.KeyPairGenerator
import java.security.spec.ECGenParameterSpec
import java.util.Base64

private fun ecKeyPair(): KeyPair =
    KeyPairGenerator.getInstance("EC").apply { initialize(ECGenParameterSpec("secp256r1")) }.generateKeyPair()

private fun pem(
    label: String,
    encoded: ByteArray,
) = "-----BEGIN $label-----\n${Base64.getMimeEncoder().encodeToString(encoded)}\n-----END $label-----\n"

class KeysSpec :
    FunSpec({
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
