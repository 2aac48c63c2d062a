package dev.openidclient.jose

import com.nimbusds.jose.jwk.Curve
import com.nimbusds.jose.jwk.ECKey
import com.nimbusds.jose.jwk.RSAKey
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import java.security.KeyPair
import java.security.PublicKey
import java.security.interfaces.ECPublicKey
import java.security.interfaces.RSAPublicKey
import java.security.spec.ECGenParameterSpec

/** Public keys of the JCA as JWKs ([RFC 7518 §6](https://www.rfc-editor.org/rfc/rfc7518#section-6), RFC 8037 §2). */
internal object PublicJwk {
    private val ED25519_NAMES = setOf("EdDSA", "Ed25519", "1.3.101.112")

    fun of(
        key: PublicKey,
        algorithm: JwsAlgorithm,
    ): Jwk =
        when (algorithm.keyType) {
            "RSA" -> {
                val rsa = RSAKey.Builder(key as RSAPublicKey).build()
                jwk("kty" to "RSA", "n" to rsa.modulus.toString(), "e" to rsa.publicExponent.toString())
            }
            "EC" -> {
                val ec = ECKey.Builder(Curve.parse(algorithm.curve), key as ECPublicKey).build()
                jwk("kty" to "EC", "crv" to ec.curve.name, "x" to ec.x.toString(), "y" to ec.y.toString())
            }
            "OKP" -> jwk("kty" to "OKP", "crv" to "Ed25519", "x" to Base64Url.encode(lastBytes(key, CURVE_25519_SIZE)))
            else ->
                jwk(
                    "kty" to "AKP",
                    "alg" to algorithm.identifier,
                    "pub" to Base64Url.encode(lastBytes(key, MlDsa.publicKeySize(algorithm))),
                )
        }

    private fun jwk(vararg members: Pair<String, String>): Jwk =
        Jwk(JsonObject(members.associate { (name, value) -> name to JsonPrimitive(value) }))

    /** The raw key stands at the end of its SubjectPublicKeyInfo. */
    private fun lastBytes(
        key: PublicKey,
        count: Int,
    ): ByteArray = key.encoded.copyOfRange(key.encoded.size - count, key.encoded.size)

    /**
     * Null for RSA keys, which do not tell. Throws [IllegalArgumentException] for keys of no algorithm of this library.
     */
    fun algorithmOf(key: PublicKey): JwsAlgorithm? =
        when (key) {
            is RSAPublicKey -> null
            is ECPublicKey ->
                JwsAlgorithm.values().firstOrNull { it.keyType == "EC" && fits(key, it) }
            else ->
                if (isEd25519(key)) {
                    JwsAlgorithm.ED25519
                } else {
                    JwsAlgorithm.values().firstOrNull {
                        it.keyType == "AKP" &&
                            fits(key, it)
                    }
                }
        }
            ?: if (key is RSAPublicKey) {
                null
            } else {
                throw IllegalArgumentException(
                    "a key of ${describe(key)} cannot sign here",
                )
            }

    fun fits(
        key: PublicKey,
        algorithm: JwsAlgorithm,
    ): Boolean =
        when (algorithm.keyType) {
            "RSA" -> key is RSAPublicKey
            "EC" -> key is ECPublicKey && Curve.forECParameterSpec(key.params)?.name == algorithm.curve
            "OKP" -> isEd25519(key)
            // the JDK names all sizes ML-DSA; the size tells them apart
            else ->
                key.algorithm.startsWith("ML-DSA") &&
                    key.encoded.size == MlDsa.publicKeySize(algorithm) + SPKI_HEADER
        }

    private const val SPKI_HEADER = 22

    /** Ed448 keys of the JDK have the same algorithm name, but are longer. */
    private fun isEd25519(key: PublicKey): Boolean =
        key.algorithm in ED25519_NAMES && key.encoded?.size == CURVE_25519_SIZE + ED25519_PREFIX.size

    fun describe(key: PublicKey): String =
        if (key is ECPublicKey) {
            "EC ${Curve
                .forECParameterSpec(
                    key.params,
                )?.name ?: "of an unknown curve"}"
        } else {
            key.algorithm
        }
}

private const val RSA_BITS = 2048

internal fun generateKeyPair(algorithm: JwsAlgorithm): KeyPair =
    when (algorithm.keyType) {
        "RSA" -> Jca.newKeyPair("RSA") { initialize(RSA_BITS) }
        "EC" -> Jca.newKeyPair("EC") { initialize(ECGenParameterSpec(Curve.parse(algorithm.curve).stdName)) }
        "OKP" -> Jca.newKeyPair("Ed25519")
        // what signs with it is the JDK's too
        else -> Jca.keyPairGenerator(algorithm.identifier).generateKeyPair()
    }
