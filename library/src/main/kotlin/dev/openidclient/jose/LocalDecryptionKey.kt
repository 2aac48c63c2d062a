package dev.openidclient.jose

import com.nimbusds.jose.JOSEException
import com.nimbusds.jose.JWEDecrypter
import com.nimbusds.jose.JWEObject
import com.nimbusds.jose.jwk.Curve
import dev.openidclient.error.DecryptionException
import dev.openidclient.json.text
import kotlinx.serialization.json.JsonObject
import java.security.KeyPair
import java.security.interfaces.ECPrivateKey
import java.security.interfaces.RSAPrivateKey
import java.text.ParseException

/** A key in this JVM, or in a token that its JCA reaches. */
internal class LocalDecryptionKey private constructor(
    override val keyId: String?,
    override val algorithms: Set<String>,
    override val curve: String?,
    private val public: Jwk?,
    private val decrypter: () -> JWEDecrypter,
) : DecryptionKey {
    override val publicJwk: Jwk get() = checkNotNull(public) { "the decryption key was made without its public half" }

    private val jca = CryptoProvider.algorithms

    @Suppress("TooGenericExceptionCaught") // what Nimbus lets through is nothing more special
    override suspend fun decrypt(jwe: String): ByteArray =
        try {
            decrypt(CompactJwe.parse(jwe, algorithms, curve))
        } catch (e: ParseException) {
            throw DecryptionException("the JWE is malformed", e)
        } catch (e: JOSEException) {
            throw DecryptionException(NOT_DECRYPTED, e)
        } catch (e: IllegalStateException) {
            throw DecryptionException(NOT_DECRYPTED, e)
        } catch (e: IllegalArgumentException) {
            throw DecryptionException(NOT_DECRYPTED, e)
        } catch (e: NullPointerException) {
            // Nimbus' parser at a header parameter that is null
            throw DecryptionException("the JWE is malformed", e)
        }

    private fun decrypt(jwe: JWEObject): ByteArray {
        val decrypter = decrypter()
        jca.decryptContent(decrypter.jcaContext, jwe.header.encryptionMethod.name)
        return CompactJwe.decrypt(jwe, decrypter)
    }

    override fun toString(): String = "DecryptionKey($algorithms, kid=$keyId)"

    companion object {
        private const val NOT_DECRYPTED =
            "the JWE does not decrypt, it is encrypted for another key, or was changed on its way"

        val RSA_ALGORITHMS = setOf("RSA-OAEP", "RSA-OAEP-256", "RSA-OAEP-384", "RSA-OAEP-512")
        val ECDH_ALGORITHMS = setOf("ECDH-ES", "ECDH-ES+A128KW", "ECDH-ES+A192KW", "ECDH-ES+A256KW")
        private val CURVES = setOf("P-256", "P-384", "P-521")
        private const val X25519 = "X25519"

        fun of(
            jwk: JsonObject,
            algorithm: String?,
        ): DecryptionKey {
            require(
                "use" !in jwk || text(jwk["use"]) == "enc",
            ) { "the JWK must not decrypt: its \"use\" is not \"enc\"" }
            val named = text(jwk["alg"])
            require(
                named == null || algorithm == null || named == algorithm,
            ) { "the JWK is for $named, not for $algorithm" }
            return of(PrivateJwk.keyPair(jwk), algorithm ?: named, text(jwk["kid"]))
        }

        fun of(
            keyPair: KeyPair,
            algorithm: String?,
            keyId: String?,
        ): DecryptionKey {
            require(keyId == null || keyId.isNotEmpty()) { "the key id must not be empty" }
            val decryptionKey = ofKind(keyPair, algorithm, keyId)
            PairwiseConsistency.ofDecryption(keyPair)
            return decryptionKey
        }

        fun generate(
            algorithm: String,
            keyId: String?,
            curve: String?,
        ): DecryptionKey {
            if (algorithm in RSA_ALGORITHMS) {
                require(curve == null) { "a key of $algorithm has no curve" }
                return of(generateKeyPair(JwsAlgorithm.RS256), algorithm, keyId)
            }
            allowed(algorithm, RSA_ALGORITHMS + ECDH_ALGORITHMS)
            val named = curve ?: Curve.P_256.name
            require(named in CURVES || named == X25519) {
                "a decryption key must be on ${CURVES.joinToString()} or $X25519, not on \"$named\""
            }
            return of(generateAgreementKeyPair(named), algorithm, keyId)
        }

        private fun ofKind(
            keyPair: KeyPair,
            algorithm: String?,
            keyId: String?,
        ): DecryptionKey {
            val key = keyPair.private
            return when {
                key is RSAPrivateKey || key.algorithm == "RSA" -> {
                    requireNotNull(algorithm) { "an RSA key does not tell its algorithm: name it, as \"RSA-OAEP-256\"" }
                    rsa(keyPair, allowed(algorithm, RSA_ALGORITHMS), keyId)
                }
                key is ECPrivateKey -> {
                    val curve = Curve.forECParameterSpec(told { key.params })?.name
                    require(curve in CURVES) { "a decryption key must be on ${CURVES.joinToString()} or X25519" }
                    ecdh(keyPair, "ECDH", Curve(curve), allowed(algorithm, ECDH_ALGORITHMS), keyId)
                }
                isX25519(keyPair) ->
                    ecdh(keyPair, X25519, Curve.X25519, allowed(algorithm, ECDH_ALGORITHMS), keyId)
                else -> throw IllegalArgumentException(
                    "a key of the kind ${key.algorithm} cannot decrypt here: use RSA, EC or X25519",
                )
            }
        }

        /** Keys on X448 have the JDK's name XDH too, but are longer. */
        private fun isX25519(keyPair: KeyPair): Boolean =
            when (keyPair.private.algorithm) {
                "X25519" -> true
                "XDH" -> keyPair.public?.encoded?.size == X25519_PREFIX.size + CURVE_25519_SIZE
                else -> false
            }

        private fun rsa(
            keyPair: KeyPair,
            allowed: Set<String>,
            keyId: String?,
        ): DecryptionKey {
            val algorithms = CryptoProvider.algorithms
            val key = keyPair.private
            val provided = ProvidedKey(algorithms, key, "RSA")
            val public = publicJwk(keyPair, null, allowed, keyId)
            return LocalDecryptionKey(keyId, allowed, null, public) { RsaOaepDecrypter(key, algorithms, provided) }
        }

        private fun ecdh(
            keyPair: KeyPair,
            agreement: String,
            curve: Curve,
            allowed: Set<String>,
            keyId: String?,
        ): DecryptionKey {
            val key = AgreementKey(keyPair.private, agreement)
            val public = publicJwk(keyPair, curve, allowed, keyId)
            return LocalDecryptionKey(keyId, allowed, curve.name, public) { EcdhDecrypter(curve, key) }
        }

        private fun publicJwk(
            keyPair: KeyPair,
            curve: Curve?,
            allowed: Set<String>,
            keyId: String?,
        ): Jwk? =
            keyPair.public?.let { PublicJwk.ofEncryption(it, curve) }?.registered(keyId, allowed.singleOrNull(), "enc")

        private fun allowed(
            algorithm: String?,
            fitting: Set<String>,
        ): Set<String> {
            require(algorithm == null || algorithm in fitting) {
                "the key cannot be used with \"$algorithm\", only with ${fitting.joinToString()}"
            }
            return if (algorithm == null) fitting else setOf(algorithm)
        }
    }
}
