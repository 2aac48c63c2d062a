package dev.openidclient.tampering

import dev.openidclient.integration.OidcProvider
import dev.openidclient.jose.JwsAlgorithm
import dev.openidclient.jose.SigningKey
import kotlinx.coroutines.runBlocking
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import kotlinx.serialization.json.jsonObject
import java.security.MessageDigest
import java.util.Base64
import javax.crypto.Mac
import javax.crypto.spec.SecretKeySpec

/**
 * Signs what was changed, with keys that stand in the JWK Set in the place of the server's and under their names: then
 * the change is all that is wrong.
 */
internal object Forgery {
    private val server: Map<JwsAlgorithm, SigningKey> by lazy {
        mapOf(
            JwsAlgorithm.RS256 to "server-rsa",
            JwsAlgorithm.PS256 to "server-rsa",
            JwsAlgorithm.ES256 to "server-p256",
        ).mapValues { (algorithm, keyId) -> SigningKey.generate(algorithm, keyId) }
    }

    /** Keys that the server has nothing to do with. */
    private val strangers: Map<JwsAlgorithm, SigningKey> by lazy {
        server.mapValues { (algorithm, key) -> SigningKey.generate(algorithm, key.keyId) }
    }

    val jwks: JsonObject by lazy {
        JsonObject(mapOf("keys" to JsonArray(server.values.map(::published))))
    }

    private fun published(key: SigningKey): JsonObject =
        key.publicJwk.json.changed("kid" to key.keyId, "alg" to key.algorithm.identifier, "use" to "sig")

    /** The compact JWT [jwt] with other header parameters or claims. */
    fun signedAgain(
        jwt: String,
        header: Array<out Pair<String, Any?>> = emptyArray(),
        claims: Array<out Pair<String, Any?>> = emptyArray(),
    ): String = sign(part(jwt, 0).changed(*header), part(jwt, 1).changed(*claims).toString())

    /** The payload of [jwt] as [edit] writes it. */
    fun withPayload(
        jwt: String,
        edit: (String) -> String,
    ): String = sign(part(jwt, 0), edit(part(jwt, 1).toString()))

    /** [jwt] signed by somebody else, with the name of the server's key. */
    fun signedByStranger(
        jwt: String,
        vararg header: Pair<String, Any?>,
    ): String = sign(part(jwt, 0).changed(*header), part(jwt, 1).toString(), strangers)

    /** [jwt] with [signature] in the place of its own. */
    fun withSignature(
        jwt: String,
        signature: (ByteArray) -> ByteArray,
    ): String = jwt.substringBeforeLast('.') + "." + base64(signature(decoded(jwt.substringAfterLast('.'))))

    /** [jwt] with the HMAC that a server would verify which took [secret] for its key. */
    fun withHmac(
        jwt: String,
        algorithm: String,
        secret: ByteArray,
    ): String {
        val input = base64(part(jwt, 0).changed("alg" to algorithm).toString()) + "." + jwt.split('.')[1]
        val name = "HmacSHA${algorithm.removePrefix("HS")}"
        val mac = Mac.getInstance(name).apply { init(SecretKeySpec(secret, name)) }
        return input + "." + base64(mac.doFinal(input.encodeToByteArray()))
    }

    /** The header or payload of [jwt]. */
    fun part(
        jwt: String,
        index: Int,
    ): JsonObject = Json.parseToJsonElement(decoded(jwt.split('.')[index]).decodeToString()).jsonObject

    /** The half-hash of [text] as `at_hash` has it. */
    fun halfHash(
        text: String,
        algorithm: String = "SHA-256",
    ): String =
        MessageDigest.getInstance(algorithm).digest(text.encodeToByteArray()).let { base64(it.copyOf(it.size / 2)) }

    fun base64(text: String): String = base64(text.encodeToByteArray())

    fun base64(bytes: ByteArray): String = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes)

    fun decoded(text: String): ByteArray = Base64.getUrlDecoder().decode(text)

    private fun sign(
        header: JsonObject,
        payload: String,
        keys: Map<JwsAlgorithm, SigningKey> = server,
    ): String {
        val input = "${base64(header.toString())}.${base64(payload)}"
        val algorithm = (header["alg"] as? JsonPrimitive)?.content.orEmpty()
        if (algorithm.equals("none", ignoreCase = true)) return "$input."
        val key = JwsAlgorithm.of(algorithm)?.let(keys::get) ?: keys.getValue(JwsAlgorithm.RS256)
        return input + "." + base64(runBlocking { key.sign(input.encodeToByteArray()) })
    }

    /** The secret of the client [id]. */
    fun secretOf(id: String): ByteArray = requireNotNull(OidcProvider.everything.client(id).secret).encodeToByteArray()
}
