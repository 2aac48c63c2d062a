package dev.openidclient.jose

import com.nimbusds.jose.JWEDecrypter
import com.nimbusds.jose.JWEHeader
import com.nimbusds.jose.JWEObject
import com.nimbusds.jose.crypto.impl.AAD
import com.nimbusds.jose.jwk.CurveBasedJWK
import com.nimbusds.jose.jwk.ECKey
import com.nimbusds.jose.jwk.OctetKeyPair
import dev.openidclient.error.DecryptionException
import dev.openidclient.error.printable
import dev.openidclient.json.parseJson
import dev.openidclient.json.text
import kotlinx.serialization.json.JsonObject

/**
 * A JWE in its compact serialization ([RFC 7516 §7.1](https://www.rfc-editor.org/rfc/rfc7516#section-7.1)), judged
 * before a key touches it.
 */
internal object CompactJwe {
    // RFC 7518 §5.2, §5.3: the bytes of the initialization vector and of the tag
    private val SIZES =
        mapOf(
            "A128GCM" to (12 to 16),
            "A192GCM" to (12 to 16),
            "A256GCM" to (12 to 16),
            "A128CBC-HS256" to (16 to 16),
            "A192CBC-HS384" to (16 to 24),
            "A256CBC-HS512" to (16 to 32),
        )

    /** For a key of [algorithms], which is on [curve] where it is one of ECDH. */
    fun parse(
        compact: String,
        algorithms: Set<String>,
        curve: String?,
    ): JWEObject {
        requireBase64Url(compact)
        requireHeader(compact)
        val jwe = JWEObject.parse(compact)
        requireKeyManagement(jwe, algorithms)
        requireSizes(jwe)
        if (curve != null) requireEphemeralKey(jwe.header, curve)
        return jwe
    }

    /** Nimbus would decompress without a bound: it is given the header without `zip`, and authenticates the whole one. */
    fun decrypt(
        jwe: JWEObject,
        decrypter: JWEDecrypter,
    ): ByteArray {
        val isCompressed = jwe.header.compressionAlgorithm != null
        val header = JWEHeader.Builder(jwe.header).compressionAlgorithm(null).build()
        val aad = AAD.compute(jwe.header)
        val content = decrypter.decrypt(header, jwe.encryptedKey, jwe.iv, jwe.cipherText, jwe.authTag, aad)
        return if (isCompressed) Deflate.inflate(content) else content
    }

    /** Nimbus skips the characters that are none of base64url. */
    private fun requireBase64Url(compact: String) {
        if (!Jwt.isCompact(compact) || compact.split('.').any { Base64Url.decode(it) == null }) {
            throw DecryptionException("the JWE is not base64url")
        }
    }

    private fun requireHeader(compact: String) {
        val header =
            Base64Url.decode(compact.substringBefore('.'))?.let(::parseJson) as? JsonObject
                ?: throw DecryptionException("the header of the JWE is no JSON object")
        // RFC 7516 §4.1.13: no extension is understood here, so none may be critical
        if ("crit" in header) throw DecryptionException("the JWE has a \"crit\", which is not supported")
        if ("zip" in header && text(header["zip"]) != Deflate.NAME) {
            throw DecryptionException("the \"zip\" of the JWE must be \"${Deflate.NAME}\"")
        }
    }

    /** An RSA key opens what is encrypted with any of the RSA algorithms, if Nimbus is let. */
    private fun requireKeyManagement(
        jwe: JWEObject,
        algorithms: Set<String>,
    ) {
        val algorithm = jwe.header.algorithm.name
        if (algorithm !in algorithms) {
            throw DecryptionException("the key does not decrypt with the \"alg\" \"${printable(algorithm)}\"")
        }
        // RFC 7516 §5.2, step 10
        if (algorithm == DIRECT && jwe.encryptedKey != null) {
            throw DecryptionException("there must be no encrypted key with the \"alg\" $DIRECT")
        }
    }

    /** Nimbus joins ciphertext and tag of AES-GCM, wherever one ends, and takes any initialization vector. */
    private fun requireSizes(jwe: JWEObject) {
        val encryption = jwe.header.encryptionMethod.name
        val (vector, tag) =
            SIZES[encryption]
                ?: throw DecryptionException("the \"enc\" \"${printable(encryption)}\" is not supported")
        if (jwe.iv?.decode()?.size != vector || jwe.authTag?.decode()?.size != tag) {
            throw DecryptionException(
                "the initialization vector must have $vector bytes and the authentication tag $tag for $encryption",
            )
        }
    }

    /** A key of another kind may have a `crv` too, and Nimbus casts before it looks. */
    private fun requireEphemeralKey(
        header: JWEHeader,
        curve: String,
    ) {
        val ephemeral = header.ephemeralPublicKey as? CurveBasedJWK
        if (ephemeral?.curve?.name != curve) throw DecryptionException("\"epk\" is no key on $curve")
        val fits =
            when (ephemeral) {
                is ECKey -> isCoordinate(ephemeral.x, ephemeral.curve) && isCoordinate(ephemeral.y, ephemeral.curve)
                // of bytes too many the JDK takes the first
                is OctetKeyPair -> ephemeral.decodedX.size == CURVE_25519_SIZE
                else -> false
            }
        if (!fits) throw DecryptionException("\"epk\" has a coordinate that is none on $curve")
    }

    private const val DIRECT = "ECDH-ES"
}
