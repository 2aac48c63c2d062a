package dev.openidclient.jose

import com.nimbusds.jose.JOSEException
import com.nimbusds.jose.jwk.ECKey
import com.nimbusds.jose.jwk.RSAKey
import dev.openidclient.error.UnsupportedFeatureException
import dev.openidclient.json.parseJson
import dev.openidclient.json.text
import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonObject
import java.security.GeneralSecurityException
import java.security.KeyPair
import java.security.spec.PKCS8EncodedKeySpec
import java.security.spec.X509EncodedKeySpec
import java.text.ParseException

/**
 * Private JWKs ([RFC 7517 §4](https://www.rfc-editor.org/rfc/rfc7517#section-4)) as keys of the JCA. No message shows a
 * member's value.
 */
internal object PrivateJwk {
    private val OTHER_CURVES = listOf("Ed448", "X448")

    fun parse(text: String): JsonObject =
        requireNotNull(parseJson(text) as? JsonObject) { "a JWK must be a JSON object" }

    fun signingKey(
        jwk: JsonObject,
        algorithm: JwsAlgorithm?,
    ): SigningKey {
        require("use" !in jwk || text(jwk["use"]) == "sig") { "the JWK must not sign: its \"use\" is not \"sig\"" }
        val operations = jwk["key_ops"] as? JsonArray
        require("key_ops" !in jwk || operations?.any { text(it) == "sign" } == true) {
            "the JWK must not sign: its \"key_ops\" lack \"sign\""
        }
        val named = text(jwk["alg"])?.let { algorithmOf(it) }
        require(named == null || algorithm == null || JwsAlgorithm.same(named.identifier, algorithm.identifier)) {
            "the JWK is for ${named?.identifier}, not for ${algorithm?.identifier}"
        }
        return SigningKey.fromKeyPair(keyPair(jwk), algorithm ?: named, text(jwk["kid"]))
    }

    /** Throws [IllegalArgumentException] where [jwk] is no private key of a kind that this library uses. */
    fun keyPair(jwk: JsonObject): KeyPair {
        require("d" in jwk || "priv" in jwk) { "the JWK has no private key (\"d\" or \"priv\")" }
        // Nimbus takes an empty one, and skips the characters that are none of base64url
        require("d" !in jwk || text(jwk["d"])?.let(Base64Url::decode)?.isNotEmpty() == true) {
            "\"d\" of the JWK must be base64url"
        }
        return try {
            when (text(jwk["kty"])) {
                "RSA" -> RSAKey.parse(jwk.toString()).toKeyPair()
                "EC" -> ECKey.parse(jwk.toString()).toKeyPair()
                "OKP" -> octetKeyPair(jwk)
                "AKP" -> algorithmKeyPair(jwk)
                else -> throw UnsupportedFeatureException("a private JWK must have the \"kty\" RSA, EC, OKP or AKP")
            }
        } catch (e: ParseException) {
            throw malformed(e)
        } catch (e: JOSEException) {
            throw malformed(e)
        } catch (e: GeneralSecurityException) {
            throw malformed(e)
        } catch (e: IllegalStateException) {
            throw malformed(e)
        }
    }

    private fun octetKeyPair(jwk: JsonObject): KeyPair {
        val (name, publicPrefix, privatePrefix) =
            when (text(jwk["crv"])) {
                "Ed25519" -> Triple("Ed25519", ED25519_PREFIX, ED25519_PRIVATE_PREFIX)
                "X25519" -> Triple("X25519", X25519_PREFIX, X25519_PRIVATE_PREFIX)
                else -> throw UnsupportedFeatureException(
                    "a private JWK of the \"kty\" OKP must have the \"crv\" Ed25519 or X25519" +
                        OTHER_CURVES.filter { it == text(jwk["crv"]) }.joinToString("") { ", not \"$it\"" },
                )
            }
        val factory = Jca.keyFactory(name)
        return KeyPair(
            factory.generatePublic(X509EncodedKeySpec(publicPrefix + bytes(jwk, "x", CURVE_25519_SIZE))),
            factory.generatePrivate(PKCS8EncodedKeySpec(privatePrefix + bytes(jwk, "d", CURVE_25519_SIZE))),
        )
    }

    // RFC 9964: "alg" and "pub" must be there
    private fun algorithmKeyPair(jwk: JsonObject): KeyPair {
        val algorithm =
            text(jwk["alg"])?.let(JwsAlgorithm::of)?.takeIf { it.keyType == "AKP" }
                ?: throw UnsupportedFeatureException(
                    "a private JWK of the \"kty\" AKP must have the \"alg\" ML-DSA-44, ML-DSA-65 or ML-DSA-87",
                )
        val public = bytes(jwk, "pub", MlDsa.publicKeySize(algorithm))
        val seed = bytes(jwk, "priv", MlDsa.SEED_SIZE)
        val encoded = X509EncodedKeySpec(MlDsa.publicKeyPrefix(algorithm) + public)
        return KeyPair(
            Jca.keyFactory(algorithm.identifier).generatePublic(encoded),
            MlDsa.keyPair(algorithm, seed).private,
        )
    }

    private fun bytes(
        jwk: JsonObject,
        name: String,
        size: Int,
    ): ByteArray =
        requireNotNull(text(jwk[name])?.let(Base64Url::decode)?.takeIf { it.size == size }) {
            "\"$name\" of the JWK must be $size bytes as base64url"
        }

    /** The cause is left out: the parsers' messages may repeat what they could not parse. */
    private fun malformed(cause: Exception) =
        IllegalArgumentException("the private JWK is malformed (${cause.javaClass.simpleName})")
}
