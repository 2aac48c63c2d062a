package dev.openidclient.integration

import dev.openidclient.jose.SigningKey

/** Shows [shown], and signs with [real]. */
class ForgedKey(
    private val shown: SigningKey,
    private val real: SigningKey,
) : SigningKey by shown {
    override suspend fun sign(bytes: ByteArray): ByteArray = real.sign(bytes)

    override fun toString(): String = "ForgedKey"
}
