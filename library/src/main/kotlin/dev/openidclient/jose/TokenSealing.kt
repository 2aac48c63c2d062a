package dev.openidclient.jose

import dev.openidclient.error.UnsupportedFeatureException
import java.security.GeneralSecurityException
import java.security.Key
import java.security.NoSuchAlgorithmException
import javax.crypto.Cipher
import javax.crypto.spec.GCMParameterSpec
import javax.crypto.spec.SecretKeySpec

/**
 * Authenticated encryption of what is kept outside of this process: AES-256-GCM ([NIST SP
 * 800-38D](https://csrc.nist.gov/pubs/sp/800/38/d/final)) with a key of its own for each place, derived from a master
 * key, so that no key ever meets so many random nonces that two of them could be equal.
 */
internal object TokenSealing {
    /** In bytes, of a master key. */
    const val KEY_BYTES: Int = 32

    private const val NONCE_BYTES = 12
    private const val TAG_BITS = 128
    private const val TAG_BYTES = TAG_BITS / Byte.SIZE_BITS
    private const val TRANSFORMATION = "AES/GCM/NoPadding"
    private const val PURPOSE = "openid-client token store v1"

    /** Nonce, ciphertext and tag of [plaintext]; only for the same [place] and [authenticated] it opens again. */
    fun seal(
        master: ByteArray,
        place: String,
        authenticated: String,
        plaintext: ByteArray,
    ): ByteArray {
        val nonce = Jca.randomBytes(NONCE_BYTES)
        val cipher = cipher(Cipher.ENCRYPT_MODE, key(master, place), nonce, authenticated)
        return nonce + cipher.doFinal(plaintext)
    }

    /** What [seal] was given; null where it has not made [sealed] of it. */
    fun open(
        master: ByteArray,
        place: String,
        authenticated: String,
        sealed: ByteArray,
    ): ByteArray? {
        if (sealed.size < NONCE_BYTES + TAG_BYTES) return null
        val nonce = sealed.copyOf(NONCE_BYTES)
        val cipher = cipher(Cipher.DECRYPT_MODE, key(master, place), nonce, authenticated)
        return try {
            cipher.doFinal(sealed, NONCE_BYTES, sealed.size - NONCE_BYTES)
        } catch (_: GeneralSecurityException) {
            // AEADBadTagException, or what another provider calls it
            null
        }
    }

    private fun key(
        master: ByteArray,
        place: String,
    ): SecretKeySpec = SecretKeySpec(Jca.hmacSha256(master, "$PURPOSE\u0000$place".encodeToByteArray()), "AES")

    private fun cipher(
        mode: Int,
        key: Key,
        nonce: ByteArray,
        authenticated: String,
    ): Cipher =
        try {
            CryptoProvider.algorithms.ciphers.get(TRANSFORMATION).apply {
                init(mode, key, GCMParameterSpec(TAG_BITS, nonce))
                updateAAD(authenticated.encodeToByteArray())
            }
        } catch (e: NoSuchAlgorithmException) {
            throw UnsupportedFeatureException("the running JDK has no $TRANSFORMATION", e)
        }
}
