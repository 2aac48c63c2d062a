package dev.openidclient.jose

import com.nimbusds.jose.JOSEException
import com.nimbusds.jose.jwk.Curve
import com.nimbusds.jose.jwk.ECKey
import com.nimbusds.jose.jwk.RSAKey
import com.nimbusds.jose.util.Base64URL
import dev.openidclient.error.UnsupportedFeatureException
import dev.openidclient.error.printable
import dev.openidclient.json.text
import java.security.GeneralSecurityException
import java.security.ProviderException
import java.security.PublicKey
import java.security.spec.X509EncodedKeySpec

/** Verifies signatures of one algorithm with one imported public key; safe to use from many threads at once. */
internal fun interface JwsVerifier {
    fun verify(
        signingInput: ByteArray,
        signature: ByteArray,
    ): Boolean

    companion object {
        /** Throws [UnsupportedFeatureException] where [jwk] is no public key for [algorithm]. */
        fun of(
            jwk: Jwk,
            algorithm: JwsAlgorithm,
        ): JwsVerifier {
            if (jwk.isPrivate) throw unusable(jwk, "it has private members")
            if (jwk.keyType != algorithm.keyType || (algorithm.curve != null && jwk.curve != algorithm.curve)) {
                throw unusable(jwk, "it is none for ${algorithm.identifier}")
            }
            // a setting that is wrong is no fault of the key
            CryptoProvider.algorithms
            return try {
                when (algorithm.keyType) {
                    "RSA" -> rsa(jwk, algorithm)
                    "EC" -> JcaVerifier(algorithm, ecKey(jwk).toECPublicKey(), EcdsaSignature.of(algorithm)::toDer)
                    "OKP" -> ed25519(jwk, algorithm)
                    else -> mlDsa(jwk, algorithm)
                }
            } catch (e: JOSEException) {
                throw unusable(jwk, "it cannot be imported", e)
            } catch (e: GeneralSecurityException) {
                throw unusable(jwk, "it cannot be imported", e)
            } catch (e: ProviderException) {
                throw unusable(jwk, "it cannot be imported", e)
            } catch (e: IllegalArgumentException) {
                throw unusable(jwk, "it cannot be imported", e)
            } catch (e: IllegalStateException) {
                // Nimbus' key builders
                throw unusable(jwk, "it cannot be imported", e)
            }
        }
    }
}

// RFC 7518 §3.3 asks for 2048 bits at least; the upper bound keeps a hostile key from costing seconds for each
// signature
private val RSA_BITS = 2048..16_384

// FIPS 186-5 §5.4
private const val LONGEST_EXPONENT = 256

private fun rsa(
    jwk: Jwk,
    algorithm: JwsAlgorithm,
): JwsVerifier {
    val key = rsaKey(jwk).toRSAPublicKey()
    return JcaVerifier(algorithm, key, ofSize((key.modulus.bitLength() + BITS_PER_BYTE - 1) / BITS_PER_BYTE))
}

private fun rsaKey(jwk: Jwk): RSAKey {
    val key = RSAKey.Builder(member(jwk, "n"), member(jwk, "e")).build()
    val bits = key.modulus.decodeToBigInteger().bitLength()
    if (bits !in RSA_BITS) {
        throw unusable(jwk, "its modulus has $bits bits, but must have ${RSA_BITS.first} to ${RSA_BITS.last}")
    }
    // RFC 8017 §3.1; with the exponent 1 everybody can sign
    val exponent = key.publicExponent.decodeToBigInteger()
    if (exponent.bitLength() > LONGEST_EXPONENT) {
        throw unusable(jwk, "its exponent has ${exponent.bitLength()} bits, but may have $LONGEST_EXPONENT")
    }
    if (!key.modulus.decodeToBigInteger().testBit(0) || !exponent.testBit(0) || exponent.bitLength() < 2) {
        throw unusable(jwk, "its modulus and its exponent must be odd, and the exponent 3 at least")
    }
    return key
}

private fun ecKey(jwk: Jwk): ECKey {
    val curve = Curve.parse(jwk.curve)
    return ECKey.Builder(curve, coordinate(jwk, "x", curve), coordinate(jwk, "y", curve)).build()
}

private fun coordinate(
    jwk: Jwk,
    name: String,
    curve: Curve,
): Base64URL {
    val value = Base64URL.encode(memberBytes(jwk, name))
    if (!isCoordinate(value, curve)) throw unusable(jwk, "its \"$name\" is no coordinate on ${jwk.curve}")
    return value
}

private fun member(
    jwk: Jwk,
    name: String,
): Base64URL = Base64URL.encode(memberBytes(jwk, name))

private fun memberBytes(
    jwk: Jwk,
    name: String,
): ByteArray =
    text(jwk.json[name])?.let(Base64Url::decode)?.takeIf { it.isNotEmpty() }
        ?: throw unusable(jwk, "its \"$name\" must be base64url")

/** A signature of another size is none (RFC 8017 §8, RFC 8032 §5.1.7): the JDK overlooks bytes after one of Ed25519. */
private fun ofSize(size: Int): (ByteArray) -> ByteArray? = { signature -> signature.takeIf { it.size == size } }

private const val BITS_PER_BYTE = 8
private const val ED25519_SIGNATURE_SIZE = 64

private fun ed25519(
    jwk: Jwk,
    algorithm: JwsAlgorithm,
): JwsVerifier {
    if (isOfSmallOrder(memberBytes(jwk, "x"))) throw unusable(jwk, "it is a point of small order")
    val key = publicKey(jwk, "Ed25519", "x", CURVE_25519_SIZE, ED25519_PREFIX)
    // refuses here, and not at the first token, bytes that are no point of the curve
    Jca.signature("Ed25519").initVerify(key)
    return JcaVerifier(algorithm, key, ofSize(ED25519_SIGNATURE_SIZE))
}

private fun mlDsa(
    jwk: Jwk,
    algorithm: JwsAlgorithm,
): JwsVerifier {
    val name = algorithm.identifier
    val key = publicKey(jwk, name, "pub", MlDsa.publicKeySize(algorithm), MlDsa.publicKeyPrefix(algorithm))
    return JcaVerifier(algorithm, key, ofSize(MlDsa.signatureSize(algorithm)))
}

private fun publicKey(
    jwk: Jwk,
    algorithm: String,
    member: String,
    size: Int,
    prefix: ByteArray,
): PublicKey {
    val bytes = memberBytes(jwk, member)
    if (bytes.size != size) throw unusable(jwk, "its \"$member\" must have $size bytes, but has ${bytes.size}")
    return Jca.keyFactory(algorithm).generatePublic(X509EncodedKeySpec(prefix + bytes))
}

private fun unusable(
    jwk: Jwk,
    reason: String,
    cause: Throwable? = null,
): UnsupportedFeatureException =
    UnsupportedFeatureException("the key ${printable(jwk.toString())} is not usable: $reason", cause)
