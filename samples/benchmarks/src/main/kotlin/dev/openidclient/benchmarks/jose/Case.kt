package dev.openidclient.benchmarks.jose

import dev.openidclient.jose.JwsAlgorithm
import dev.openidclient.jose.SigningKey
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.buildJsonObject
import kotlinx.serialization.json.jsonObject
import kotlinx.serialization.json.jsonPrimitive
import kotlinx.serialization.json.put
import kotlinx.serialization.json.putJsonObject
import java.security.KeyFactory
import java.security.KeyPair
import java.security.KeyPairGenerator
import java.security.MessageDigest
import java.security.PrivateKey
import java.security.Provider
import java.security.PublicKey
import java.security.spec.ECGenParameterSpec
import java.security.spec.PKCS8EncodedKeySpec
import java.security.spec.X509EncodedKeySpec
import java.time.Instant
import java.util.Base64

/** What all subjects of one algorithm work on: a key pair, and what it signed. */
class Case(
    val algorithm: String,
    val keyPair: KeyPair,
    val signed: Signed,
) {
    /** What a server and a client have signed, both with the key of the case. */
    class Signed(
        val idToken: String,
        /** RFC 9068. */
        val accessToken: String,
        /** The same, bound to the key of [proof]. */
        val boundToken: String,
        /** RFC 9449, for a request with [boundToken]. */
        val proof: String,
    )

    /** The key as the library takes it. */
    val signingKey: SigningKey by lazy { signingKey(algorithm, keyPair) }

    fun toJson(): JsonObject =
        buildJsonObject {
            put("algorithm", algorithm)
            put("pkcs8", encode(keyPair.private.encoded))
            put("spki", encode(keyPair.public.encoded))
            put("idToken", signed.idToken)
            put("jwtAccessToken", signed.accessToken)
            put("boundAccessToken", signed.boundToken)
            put("proof", signed.proof)
            put("audience", AUDIENCE)
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
        const val AUDIENCE = "https://resource.example"
        const val RESOURCE = "$AUDIENCE/accounts/7"
        const val ACCESS_TOKEN = "3kxY3pRr0mWvHr2GxSp1M3BvbnZ0b2tlbi1mb3ItYQ"
        private const val RSA_BITS = 2048
        private const val LIFETIME_SECONDS = 86_400L

        /** A new key, an ID Token as servers send them at a sign-in, and what comes with a call of an API. */
        suspend fun of(algorithm: String): Case {
            val keyPair = generate(algorithm)
            val key = signingKey(algorithm, keyPair)
            val header = """"alg":"$algorithm","kid":"$KEY_ID""""
            val now = Instant.now().epochSecond
            val bound = signed(key, """{$header,"typ":"at+jwt"}""", accessClaims(now, key.thumbprint()))
            val jwk = JsonObject(key.publicJwk.json.filterKeys { it in setOf("kty", "crv", "x", "y", "n", "e") })
            return Case(
                algorithm,
                keyPair,
                Signed(
                    signed(key, """{$header,"typ":"JWT"}""", idClaims(now)),
                    signed(key, """{$header,"typ":"at+jwt"}""", accessClaims(now, null)),
                    bound,
                    signed(key, """{"typ":"dpop+jwt","alg":"$algorithm","jwk":$jwk}""", proofClaims(now, bound)),
                ),
            )
        }

        private fun idClaims(now: Long) =
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

        private fun accessClaims(
            now: Long,
            thumbprint: String?,
        ) = buildJsonObject {
            put("iss", ISSUER)
            put("sub", "248289761001")
            put("aud", AUDIENCE)
            put("exp", now + LIFETIME_SECONDS)
            put("iat", now)
            put("jti", "dbe39bf3a3ba4238a513f51d6e1691c4")
            put("client_id", CLIENT_ID)
            put("scope", "orders:read orders:write")
            thumbprint?.let { putJsonObject("cnf") { put("jkt", it) } }
        }

        private fun proofClaims(
            now: Long,
            token: String,
        ) = buildJsonObject {
            put("iat", now)
            put("jti", "e1j3V_bKic8-LAEB_lccD50UOJ2oIi2XcBrVmE9tzE8")
            put("htm", "GET")
            put("htu", RESOURCE)
            put("ath", base64Url(MessageDigest.getInstance("SHA-256").digest(token.encodeToByteArray())))
        }

        private suspend fun signed(
            key: SigningKey,
            header: String,
            claims: JsonObject,
        ): String {
            val input = "${base64Url(header)}.${base64Url(claims.toString())}"
            return "$input.${base64Url(key.sign(input.encodeToByteArray()))}"
        }

        fun parse(json: JsonObject): Case {
            fun text(name: String) = json.getValue(name).jsonPrimitive.content
            val algorithm = text("algorithm")
            return Case(
                algorithm,
                keyPair(json.bytes("spki"), json.bytes("pkcs8"), algorithm, null),
                Signed(text("idToken"), text("jwtAccessToken"), text("boundAccessToken"), text("proof")),
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
