package dev.openidclient.testserver

import dev.openidclient.jose.JwsAlgorithm
import dev.openidclient.jose.SigningKey
import kotlinx.serialization.json.JsonObject
import java.security.KeyPair
import java.security.KeyPairGenerator
import java.security.spec.ECGenParameterSpec

/** The keys that the server signs with: one at a time, the earlier ones stay published until they are forgotten. */
internal class ServerKeys(
    private val algorithm: JwsAlgorithm,
    private val newKeyId: () -> String,
) {
    private val published = ArrayDeque<ServerKey>()

    val current: ServerKey
        get() = published.firstOrNull() ?: ServerKey(algorithm, newKeyId()).also(published::addFirst)

    /** The JWK Set. */
    fun document(): JsonObject {
        current
        return jsonOf("keys" to published.map { it.key.publicJwk.json })
    }

    fun jwks(): List<JsonObject> {
        current
        return published.map { it.key.publicJwk.json }
    }

    fun rotate(keepOld: Boolean) {
        val next = ServerKey(algorithm, newKeyId())
        if (!keepOld) published.clear()
        published.addFirst(next)
    }
}

/** One key pair, made at run time. */
internal class ServerKey(
    private val algorithm: JwsAlgorithm,
    keyId: String,
) {
    private val pair: KeyPair = generate(algorithm)

    val key: SigningKey = SigningKey.fromKeyPair(pair, algorithm, keyId)

    /** A compact JWS of [claims]; [type] is its `typ`. */
    fun sign(
        claims: JsonObject,
        type: String? = null,
    ): String {
        val header = jsonOf("alg" to algorithm.identifier, "kid" to key.keyId, "typ" to type)
        val input = "${base64Url(header.toString())}.${base64Url(claims.toString())}"
        return "$input.${base64Url(Jca.sign(algorithm.identifier, pair.private, input.encodeToByteArray()))}"
    }

    companion object {
        private const val RSA_BITS = 2048

        fun generate(algorithm: JwsAlgorithm): KeyPair =
            when (algorithm) {
                JwsAlgorithm.ES256 -> elliptic("secp256r1")
                JwsAlgorithm.ES384 -> elliptic("secp384r1")
                JwsAlgorithm.ES512 -> elliptic("secp521r1")
                JwsAlgorithm.ED25519, JwsAlgorithm.EDDSA -> KeyPairGenerator.getInstance("Ed25519").generateKeyPair()
                else -> {
                    require(algorithm.identifier.startsWith("RS") || algorithm.identifier.startsWith("PS")) {
                        "the test server cannot sign with ${algorithm.identifier}"
                    }
                    KeyPairGenerator.getInstance("RSA").apply { initialize(RSA_BITS) }.generateKeyPair()
                }
            }

        private fun elliptic(curve: String) =
            KeyPairGenerator.getInstance("EC").apply { initialize(ECGenParameterSpec(curve)) }.generateKeyPair()

        /** A compact JWS of [claims] with the HMAC of a client's [secret]. */
        fun signWith(
            secret: String,
            algorithm: String,
            claims: JsonObject,
        ): String {
            val input = "${base64Url(jsonOf("alg" to algorithm).toString())}.${base64Url(claims.toString())}"
            val mac = Jca.hmac(algorithm, secret.encodeToByteArray(), input.encodeToByteArray())
            return "$input.${base64Url(checkNotNull(mac))}"
        }
    }
}
