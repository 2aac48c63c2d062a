package dev.openidclient.benchmarks.loop

import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.add
import kotlinx.serialization.json.buildJsonObject
import kotlinx.serialization.json.put
import kotlinx.serialization.json.putJsonArray
import java.security.MessageDigest
import java.time.Instant
import java.util.Base64
import java.util.UUID

/** What the ID Tokens of a client are signed with; the stub server knows one client for each. */
internal enum class SigningAlgorithm(
    val identifier: String,
    /** The name of the JDK. */
    val jcaName: String,
) {
    RS256("RS256", "SHA256withRSA"),
    ES256("ES256", "SHA256withECDSAinP1363Format"),
    ;

    val clientId: String = "${identifier.lowercase()}client"
}

/** The tokens of the stub server. */
internal class StubTokens(
    private val keys: StubKeys,
) {
    /** The same one in each answer. */
    val accessToken: String =
        signed(
            SigningAlgorithm.RS256,
            "at+jwt",
            buildJsonObject {
                put("iss", "https://as.example.com")
                put("sub", "f3c0c7d2-8a51-4d5c-9a0e-5a3a1d0f7b11")
                put("aud", "https://api.example.com/orders")
                put("client_id", "f3c0c7d2-8a51-4d5c-9a0e-5a3a1d0f7b11")
                put("jti", "${UUID.randomUUID()}")
                put("iat", now())
                put("nbf", now())
                put("exp", now() + LIFETIME)
                put("scope", "orders:read orders:write")
                putJsonArray("roles") {
                    add("orders-reader")
                    add("orders-writer")
                }
            },
        )

    val jwks: String get() = keys.jwks.toString()

    /** A token response with [more] members. */
    fun answer(more: Map<String, String>): String =
        buildJsonObject {
            put("access_token", accessToken)
            put("token_type", "Bearer")
            put("expires_in", LIFETIME)
            more.forEach { (name, value) -> put(name, value) }
        }.toString()

    fun idToken(
        issuer: String,
        algorithm: SigningAlgorithm,
        nonce: String,
    ): String =
        signed(
            algorithm,
            "JWT",
            buildJsonObject {
                put("iss", issuer)
                put("sub", SUBJECT)
                put("aud", algorithm.clientId)
                put("azp", algorithm.clientId)
                put("exp", now() + LIFETIME)
                put("iat", now())
                put("auth_time", now())
                put("nonce", nonce)
                put("at_hash", halfHash(accessToken))
                put("sid", "${UUID.randomUUID()}")
                put("name", "Alice Adams")
                put("email", "alice@example.com")
                put("email_verified", true)
            },
        )

    private fun signed(
        algorithm: SigningAlgorithm,
        type: String,
        claims: JsonObject,
    ): String {
        val header =
            buildJsonObject {
                put("alg", algorithm.identifier)
                put("kid", keys.keyId(algorithm))
                put("typ", type)
            }
        val input = "${encoded(
            header.toString().encodeToByteArray(),
        )}.${encoded(claims.toString().encodeToByteArray())}"
        return "$input.${encoded(keys.sign(algorithm, input.encodeToByteArray()))}"
    }

    /** OpenID Connect Core §3.1.3.6. */
    private fun halfHash(token: String): String {
        val hash = MessageDigest.getInstance("SHA-256").digest(token.encodeToByteArray())
        return encoded(hash.copyOf(hash.size / 2))
    }

    private fun encoded(bytes: ByteArray): String = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes)

    private fun now(): Long = Instant.now().epochSecond

    companion object {
        const val SUBJECT: String = "alice"

        /** Longer than any run. */
        private const val LIFETIME = 3600L
    }
}
