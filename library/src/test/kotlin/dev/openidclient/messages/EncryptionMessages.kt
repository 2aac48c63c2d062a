package dev.openidclient.messages

import com.nimbusds.jose.JWEHeader
import dev.openidclient.jose.DecryptionKey
import dev.openidclient.jose.Deflate
import dev.openidclient.testing.TestKeys
import dev.openidclient.testing.decryptable
import dev.openidclient.testing.encrypted
import dev.openidclient.testing.idToken
import dev.openidclient.testing.idTokenClaims
import dev.openidclient.testing.json
import dev.openidclient.testing.jwe
import dev.openidclient.token.introspect
import dev.openidclient.userinfo.userInfo
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonObject
import java.security.KeyPair
import java.util.zip.Deflater
import java.util.zip.DeflaterInputStream

private fun header(json: String) = TestKeys.base64Url(json)

private const val OPEN = """"alg":"RSA-OAEP-256","enc":"A256GCM""""

private suspend fun opened(compact: String) = idTokenAnswer(compact) { decryptable() }

private fun jweFor(
    algorithm: String = "RSA-OAEP-256",
    encryption: String = "A256GCM",
    configure: JWEHeader.Builder.() -> Unit = {},
) = jwe(TestKeys.otherRsa.toRSAPublicKey(), algorithm, encryption, "a.b.c", configure)

/** What is encrypted, or is not although it must be. */
internal suspend fun Messages.encryption() {
    of { idTokenAnswer(encrypted(idToken().content)) }
    of { idTokenClaim { metadata { idTokenEncryptedResponseAlg("RSA-OAEP-256") } } }
    of { opened(jweFor("RSA-OAEP")) }
    of {
        idTokenAnswer(encrypted("a.b.c")) {
            decryption(listOf(rsaKey()), "A128GCM")
        }
    }
    of { idTokenAnswer(jweFor { keyID("other") }) { decryption(rsaKey("mine")) } }
    of { idTokenAnswer(encrypted("a.b.c")) { decryption(listOf(rsaKey("a"), rsaKey("b"))) } }
    of { opened("!.b.c.d.e") }
    of { opened("x.b.c.d.e") }
    of { opened("${header("{$OPEN,\"crit\":[]}")}.b.c.d.e") }
    of { opened("${header("{$OPEN,\"zip\":\"LZ\"}")}.AAAA.AAAA.AAAA.AAAA") }
    of { opened("${header("{$OPEN}")}.A.AAAA.AAAA.AAAA") }
    of { opened("${header("{$OPEN}")}.AAAA.AAAA.AAAA.AAAA") }
    of { opened(jweFor().let { it.substringBeforeLast('.') + ".AAAAAAAAAAAAAAAAAAAAAA" }) }
    of { idTokenAnswer(encrypted("a.b.c")) { decryption(otherKey()) } }
    of {
        clientOf("/userinfo", encrypted("""{"sub":"1"}"""), contentType = "application/jwt") {
            decryptable()
            metadata { userinfoSignedResponseAlg("RS256") }
        }.userInfo("t0ken", "1")
    }
}

private fun rsaKey(keyId: String? = null) =
    DecryptionKey.fromKeyPair(TestKeys.otherRsa.toKeyPair(), "RSA-OAEP-256", keyId)

private fun otherKey() = DecryptionKey.fromKeyPair(TestKeys.rsa.toKeyPair(), "RSA-OAEP-256")

/** JWEs whose keys are agreed on. */
internal suspend fun Messages.keyAgreement() {
    val key = DecryptionKey.generate("ECDH-ES", "e")
    val public = TestKeys.publicJwk(TestKeys.ec)

    fun jwe(
        epk: JsonElement,
        encryptedKey: String = "",
    ): String {
        val header = header("""{"alg":"ECDH-ES","enc":"A256GCM","epk":$epk}""")
        return "$header.$encryptedKey.${"A".repeat(VECTOR)}.AA.${"A".repeat(TAG)}"
    }
    of { idTokenAnswer(jwe(json("""{"kty":"EC","crv":"P-384","x":"AA","y":"AA"}"""))) { decryption(key) } }
    of { key.decrypt(jwe(JsonObject(public + ("x" to text("AA"))))) }
    of { key.decrypt(jwe(TestKeys.ed25519Jwk())) }
    of { key.decrypt(jwe(public, "AAAA")) }
    val longer = json("""{"kty":"OKP","crv":"X25519","x":"${"A".repeat(TOO_LONG)}"}""")
    of { DecryptionKey.generate("ECDH-ES", curve = "X25519").decrypt(jwe(longer)) }
    of { key.decrypt(jwe(JsonObject(public + ("x" to public.getValue("y"))))) }
    of { key.decrypt("${header("""{"alg":"RSA-OAEP","enc":"A256GCM"}""")}....") }
    of { key.decrypt("${header("""{"alg":"ECDH-ES","enc":"A256XYZ"}""")}..AAAA.AAAA.AAAA") }
    of { key.decrypt("${header("{")}..AAAA.AAAA.AAAA") }
    of { key.decrypt("${header("""{"crit":[]}""")}..AAAA.AAAA.AAAA") }
    of { DecryptionKey.fromKeyPair(KeyPair(null, TestKeys.rsa.toPrivateKey()), "RSA-OAEP").publicJwk }
    of { Remote().publicJwk }
    of { idTokenAnswer(encrypted("a.b.c")) { decryption(Remote()) } }
}

// in characters of base64url
private const val VECTOR = 16
private const val TAG = 22
private const val TOO_LONG = 44

/** A key of one's own that tells nothing. */
private class Remote : DecryptionKey {
    override val keyId: String? = null
    override val algorithms = setOf("RSA-OAEP-256")
    override val curve: String? = null

    override suspend fun decrypt(jwe: String) = throw IllegalArgumentException("of a key")
}

/** Content that was compressed before it was encrypted. */
internal suspend fun Messages.compression() {
    val whole = deflated(ByteArray(LARGE) { it.toByte() })
    of { Deflate.inflate(whole.copyOf(whole.size / 2)) }
    of { Deflate.inflate(deflated(ByteArray(TOO_LARGE))) }
    of { Deflate.inflate(deflated(ByteArray(1)) + ByteArray(1)) }
    of { Deflate.inflate(ByteArray(2) { -1 }) }
}

private const val LARGE = 10_000
private const val TOO_LARGE = 250_001

private fun deflated(content: ByteArray): ByteArray =
    DeflaterInputStream(content.inputStream(), Deflater(Deflater.DEFAULT_COMPRESSION, true)).readBytes()

/** Signed UserInfo and introspection. */
internal suspend fun Messages.signedAnswers() {
    suspend fun userInfo(token: String) =
        clientOf("/userinfo", token, contentType = "application/jwt").userInfo("t0ken", "248289761001")
    of { userInfo(idToken().content) }
    of {
        clientOf("/userinfo", """{"sub":"1"}""", contentType = null) { metadata { userinfoSignedResponseAlg("RS256") } }
            .userInfo("t0ken", "1")
    }
    val introspecting: suspend (String) -> Any = { token ->
        clientOf("/introspect", token, contentType = "application/token-introspection+jwt").introspect("t0ken")
    }
    of { introspecting(idToken().content) }
    val typ = mapOf("typ" to text("token-introspection+jwt"), "kid" to text("rsa-1"))
    of { introspecting(TestKeys.signRsa(idTokenClaims("iat" to null), header = typ)) }
    of { introspecting(TestKeys.signRsa(idTokenClaims(), header = typ)) }
}
