package dev.openidclient.testing

import com.nimbusds.jose.JWSAlgorithm
import com.nimbusds.jose.JWSHeader
import com.nimbusds.jose.crypto.ECDSASigner
import com.nimbusds.jose.crypto.RSASSASigner
import com.nimbusds.jose.jwk.Curve
import com.nimbusds.jose.jwk.ECKey
import com.nimbusds.jose.jwk.RSAKey
import com.nimbusds.jose.jwk.gen.ECKeyGenerator
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import java.security.KeyPair
import java.security.KeyPairGenerator
import java.security.Signature
import java.util.Base64

/** Keys made at run time, once for each test JVM, and tokens signed with them. */
object TestKeys {
    val rsa: RSAKey by lazy { RSAKeyGenerator(2048).keyID("rsa-1").generate() }
    val otherRsa: RSAKey by lazy { RSAKeyGenerator(2048).keyID("rsa-2").generate() }
    val ec: ECKey by lazy { ECKeyGenerator(Curve.P_256).keyID("ec-1").generate() }
    val ed25519: KeyPair by lazy { KeyPairGenerator.getInstance("Ed25519").generateKeyPair() }

    private val encoder = Base64.getUrlEncoder().withoutPadding()

    fun base64Url(bytes: ByteArray): String = encoder.encodeToString(bytes)

    fun base64Url(text: String): String = base64Url(text.encodeToByteArray())

    /** The public JWK of [ed25519], with kid `ed-1`. */
    fun ed25519Jwk(): JsonObject {
        val x = ed25519.public.encoded.takeLast(ED25519_SIZE).toByteArray()
        return jsonObject("""{"kty":"OKP","crv":"Ed25519","kid":"ed-1","x":"${base64Url(x)}"}""")
    }

    fun publicJwk(key: com.nimbusds.jose.jwk.JWK): JsonObject = jsonObject(key.toPublicJWK().toJSONString())

    /** A JWK Set of [keys] as its document. */
    fun jwks(vararg keys: JsonElement): String = """{"keys":[${keys.joinToString(",")}]}"""

    /** A compact JWS of [claims] with any RSA or PSS algorithm. */
    fun signRsa(
        claims: JsonObject,
        algorithm: String = "RS256",
        key: RSAKey = rsa,
        header: Map<String, JsonElement> = mapOf("kid" to JsonPrimitive(key.keyID)),
    ): String =
        compact(claims, algorithm, header) { input ->
            RSASSASigner(key).sign(JWSHeader(JWSAlgorithm.parse(algorithm)), input).decode()
        }

    fun signEc(
        claims: JsonObject,
        algorithm: String = "ES256",
        key: ECKey = ec,
        header: Map<String, JsonElement> = mapOf("kid" to JsonPrimitive(key.keyID)),
    ): String =
        compact(claims, algorithm, header) { input ->
            ECDSASigner(key).sign(JWSHeader(JWSAlgorithm.parse(algorithm)), input).decode()
        }

    fun signEd25519(
        claims: JsonObject,
        algorithm: String = "Ed25519",
        header: Map<String, JsonElement> = mapOf("kid" to JsonPrimitive("ed-1")),
    ): String =
        compact(claims, algorithm, header) { input ->
            Signature.getInstance("Ed25519").run {
                initSign(ed25519.private)
                update(input)
                sign()
            }
        }

    /** A compact JWS with the signature that [sign] makes: for `none`, HMAC, and broken signatures too. */
    fun compact(
        claims: JsonObject,
        algorithm: String,
        header: Map<String, JsonElement> = emptyMap(),
        sign: (ByteArray) -> ByteArray,
    ): String {
        val full = JsonObject(mapOf<String, JsonElement>("alg" to JsonPrimitive(algorithm)) + header)
        val input = "${base64Url(full.toString())}.${base64Url(claims.toString())}"
        return "$input.${base64Url(sign(input.encodeToByteArray()))}"
    }

    private const val ED25519_SIZE = 32
}

/** The claims of an ordinary ID Token for [CLIENT_ID] at [NOW], with [changes]: a null value removes the claim. */
fun idTokenClaims(vararg changes: Pair<String, JsonElement?>): JsonObject {
    val claims =
        mutableMapOf<String, JsonElement>(
            "iss" to JsonPrimitive(ISSUER),
            "sub" to JsonPrimitive("248289761001"),
            "aud" to JsonPrimitive(CLIENT_ID),
            "exp" to JsonPrimitive(NOW.epochSecond + 300),
            "iat" to JsonPrimitive(NOW.epochSecond),
        )
    for ((name, value) in changes) if (value == null) claims.remove(name) else claims[name] = value
    return JsonObject(claims)
}
