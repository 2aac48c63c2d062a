package dev.openidclient.testserver

import kotlinx.serialization.json.JsonObject
import java.math.BigInteger
import java.security.AlgorithmParameters
import java.security.GeneralSecurityException
import java.security.KeyFactory
import java.security.MessageDigest
import java.security.PrivateKey
import java.security.PublicKey
import java.security.Signature
import java.security.spec.ECGenParameterSpec
import java.security.spec.ECParameterSpec
import java.security.spec.ECPoint
import java.security.spec.ECPublicKeySpec
import java.security.spec.MGF1ParameterSpec
import java.security.spec.PSSParameterSpec
import java.security.spec.RSAPublicKeySpec
import java.security.spec.X509EncodedKeySpec
import javax.crypto.Mac
import javax.crypto.spec.SecretKeySpec

/** A compact JWS whose payload is a JSON object (RFC 7515 §3), taken apart; nothing is verified yet. */
internal class Jws private constructor(
    val header: JsonObject,
    val claims: JsonObject,
    private val input: ByteArray,
    private val signature: ByteArray,
) {
    val algorithm: String get() = header.text("alg").orEmpty()

    val keyId: String? get() = header.text("kid")

    /** Whether one of [keys], public JWKs, verifies it; only those that fit its `alg` and `kid` are asked. */
    fun isSignedBy(keys: List<JsonObject>): Boolean =
        keys
            .filter { keyId == null || it.text("kid") == null || it.text("kid") == keyId }
            .filter { it.text("alg") == null || Jca.isSame(it.text("alg").orEmpty(), algorithm) }
            .any { Jca.verifies(algorithm, it, input, signature) }

    /** Whether it has the HMAC that [secret] makes. */
    fun isSignedWith(secret: String): Boolean =
        Jca.hmac(algorithm, secret.encodeToByteArray(), input)?.let { MessageDigest.isEqual(it, signature) } == true

    companion object {
        private const val PARTS = 3

        /** Null where [compact] is none. */
        fun parse(compact: String): Jws? {
            val parts = compact.split('.')
            if (parts.size != PARTS) return null
            val header = fromBase64Url(parts[0])?.let { parseObject(it.decodeToString()) } ?: return null
            val claims = fromBase64Url(parts[1])?.let { parseObject(it.decodeToString()) } ?: return null
            val signature = fromBase64Url(parts[2]) ?: return null
            return Jws(header, claims, compact.substringBeforeLast('.').encodeToByteArray(), signature)
        }
    }
}

/** The signature algorithms of RFC 7518 §3.1 and RFC 8037 with the JCA. */
internal object Jca {
    private const val ED25519 = "Ed25519"

    // RFC 8410 §4: what stands before the 32 bytes of an Ed25519 key
    private val ED25519_PREFIX = byteArrayOf(0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00)

    private val CURVES = mapOf("P-256" to "secp256r1", "P-384" to "secp384r1", "P-521" to "secp521r1")

    /** `EdDSA` and `Ed25519` are one. */
    fun isSame(
        one: String,
        other: String,
    ): Boolean = one == other || setOf(one, other) == setOf("EdDSA", ED25519)

    fun sign(
        algorithm: String,
        key: PrivateKey,
        input: ByteArray,
    ): ByteArray =
        checkNotNull(signature(algorithm)) { "no signature algorithm: $algorithm" }.run {
            initSign(key)
            update(input)
            sign()
        }

    fun verifies(
        algorithm: String,
        jwk: JsonObject,
        input: ByteArray,
        signature: ByteArray,
    ): Boolean =
        try {
            val key = if (fits(algorithm, jwk)) publicKey(jwk) else null
            val verifier = if (key == null) null else signature(algorithm)
            verifier?.run {
                initVerify(key)
                update(input)
                verify(signature)
            } == true
        } catch (_: GeneralSecurityException) {
            false
        }

