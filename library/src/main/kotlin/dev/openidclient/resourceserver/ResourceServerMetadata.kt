package dev.openidclient.resourceserver

import dev.openidclient.http.AbsoluteUrl
import dev.openidclient.http.shownUrl
import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import java.util.Collections

/** By what name a resource server is known ([RFC 9728 §1.2](https://www.rfc-editor.org/rfc/rfc9728#section-1.2)). */
internal class ResourceIdentifier(
    /** As the program writes it. */
    val text: String,
    isInsecureAllowed: Boolean,
) {
    private val url: AbsoluteUrl =
        requireNotNull(AbsoluteUrl.parse(text)) {
            "the resource must be an absolute URL, as https://api.example.com, but is \"${shownUrl(text)}\"" +
                AbsoluteUrl.hostAdvice(text)
        }

    init {
        // it stands in challenges
        require(Challenges.isQuotable(text)) {
            "the resource \"${shownUrl(text)}\" must be printable ASCII: escape other characters (RFC 3986 §2.1)"
        }
        require(url.fragment == null) { "the resource \"${shownUrl(text)}\" must have no fragment (RFC 9728 §1.2)" }
        require(url.scheme == "https" || (isInsecureAllowed && url.scheme == "http")) {
            "the resource must be an https URL (RFC 9728 §1.2), but is \"${shownUrl(text)}\": " +
                "allowInsecureRequests() in connection { } takes http, for tests"
        }
    }

    val origin: String = url.origin

    // RFC 9728 §3.1: between host and path, and without the slash of a bare origin
    val metadataPath: String =
        WELL_KNOWN + (if (url.path == "/") "" else url.path) + url.query?.let { "?$it" }.orEmpty()

    val metadataUrl: String = url.origin + metadataPath

    private companion object {
        const val WELL_KNOWN = "/.well-known/oauth-protected-resource"
    }
}

/** What a resource server says of itself, and where. */
internal class ResourceDocument(
    val json: JsonObject,
    val path: String,
)

/**
 * The members of a protected resource's metadata that the settings name ([RFC 9728
 * §2](https://www.rfc-editor.org/rfc/rfc9728#section-2)).
 */
internal class ResourceServerMetadata {
    private val members = LinkedHashMap<String, JsonElement>()

    fun set(
        name: String,
        value: String,
    ) = set(name, JsonPrimitive(value))

    fun set(
        name: String,
        values: List<String>,
    ) = set(name, JsonArray(values.map(::JsonPrimitive)))

    /** Throws [IllegalArgumentException] where [name] is set by another call, or by itself. */
    fun add(
        name: String,
        value: JsonElement,
    ) {
        require(name !in OWNED) { "the metadata's \"$name\" cannot be set so: ${OWNED[name]}" }
        set(name, value)
    }

    fun set(
        name: String,
        value: JsonElement,
    ) {
        members[name] = value
    }

    operator fun contains(name: String): Boolean = name in members

    /** The document, in the order of RFC 9728 §2; members that have no value are left out (§3.2). */
    fun build(owned: Map<String, JsonElement>): JsonObject {
        val all = owned + members
        val ordered = ORDER.filter { it in all } + all.keys.filter { it !in ORDER }
        return JsonObject(
            ordered.associateWith { all.getValue(it) }.filterValues { it !is JsonArray || it.isNotEmpty() },
        )
    }

    companion object {
        private val ORDER =
            listOf(
                "resource",
                "authorization_servers",
                "jwks_uri",
                "scopes_supported",
                "bearer_methods_supported",
                "resource_name",
                "resource_documentation",
                "resource_policy_uri",
                "resource_tos_uri",
                "tls_client_certificate_bound_access_tokens",
                "authorization_details_types_supported",
                "dpop_signing_alg_values_supported",
                "dpop_bound_access_tokens_required",
            )

        private const val ITSELF = "the resource server does it by itself"

        private val OWNED =
            mapOf(
                "resource" to ITSELF,
                "authorization_servers" to ITSELF,
                "bearer_methods_supported" to ITSELF,
                "dpop_signing_alg_values_supported" to ITSELF,
                "dpop_bound_access_tokens_required" to ITSELF,
                "jwks_uri" to "call jwksUri(…)",
                "scopes_supported" to "call scopesSupported(…)",
                "resource_name" to "call resourceName(…)",
                "resource_documentation" to "call resourceDocumentation(…)",
                "resource_policy_uri" to "call resourcePolicyUri(…)",
                "resource_tos_uri" to "call resourceTosUri(…)",
                "tls_client_certificate_bound_access_tokens" to "call tlsClientCertificateBoundAccessTokens()",
                "authorization_details_types_supported" to "call authorizationDetailsTypesSupported(…)",
            )

        /** How the document is answered (RFC 9728 §3.2); any web page may read it, as MCP clients in browsers do. */
        val HEADERS: Map<String, List<String>> =
            Collections.unmodifiableMap(
                mapOf(
                    "content-type" to listOf("application/json"),
                    "cache-control" to listOf("max-age=3600"),
                    "access-control-allow-origin" to listOf("*"),
                ),
            )
    }
}
