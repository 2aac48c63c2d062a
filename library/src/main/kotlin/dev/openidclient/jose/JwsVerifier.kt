package dev.openidclient.jose

import com.nimbusds.jose.JOSEException
import com.nimbusds.jose.JWSAlgorithm
import com.nimbusds.jose.JWSHeader
import com.nimbusds.jose.JWSVerifier
import com.nimbusds.jose.crypto.ECDSAVerifier
import com.nimbusds.jose.crypto.RSASSAVerifier
import com.nimbusds.jose.jwk.Curve
import com.nimbusds.jose.jwk.ECKey
import com.nimbusds.jose.jwk.RSAKey
import com.nimbusds.jose.util.Base64URL
import dev.openidclient.error.UnsupportedFeatureException
import dev.openidclient.error.printable
import dev.openidclient.json.text
import java.security.GeneralSecurityException
import java.security.PublicKey
import java.security.SignatureException
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
            return try {
                when (algorithm.keyType) {
                    "RSA" -> nimbus(RSASSAVerifier(rsaKey(jwk)), algorithm)
                    "EC" -> nimbus(ECDSAVerifier(ecKey(jwk)), algorithm)
                    "OKP" -> ed25519(jwk)
                    else -> MlDsa.verifier(jwk, algorithm)
                }
            } catch (e: JOSEException) {
                throw unusable(jwk, "it cannot be imported", e)
            } catch (e: GeneralSecurityException) {
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

private fun rsaKey(jwk: Jwk): RSAKey {
    val key = RSAKey.Builder(member(jwk, "n"), member(jwk, "e")).build()
    val bits = key.modulus.decodeToBigInteger().bitLength()
    if (bits !in RSA_BITS) {
        throw unusable(jwk, "its modulus has $bits bits, but must have ${RSA_BITS.first} to ${RSA_BITS.last}")
    }
    return key
}

private fun ecKey(jwk: Jwk): ECKey = ECKey.Builder(Curve.parse(jwk.curve), member(jwk, "x"), member(jwk, "y")).build()

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

private fun nimbus(
    verifier: JWSVerifier,
    algorithm: JwsAlgorithm,
): JwsVerifier {
    val header = JWSHeader(JWSAlgorithm.parse(algorithm.identifier))
    return JwsVerifier { signingInput, signature -> verifier.verify(header, signingInput, Base64URL.encode(signature)) }
}

private fun jca(
    name: String,
    key: PublicKey,
    signatureSize: Int,
): JwsVerifier {
    // refuses here, and not at the first token, bytes that are no point of the curve
    Jca.signature(name).initVerify(key)
    return JwsVerifier { signingInput, signature ->
        // RFC 8032 §5.1.7: the JDK overlooks bytes after the signature
        if (signature.size != signatureSize) return@JwsVerifier false
        val verification = Jca.signature(name)
        verification.initVerify(key)
        verification.update(signingInput)
        try {
            verification.verify(signature)
        } catch (_: SignatureException) {
            // no signature at all
            false
        }
    }
}

private const val ED25519_SIZE = 32
private const val ED25519_SIGNATURE_SIZE = 64

private fun ed25519(jwk: Jwk): JwsVerifier =
    jca("Ed25519", publicKey(jwk, "Ed25519", "x", ED25519_SIZE, ED25519_PREFIX), ED25519_SIGNATURE_SIZE)

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

/**
 * ML-DSA keys ([FIPS 204](https://csrc.nist.gov/pubs/fips/204/final)) as JWKs of the key type `AKP`, whose member `pub`
 * is the key.
 */
private object MlDsa {
    fun verifier(
        jwk: Jwk,
        algorithm: JwsAlgorithm,
    ): JwsVerifier {
        // the last arc of the object identifier and the size of the signature (FIPS 204 §4)
        val (identifier, signatureSize) =
            when (algorithm) {
                JwsAlgorithm.ML_DSA_44 -> 0x11 to 2420
                JwsAlgorithm.ML_DSA_65 -> 0x12 to 3309
                else -> 0x13 to 4627
            }
        val name = algorithm.identifier
        val size = mlDsaKeySize(algorithm)
        return jca(name, publicKey(jwk, name, "pub", size, prefix(identifier, size)), signatureSize)
    }

    // SubjectPublicKeyInfo with the object identifier 2.16.840.1.101.3.4.3.x (RFC 9881 §4)
    private fun prefix(
        identifier: Int,
        size: Int,
    ): ByteArray {
        val algorithm = bytes(0x30, 0x0B, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x03, identifier)
        val key = bytes(0x03, 0x82) + length(size + 1) + bytes(0x00)
        return bytes(0x30, 0x82) + length(algorithm.size + key.size + size) + algorithm + key
    }

    private fun length(value: Int): ByteArray = bytes(value shr 8, value and 0xFF)

    private fun bytes(vararg values: Int): ByteArray = ByteArray(values.size) { values[it].toByte() }
}

/** The bytes of a public key (FIPS 204 §4). */
internal fun mlDsaKeySize(algorithm: JwsAlgorithm): Int =
    when (algorithm) {
        JwsAlgorithm.ML_DSA_44 -> 1312
        JwsAlgorithm.ML_DSA_65 -> 1952
        else -> 2592
    }

private fun unusable(
    jwk: Jwk,
    reason: String,
    cause: Throwable? = null,
): UnsupportedFeatureException =
    UnsupportedFeatureException("the key ${printable(jwk.toString())} is not usable: $reason", cause)
