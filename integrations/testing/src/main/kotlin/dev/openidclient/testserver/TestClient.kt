package dev.openidclient.testserver

import dev.openidclient.jose.Jwk
import dev.openidclient.jose.JwkSet
import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive

/** A client that the server knows. `toString` does not show the secret. */
public class TestClient internal constructor(
    /** Its registration (RFC 7591 §2), with `client_id` and, if it has one, `client_secret`. */
    public val metadata: JsonObject,
) {
    public val clientId: String = requireNotNull(metadata.text("client_id")) { "a client must have a \"client_id\"" }

    internal val secret: String? get() = metadata.text("client_secret")

    /** Null: whatever suits the secret and the keys that there are. */
    internal val authenticationMethod: String? get() = metadata.text("token_endpoint_auth_method")

    internal val redirectUris: List<String> get() = metadata.texts("redirect_uris")

    internal val keys: List<JsonObject>
        get() = ((metadata["jwks"] as? JsonObject)?.get("keys") as? JsonArray)?.filterIsInstance<JsonObject>().orEmpty()

    internal val isConfidential: Boolean
        get() = authenticationMethod?.let { it != "none" } ?: (secret != null || keys.isNotEmpty())

    internal fun encryptionKey(algorithm: String): JsonObject? =
        keys.firstOrNull { it.text("use") != "sig" && (it.text("alg") == null || it.text("alg") == algorithm) }

    override fun toString(): String = "TestClient($clientId, ${metadata.keys})"
}

/** What a client registers with; a function is named after its member. */
@TestServerDsl
public class TestClientBuilder internal constructor(
    private val id: String,
    secret: String?,
) {
    private val members = LinkedHashMap<String, JsonElement>()

    init {
        require(id.isNotEmpty()) { "the client id must not be empty" }
        if (secret != null) members["client_secret"] = JsonPrimitive(secret)
    }

    /** `redirect_uris`: no other is taken then. Default: any is, as long as the token request repeats it. */
    public fun redirectUris(vararg uris: String): TestClientBuilder = metadata("redirect_uris", uris.toList())

    /** `post_logout_redirect_uris`: no other is taken then. */
    public fun postLogoutRedirectUris(vararg uris: String): TestClientBuilder =
        metadata("post_logout_redirect_uris", uris.toList())

    /**
     * `token_endpoint_auth_method`: no other is taken then. Default: `client_secret_basic`, `client_secret_post` and
     * `client_secret_jwt` with a secret, `private_key_jwt` with keys, else `none`.
     */
    public fun tokenEndpointAuthMethod(method: String): TestClientBuilder =
        metadata("token_endpoint_auth_method", method)

    /** `jwks`: public keys for assertions, request objects and encrypted answers, as `key.publicJwk`. */
    public fun jwks(vararg keys: Jwk): TestClientBuilder = jwks(JwkSet.of(*keys))

    /** `jwks`: the same. */
    public fun jwks(keys: JwkSet): TestClientBuilder = metadata("jwks", keys.json)

    /** `scope`: no other scope is granted then. */
    public fun scope(scope: String): TestClientBuilder = metadata("scope", scope)

    /** Any member (RFC 7591 §2, OpenID Connect Registration §2): text, a number, true or false, a list or a map. */
    public fun metadata(
        name: String,
        value: Any?,
    ): TestClientBuilder = apply { members[name] = element(value) }

    internal fun build() = TestClient(JsonObject(mapOf("client_id" to JsonPrimitive(id)) + members))

    override fun toString(): String = "TestClientBuilder($id, ${members.keys})"
}