    private fun fits(
        algorithm: String,
        jwk: JsonObject,
    ) = when (algorithm) {
        "RS256", "RS384", "RS512", "PS256", "PS384", "PS512" -> jwk.text("kty") == "RSA"
        "ES256" -> jwk.text("crv") == "P-256"
        "ES384" -> jwk.text("crv") == "P-384"
        "ES512" -> jwk.text("crv") == "P-521"
        "EdDSA", ED25519 -> jwk.text("crv") == ED25519
        else -> false
    }

    /** Null for `none`, for an HMAC and for what is unknown. */
    private fun signature(algorithm: String): Signature? {
        val bits = algorithm.takeLast(3)
        return when (algorithm.take(2)) {
            "RS" -> Signature.getInstance("SHA${bits}withRSA")
            "ES" -> Signature.getInstance("SHA${bits}withECDSAinP1363Format")
            "PS" ->
                Signature.getInstance("RSASSA-PSS").apply {
                    val hash = "SHA-$bits"
                    setParameter(
                        PSSParameterSpec(hash, "MGF1", MGF1ParameterSpec(hash), bits.toInt() / Byte.SIZE_BITS, 1),
                    )
                }
            "Ed" -> Signature.getInstance(ED25519)
            else -> null
        }
    }

    /** Null where [jwk] is of no type that is known here. */
    fun publicKey(jwk: JsonObject): PublicKey? =
        when (jwk.text("kty")) {
            "RSA" ->
                KeyFactory
                    .getInstance(
                        "RSA",
                    ).generatePublic(RSAPublicKeySpec(integer(jwk, "n"), integer(jwk, "e")))
            "EC" -> {
                val parameters = AlgorithmParameters.getInstance("EC")
                parameters.init(ECGenParameterSpec(CURVES[jwk.text("crv")]))
                val curve = parameters.getParameterSpec(ECParameterSpec::class.java)
                val point = ECPoint(integer(jwk, "x"), integer(jwk, "y"))
                KeyFactory.getInstance("EC").generatePublic(ECPublicKeySpec(point, curve))
            }
            "OKP" ->
                KeyFactory
                    .getInstance(
                        ED25519,
                    ).generatePublic(X509EncodedKeySpec(ED25519_PREFIX + bytes(jwk, "x")))
            else -> null
        }

    private fun integer(
        jwk: JsonObject,
        name: String,
    ) = BigInteger(1, bytes(jwk, name))

    private fun bytes(
        jwk: JsonObject,
        name: String,
    ): ByteArray = jwk.text(name)?.let(::fromBase64Url) ?: ByteArray(0)

    /** Null where [algorithm] is none of `HS256`, `HS384`, `HS512`. */
    fun hmac(
        algorithm: String,
        secret: ByteArray,
        input: ByteArray,
    ): ByteArray? {
        if (!algorithm.startsWith("HS") || secret.isEmpty()) return null
        val name = "HmacSHA${algorithm.takeLast(3)}"
        return Mac.getInstance(name).run {
            init(SecretKeySpec(secret, name))
            doFinal(input)
        }
    }

    fun sha256(bytes: ByteArray): ByteArray = MessageDigest.getInstance("SHA-256").digest(bytes)

    fun sha256(text: String): String = base64Url(sha256(text.encodeToByteArray()))

    /** `at_hash`, `c_hash`, `s_hash`: half of the hash that goes with [algorithm] (OpenID Connect Core §3.1.3.6). */
    fun halfHash(
        algorithm: String,
        value: String,
    ): String {
        val bits = algorithm.takeLast(3).takeIf { it == "256" || it == "384" } ?: "512"
        val hash = MessageDigest.getInstance("SHA-$bits").digest(value.encodeToByteArray())
        return base64Url(hash.copyOf(hash.size / 2))
    }

    /** The thumbprint of RFC 7638 §3; null where [jwk] lacks a member. */
    fun thumbprint(jwk: JsonObject): String? {
        val names =
            when (jwk.text("kty")) {
                "EC" -> listOf("crv", "kty", "x", "y")
                "OKP" -> listOf("crv", "kty", "x")
                "RSA" -> listOf("e", "kty", "n")
                else -> return null
            }
        val members = names.map { it to (jwk.text(it) ?: return null) }
        return sha256(JsonObject(members.associate { (name, value) -> name to element(value) }).toString())
    }
}
