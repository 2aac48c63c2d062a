package dev.openidclient.jose

import dev.openidclient.error.UnsupportedFeatureException
import dev.openidclient.json.JsonMembers
import dev.openidclient.json.text
import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import java.util.concurrent.ConcurrentHashMap

/**
 * A public JSON Web Key ([RFC 7517 §4](https://www.rfc-editor.org/rfc/rfc7517#section-4)); unknown members survive in
 * [json].
 */
public class Jwk(
    json: JsonObject,
) : JsonMembers(json, "Jwk") {
    /** `kty` */
    public val keyType: String? get() = text(json["kty"])

    /** `kid` */
    public val keyId: String? get() = text(json["kid"])

    /** `alg` */
    public val algorithm: String? get() = text(json["alg"])

    /** `use` */
    public val publicKeyUse: String? get() = text(json["use"])

    /** `key_ops` */
    public val keyOperations: List<String>? get() = (json["key_ops"] as? JsonArray)?.mapNotNull(::text)

    /** `crv` */
    public val curve: String? get() = text(json["crv"])

    /** What may go out with a proof (RFC 9449 §4.2): nothing private, and nothing but the key. */
    internal fun publicMembers(): JsonObject =
        JsonObject(
            json.filterKeys {
                it in KEY_MEMBERS ||
                    (it == "alg" && keyType == "AKP")
            },
        )

    /** The same key with what one registers it for; members that are null are left out. */
    internal fun registered(
        keyId: String?,
        algorithm: String?,
        use: String,
    ): Jwk {
        val members = listOfNotNull(keyId?.let { "kid" to it }, algorithm?.let { "alg" to it }, "use" to use)
        return Jwk(JsonObject(json + members.associate { (name, value) -> name to JsonPrimitive(value) }))
    }

    internal val isPrivate: Boolean get() = PRIVATE_MEMBERS.any { it in json }

    private val verifiers = ConcurrentHashMap<JwsAlgorithm, JwsVerifier>()

    /**
     * Imports the key once for each algorithm. Throws [UnsupportedFeatureException] where the key is not usable for it.
     */
    internal fun verifier(algorithm: JwsAlgorithm): JwsVerifier =
        verifiers[algorithm] ?: verifiers.computeIfAbsent(algorithm) { JwsVerifier.of(this, algorithm) }

    /**
     * The SHA-256 thumbprint as base64url ([RFC 7638 §3](https://www.rfc-editor.org/rfc/rfc7638#section-3)). Throws
     * [UnsupportedFeatureException] where the key is of an unknown type or lacks a member.
     */
    public fun thumbprint(): String {
        val names =
            THUMBPRINT_MEMBERS[keyType]
                ?: throw UnsupportedFeatureException("a key of the \"kty\" $keyType has no thumbprint here")
        val members =
            names.associateWith {
                json[it]
                    ?: throw UnsupportedFeatureException("the key has no \"$it\", so it has no thumbprint")
            }
        return Base64Url.encode(Jca.digest("SHA-256").digest(JsonObject(members).toString().encodeToByteArray()))
    }

    override val shown: Set<String> get() = setOf("kty", "kid", "alg", "use", "key_ops", "crv")

    public companion object {
        /** The JWK in [text]. Throws [IllegalArgumentException] where it is no JSON object. */
        @JvmStatic
        public fun parse(text: String): Jwk = Jwk(PrivateJwk.parse(text))

        private val KEY_MEMBERS = setOf("kty", "crv", "x", "y", "e", "n", "pub")

        // RFC 7638 §3.2, RFC 8037 §2, RFC 9964, in the order of their names
        private val THUMBPRINT_MEMBERS =
            mapOf(
                "EC" to listOf("crv", "kty", "x", "y"),
                "OKP" to listOf("crv", "kty", "x"),
                "RSA" to listOf("e", "kty", "n"),
                "AKP" to listOf("alg", "kty", "pub"),
            )

        // RFC 7518 §6.2.2, §6.3.2, §6.4, RFC 8037 §2, RFC 9964
        private val PRIVATE_MEMBERS = setOf("d", "p", "q", "dp", "dq", "qi", "oth", "k", "priv")
    }
}
