package dev.openidclient.benchmarks.jose

import dev.openidclient.jose.JwsAlgorithm
import dev.openidclient.jose.SigningKey
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.buildJsonObject
import kotlinx.serialization.json.jsonObject
import kotlinx.serialization.json.jsonPrimitive
import kotlinx.serialization.json.put
import java.security.KeyFactory
import java.security.KeyPair
import java.security.KeyPairGenerator
import java.security.PrivateKey
import java.security.Provider
import java.security.PublicKey
import java.security.spec.ECGenParameterSpec
import java.security.spec.PKCS8EncodedKeySpec
import java.security.spec.X509EncodedKeySpec
import java.time.Instant
import java.util.Base64

/** What all subjects of one algorithm work on: a key pair, and an ID Token that it signed. */
class Case(
    val algorithm: String,
    val keyPair: KeyPair,
    val idToken: String,
) {
    /** The key as the library takes it. */
    val signingKey: SigningKey by lazy { signingKey(algorithm, keyPair) }

    val signingInput: ByteArray get() = idToken.substringBeforeLast('.').encodeToByteArray()

    /** As in the JWS. */
    val signature: ByteArray get() = Base64.getUrlDecoder().decode(idToken.substringAfterLast('.'))

    fun toJson(): JsonObject =
        buildJsonObject {
            put("algorithm", algorithm)
            put("pkcs8", encode(keyPair.private.encoded))
            put("spki", encode(keyPair.public.encoded))
            put("idToken", idToken)
            put("issuer", ISSUER)
            put("clientId", CLIENT_ID)
            put("keyId", KEY_ID)
            put("nonce", NONCE)
            put("resource", RESOURCE)
            put("accessToken", ACCESS_TOKEN)
        }

    companion object {
        const val ISSUER = "https://server.example"
        const val CLIENT_ID = "benchmark-client"
        const val KEY_ID = "key-1"
        const val NONCE = "jqhxYOQHT8s0pkwWRvNk_ZrIC4Dwfk7y0zgFZbEwZmM"
        const val RESOURCE = "https://resource.example/accounts/7"
        const val ACCESS_TOKEN = "3kxY3pRr0mWvHr2GxSp1M3BvbnZ0b2tlbi1mb3ItYQ"
        private const val RSA_BITS = 2048
        private const val LIFETIME_SECONDS = 86_400L

        /** A new key and an ID Token as servers send them at a sign-in. */
        suspend fun of(algorithm: String): Case {
            val keyPair = generate(algorithm)
            val now = Instant.now().epochSecond
            val payload =
                buildJsonObject {
                    put("iss", ISSUER)
                    put("sub", "248289761001")
                    put("aud", CLIENT_ID)
                    put("exp", now + LIFETIME_SECONDS)
                    put("iat", now)
                    put("auth_time", now)
                    put("nonce", NONCE)
                    put("name", "Jane Doe")
                    put("email", "jane.doe@mail.example")
                    put("email_verified", true)
                }
            val header = """{"alg":"$algorithm","kid":"$KEY_ID","typ":"JWT"}"""
            val input = "${base64Url(header)}.${base64Url(payload.toString())}"
            val signature = signingKey(algorithm, keyPair).sign(input.encodeToByteArray())
            return Case(algorithm, keyPair, "$input.${base64Url(signature)}")
        }

        fun parse(json: JsonObject): Case {
            val algorithm = json.getValue("algorithm").jsonPrimitive.content
            return Case(
                algorithm,
                keyPair(json.bytes("spki"), json.bytes("pkcs8"), algorithm, null),
                json.getValue("idToken").jsonPrimitive.content,
            )
        }

        private fun generate(algorithm: String): KeyPair =
            KeyPairGenerator
                .getInstance(keyAlgorithm(algorithm))
                .apply {
                    when (keyAlgorithm(algorithm)) {
                        "RSA" -> initialize(RSA_BITS)
                        "EC" -> initialize(ECGenParameterSpec("secp256r1"))
                    }
                }.generateKeyPair()
    }
}

/** The JCA's name of the kind of key. */
private fun keyAlgorithm(algorithm: String): String =
    when (algorithm) {
        "RS256", "PS256" -> "RSA"
        "ES256" -> "EC"
        "Ed25519" -> "Ed25519"
        else -> throw IllegalArgumentException("no benchmark has the algorithm $algorithm")
    }

/** The keys as those of [provider], where that makes keys of this kind; else as the JDK's. */
fun Case.keyPairOf(provider: Provider): KeyPair =
    keyPair(
        keyPair.public.encoded,
        keyPair.private.encoded,
        algorithm,
        provider.takeIf { it.getService("KeyFactory", keyAlgorithm(algorithm)) != null },
    )

private fun keyPair(
    spki: ByteArray,
    pkcs8: ByteArray,
    algorithm: String,
    provider: Provider?,
): KeyPair {
    val name = keyAlgorithm(algorithm)
    val factory = if (provider == null) KeyFactory.getInstance(name) else KeyFactory.getInstance(name, provider)
    val public: PublicKey = factory.generatePublic(X509EncodedKeySpec(spki))
    val private: PrivateKey = factory.generatePrivate(PKCS8EncodedKeySpec(pkcs8))
    return KeyPair(public, private)
}

private fun signingKey(
    algorithm: String,
    keyPair: KeyPair,
): SigningKey = SigningKey.fromKeyPair(keyPair, JwsAlgorithm.entries.first { it.identifier == algorithm }, Case.KEY_ID)

private fun base64Url(text: String): String = base64Url(text.encodeToByteArray())

private fun base64Url(bytes: ByteArray): String = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes)

private fun encode(bytes: ByteArray): String = Base64.getEncoder().encodeToString(bytes)

private fun JsonObject.bytes(name: String): ByteArray = Base64.getDecoder().decode(getValue(name).jsonPrimitive.content)
