package dev.openidclient.jose

import dev.openidclient.error.UnsupportedFeatureException
import dev.openidclient.json.JsonMembers
import dev.openidclient.json.text
import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonObject
import java.util.concurrent.ConcurrentHashMap

/** A public JSON Web Key ([RFC 7517 §4](https://www.rfc-editor.org/rfc/rfc7517#section-4)); unknown members survive in [json]. */
public class Jwk(
    json: JsonObject,
) : JsonMembers(json) {
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

    internal val isPrivate: Boolean get() = PRIVATE_MEMBERS.any { it in json }

    private val verifiers = ConcurrentHashMap<JwsAlgorithm, JwsVerifier>()

    /** Imports the key once for each algorithm. Throws [UnsupportedFeatureException] where the key is not usable for it. */
    internal fun verifier(algorithm: JwsAlgorithm): JwsVerifier =
        verifiers.computeIfAbsent(algorithm) { JwsVerifier.of(this, algorithm) }

    override val shown: Set<String> get() = setOf("kty", "kid", "alg", "use", "key_ops", "crv")

    private companion object {
        // RFC 7518 §6.2.2, §6.3.2, §6.4, RFC 8037 §2, and "priv" of the AKP key type
        val PRIVATE_MEMBERS = setOf("d", "p", "q", "dp", "dq", "qi", "oth", "k", "priv")
    }
}
