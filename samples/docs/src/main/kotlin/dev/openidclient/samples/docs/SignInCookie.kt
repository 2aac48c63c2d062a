package dev.openidclient.samples.docs

import java.security.GeneralSecurityException
import java.security.SecureRandom
import java.util.Base64
import javax.crypto.Cipher
import javax.crypto.SecretKey
import javax.crypto.spec.GCMParameterSpec

/** Seals a value for a cookie, so that nobody can read or change it (AES-GCM). */
class SignInCookie(
    private val key: SecretKey, // 256 bits, the same on all nodes
) {
    private val name = "__Host-sign-in".encodeToByteArray() // a value of another cookie does not open

    fun seal(value: String): String {
        val nonce = ByteArray(NONCE).also(SecureRandom()::nextBytes) // never twice with one key
        val sealed = cipher(Cipher.ENCRYPT_MODE, nonce).doFinal(value.encodeToByteArray())
        return Base64.getUrlEncoder().withoutPadding().encodeToString(nonce + sealed)
    }

    /** Null where it was not sealed here. */
    fun open(cookie: String): String? =
        try {
            val bytes = Base64.getUrlDecoder().decode(cookie)
            val nonce = bytes.copyOf(NONCE)
            cipher(Cipher.DECRYPT_MODE, nonce).doFinal(bytes, NONCE, bytes.size - NONCE).decodeToString()
        } catch (_: GeneralSecurityException) {
            null
        } catch (_: IllegalArgumentException) {
            null // no base64url, or too short
        }

    private fun cipher(
        mode: Int,
        nonce: ByteArray,
    ): Cipher =
        Cipher.getInstance("AES/GCM/NoPadding").apply {
            init(mode, key, GCMParameterSpec(TAG_BITS, nonce))
            updateAAD(name)
        }

    private companion object {
        const val NONCE = 12
        const val TAG_BITS = 128
    }
}
