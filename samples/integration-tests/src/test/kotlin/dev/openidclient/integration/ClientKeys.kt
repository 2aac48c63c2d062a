package dev.openidclient.integration

import dev.openidclient.jose.DecryptionKey
import dev.openidclient.jose.JwsAlgorithm
import dev.openidclient.jose.SigningKey

/** The private keys of the registered clients. */
object ClientKeys {
    /** Every algorithm that the server verifies, with the id of a key for it. */
    @JvmStatic
    val signing: Map<JwsAlgorithm, String> =
        mapOf(
            JwsAlgorithm.RS256 to "rsa",
            JwsAlgorithm.RS384 to "rsa",
            JwsAlgorithm.RS512 to "rsa",
            JwsAlgorithm.PS256 to "rsa",
            JwsAlgorithm.PS384 to "rsa",
            JwsAlgorithm.PS512 to "rsa",
            JwsAlgorithm.ES256 to "p256",
            JwsAlgorithm.ES384 to "p384",
            JwsAlgorithm.ES512 to "p521",
            JwsAlgorithm.ED25519 to "ed25519",
            JwsAlgorithm.EDDSA to "ed25519",
        )

    /** The algorithms for the values of a parameterized test. */
    @JvmStatic
    fun signingAlgorithms(): Set<JwsAlgorithm> = signing.keys

    /** One algorithm for each family of signature; `{name}-rs256` and so on are clients for them. */
    @JvmStatic
    fun everyFamily(): List<String> = listOf("RS256", "PS256", "ES256", "EdDSA", "Ed25519")

    @JvmStatic
    fun signing(algorithm: JwsAlgorithm): SigningKey =
        SigningKey.fromJwk(OidcProvider.clientKey(signing.getValue(algorithm)), algorithm)

    /** [algorithm] is needed for RSA. */
    @JvmStatic
    @JvmOverloads
    fun decryption(
        id: String,
        algorithm: String? = null,
    ): DecryptionKey = DecryptionKey.fromJwk(OidcProvider.clientKey(id), algorithm)
}
