package dev.openidclient.samples.recipes

import dev.openidclient.client.OpenIdClient
import dev.openidclient.clientauth.PrivateKeyJwt
import dev.openidclient.jose.Jwk
import dev.openidclient.jose.JwsAlgorithm
import dev.openidclient.jose.SigningKey
import kotlinx.coroutines.withTimeout
import java.security.MessageDigest
import kotlin.time.Duration.Companion.seconds

// region kms

/** A private key that never leaves a key management service: for assertions, request objects, DPoP proofs. */
class KmsKey(
    override val keyId: String,
    override val publicJwk: Jwk, // Jwk.parse(text), once
    private val signDigest: suspend (ByteArray) -> ByteArray, // the call of the service, which answers in DER
) : SigningKey {
    override val algorithm: JwsAlgorithm = JwsAlgorithm.ES256

    override suspend fun sign(bytes: ByteArray): ByteArray {
        val digest = MessageDigest.getInstance("SHA-256").digest(bytes)
        val der = withTimeout(5.seconds) { signDigest(digest) }
        return SigningKey.derToJws(der, algorithm)
    }

    override fun toString(): String = "KmsKey($keyId)"
}
// endregion

suspend fun clientWithRemoteKey(
    issuer: String,
    clientId: String,
    key: KmsKey,
): OpenIdClient = OpenIdClient.discover(issuer, clientId) { authentication = PrivateKeyJwt(key) }
