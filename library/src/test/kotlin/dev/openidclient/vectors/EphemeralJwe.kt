package dev.openidclient.vectors

import com.nimbusds.jose.EncryptionMethod
import com.nimbusds.jose.JWEAlgorithm
import com.nimbusds.jose.JWECryptoParts
import com.nimbusds.jose.JWEHeader
import com.nimbusds.jose.crypto.impl.ECDHCryptoProvider
import com.nimbusds.jose.jwk.Curve
import dev.openidclient.error.DecryptionException
import dev.openidclient.testing.TestKeys
import io.kotest.assertions.throwables.shouldThrowExactly
import io.kotest.matchers.collections.shouldBeEmpty
import javax.crypto.AEADBadTagException
import javax.crypto.spec.SecretKeySpec

/**
 * A compact JWE of [text] with ECDH-ES, whose sender says that [epk] is its key, and [secret] what both agree on. Any
 * text may stand for [epk], so that this makes what no honest sender does.
 */
internal fun ephemeralJwe(
    epk: String?,
    secret: ByteArray,
    algorithm: String = "ECDH-ES",
    encryption: String = "A128GCM",
    text: String = "a.b.c",
): String {
    val member = epk?.let { ",\"epk\":$it" }.orEmpty()
    val header = TestKeys.base64Url("""{"alg":"$algorithm","enc":"$encryption"$member}""")
    val parts = Sender.encrypt(algorithm, encryption, secret, text.encodeToByteArray(), header.encodeToByteArray())
    return with(parts) { listOf(header, encryptedKey ?: "", initializationVector, cipherText, authenticationTag) }
        .joinToString(".")
}

/** A refusal of the sender's key itself, and not only of a content that another key encrypted. */
internal suspend fun refusesEphemeralKey(decrypt: suspend () -> Unit) {
    val thrown = shouldThrowExactly<DecryptionException> { decrypt() }

    generateSequence<Throwable>(thrown) { it.cause }.filterIsInstance<AEADBadTagException>().toList().shouldBeEmpty()
}

/** The curve is there for Nimbus' constructor: it decides nothing. */
private object Sender : ECDHCryptoProvider(Curve.P_256, null) {
    override fun supportedEllipticCurves(): Set<Curve> = setOf(Curve.P_256)

    fun encrypt(
        algorithm: String,
        encryption: String,
        secret: ByteArray,
        text: ByteArray,
        aad: ByteArray,
    ): JWECryptoParts {
        val header = JWEHeader(JWEAlgorithm.parse(algorithm), EncryptionMethod.parse(encryption))
        return encryptWithZ(header, SecretKeySpec(secret, "AES"), text, aad)
    }
}
