package dev.openidclient.samples.recipes

import dev.openidclient.client.OpenIdClient
import dev.openidclient.clientauth.PrivateKeyJwt
import dev.openidclient.jose.Jwk
import dev.openidclient.jose.JwsAlgorithm
import dev.openidclient.jose.SigningKey

/** A private key that never leaves a key management service: for assertions, request objects, DPoP proofs. */
class KmsKey(
    override val keyId: String,
    override val publicJwk: Jwk,
    private val signDer: suspend (ByteArray) -> ByteArray,
) : SigningKey {
    override val algorithm: JwsAlgorithm = JwsAlgorithm.ES256

    // Services answer DER, but a JWS has the two numbers side by side. The client's timeout does not bound this call.
    override suspend fun sign(bytes: ByteArray): ByteArray = SigningKey.derToJws(signDer(bytes), algorithm)

    override fun toString(): String = "KmsKey($keyId)"
}

suspend fun clientWithRemoteKey(
    issuer: String,
    clientId: String,
    key: KmsKey,
): OpenIdClient = OpenIdClient.discover(issuer, clientId) { authentication = PrivateKeyJwt(key) }
