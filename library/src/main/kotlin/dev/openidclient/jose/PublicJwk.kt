package dev.openidclient.jose

import com.nimbusds.jose.jwk.Curve
import com.nimbusds.jose.jwk.ECKey
import com.nimbusds.jose.jwk.RSAKey
import dev.openidclient.error.UnsupportedFeatureException
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
            "RSA" -> rsa(key as RSAPublicKey)
            "EC" -> ec(key as ECPublicKey, Curve.parse(algorithm.curve))
            "OKP" -> octets(key, Curve.Ed25519)
            else ->
                jwk(
                    "kty" to "AKP",
                    "alg" to algorithm.identifier,
                    "pub" to Base64Url.encode(lastBytes(key, MlDsa.publicKeySize(algorithm))),
                )
        }

    /** The [key] of a pair that decrypts; null where it is not of the kind of its [curve], or, without one, RSA. */
    fun ofEncryption(
        key: PublicKey,
        curve: Curve?,
    ): Jwk? =
        when (curve) {
            null -> (key as? RSAPublicKey)?.let(::rsa)
            Curve.X25519 -> octets(key, curve)
            else ->
                (key as? ECPublicKey)
                    ?.takeIf { Curve.forECParameterSpec(it.params) == curve }
                    ?.let { ec(it, curve) }
        }

    private fun rsa(key: RSAPublicKey): Jwk {
        val rsa = RSAKey.Builder(key).build()
        return jwk("kty" to "RSA", "n" to rsa.modulus.toString(), "e" to rsa.publicExponent.toString())
    }

    private fun ec(
        key: ECPublicKey,
        curve: Curve,
    ): Jwk {
        val ec = ECKey.Builder(curve, key).build()
        return jwk("kty" to "EC", "crv" to ec.curve.name, "x" to ec.x.toString(), "y" to ec.y.toString())
    }

    private fun octets(
        key: PublicKey,
        curve: Curve,
    ): Jwk = jwk("kty" to "OKP", "crv" to curve.name, "x" to Base64Url.encode(lastBytes(key, CURVE_25519_SIZE)))

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
            ?: when {
                key is RSAPublicKey -> null
                isEd448(key) -> throw UnsupportedFeatureException("a key on the curve Ed448 is not supported")
                else -> throw IllegalArgumentException("a key of ${describe(key)} cannot sign here")
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

    // RFC 8410 §4: 12 bytes before a key of 57
    private const val ED448_ENCODED_SIZE = 69

    /** Ed448 keys of the JDK have the same algorithm name, but are longer. */
    private fun isEd25519(key: PublicKey): Boolean =
        key.algorithm in ED25519_NAMES && key.encoded?.size == CURVE_25519_SIZE + ED25519_PREFIX.size

    private fun isEd448(key: PublicKey): Boolean =
        key.algorithm == "Ed448" || (key.algorithm in ED25519_NAMES && key.encoded?.size == ED448_ENCODED_SIZE)

    fun describe(key: PublicKey): String =
        when {
            key is ECPublicKey -> "EC ${Curve.forECParameterSpec(key.params)?.name ?: "of an unknown curve"}"
            isEd448(key) -> "Ed448"
            else -> key.algorithm
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

/** A key pair for ECDH on [curve], one of the JWK's names. */
internal fun generateAgreementKeyPair(curve: String): KeyPair =
    if (curve == Curve.X25519.name) {
        Jca.newKeyPair(curve)
    } else {
        Jca.newKeyPair("EC") { initialize(ECGenParameterSpec(Curve.parse(curve).stdName)) }
    }
