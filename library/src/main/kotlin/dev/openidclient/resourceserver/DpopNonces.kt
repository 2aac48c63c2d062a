package dev.openidclient.resourceserver

import dev.openidclient.jose.Base64Url
import dev.openidclient.jose.Jca
import java.nio.ByteBuffer
import java.security.MessageDigest

/**
 * Nonces for DPoP proofs that are stored nowhere ([RFC 9449 §8](https://www.rfc-editor.org/rfc/rfc9449#section-8)): each
 * is its time, in seconds since the epoch, and an HMAC-SHA-256 of that and [serverId] with a secret that all instances
 * have. The first of [secrets] makes them, all are taken. Compared in constant time.
 */
internal class DpopNonces(
    private val secrets: List<ByteArray>,
    serverId: String,
    /** How far the clocks of two instances may be apart, in seconds. */
    private val tolerance: Long,
) {
    private val server = serverId.encodeToByteArray()

    fun make(now: Long): String = nonce(now, secrets.first())

    /** The second from which [nonce] is not taken any more; null where it is none of this server, or not good now. */
    fun end(
        nonce: String,
        now: Long,
    ): Long? {
        val time = timeOf(nonce, secrets) ?: return null
        return (time + LIFETIME).takeIf { now < it && time <= now + tolerance }
    }

    /** Whether it is time for another nonce than [used]: it is none, over, half over, or of the previous secret. */
    fun isDue(
        used: String?,
        now: Long,
    ): Boolean {
        val time = used?.let { timeOf(it, secrets.take(1)) } ?: return true
        return now - time !in -tolerance until LIFETIME / 2
    }

    private fun timeOf(
        nonce: String,
        secrets: List<ByteArray>,
    ): Long? {
        if (nonce.length != NONCE_LENGTH) return null
        val bytes = Base64Url.decodeExactly(nonce) ?: return null
        val time = ByteBuffer.wrap(bytes).long
        val found = nonce.encodeToByteArray()
        val isOwn = secrets.map { MessageDigest.isEqual(nonce(time, it).encodeToByteArray(), found) }
        return time.takeIf { true in isOwn }
    }

    private fun nonce(
        time: Long,
        secret: ByteArray,
    ): String {
        val seconds = ByteBuffer.allocate(Long.SIZE_BYTES).putLong(time).array()
        return Base64Url.encode(seconds + Jca.hmacSha256(secret, seconds + server))
    }

    companion object {
        /** 5 minutes */
        const val LIFETIME: Long = 300

        // 8 bytes of time and 32 of the HMAC, as base64url
        private const val NONCE_LENGTH = 54

        private const val SECRET_SIZE = 32

        fun newSecret(): ByteArray = Jca.randomBytes(SECRET_SIZE)
    }
}
