package dev.openidclient.registration

import dev.openidclient.http.AbsoluteUrl
import dev.openidclient.http.shownUrl
import dev.openidclient.json.kind
import dev.openidclient.json.text
import dev.openidclient.metadata.OpenIdClientDsl
import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import java.util.function.Consumer

/**
 * What a client says of itself at a URL that is its client id ([OAuth Client ID Metadata
 * Document](https://datatracker.ietf.org/doc/draft-ietf-oauth-client-id-metadata-document/)): servers that support it
 * fetch the document, so that nothing is registered there. Serve [json] at [url] as `application/json`, with status 200
 * and no redirect.
 *
 * It has a name and redirect URIs at least. Where nothing else is named, the client is public
 * (`token_endpoint_auth_method` is `none`) and uses `authorization_code` and `refresh_token`.
 *
 * Throws [IllegalArgumentException] where [url] is not `https`, has no path but `/`, dot segments, a fragment or user
 * information; where the name or the redirect URIs are missing; where `client_id` is another text than [url]; where
 * there is a secret, or a method that needs one; where `private_key_jwt` has no public keys, or a key is private; and
 * where the document has more than 5 KiB, after which servers may stop reading.
 *
 * The page `docs/registration.md` shows how it is served and used.
 */
public class ClientIdMetadataDocument(
    /** The client id. */
    public val url: String,
    configure: Consumer<ClientIdMetadataDocumentBuilder>,
) {
    private val document: JsonObject

    /** What [url] has to answer: one line of JSON. */
    public val json: String

    init {
        requireDocumentUrl(url)
        val builder = ClientIdMetadataDocumentBuilder()
        configure.accept(builder)
        document = builder.document(url)
        json = document.toString()
        val size = json.encodeToByteArray().size
        require(size <= MOST_BYTES) {
            "a client metadata document must have $MOST_BYTES bytes at the most, for servers may stop reading there, " +
                "but this one has $size: name keys by jwks_uri, and logos by their URL"
        }
    }

    /** `redirect_uris` */
    internal val redirectUris: List<String> get() = texts(document[REDIRECT_URIS]).orEmpty()

    /** `grant_types` */
    internal val grantTypes: List<String> get() = texts(document[GRANT_TYPES]).orEmpty()

    override fun equals(other: Any?): Boolean = other is ClientIdMetadataDocument && json == other.json

    override fun hashCode(): Int = json.hashCode()

    /** [json], which everybody may read. */
    override fun toString(): String = json

    private companion object {
        const val MOST_BYTES = 5 * 1024
    }
}

/** The same with [configure] for Kotlin. */
@JvmSynthetic // a constructor, but that would not hide from Java, where a lambda would fit both
public fun ClientIdMetadataDocument(
    url: String,
    configure: ClientIdMetadataDocumentBuilder.() -> Unit,
): ClientIdMetadataDocument = ClientIdMetadataDocument(url, Consumer { it.configure() })

/** What a [ClientIdMetadataDocument] says; a function is named after its member. */
@OpenIdClientDsl
public class ClientIdMetadataDocumentBuilder internal constructor() :
    ClientDescription<ClientIdMetadataDocumentBuilder>() {
        internal fun document(url: String): JsonObject {
            val named = document()
            val clientId = named["client_id"]
            require(clientId == null || text(clientId) == url) {
                "\"client_id\" of a client metadata document must be its URL \"$url\", character by character: leave " +
                    "it out"
            }
            requireText(named, "client_name")
            requireRedirectUris(named)
            for (member in SECRETS) {
                require(member !in named) {
                    "a client metadata document must not have \"$member\": everybody reads it, and no server knows it"
                }
            }
            requireMethod(named)
            return JsonObject(mapOf("client_id" to JsonPrimitive(url)) + DEFAULTS + named)
        }

        override fun self(): ClientIdMetadataDocumentBuilder = this

        override fun toString(): String = "ClientIdMetadataDocumentBuilder($names)"

        private companion object {
            val SECRETS = listOf("client_secret", "client_secret_expires_at")
            val SYMMETRIC = setOf("client_secret_basic", "client_secret_post", "client_secret_jwt")
            const val METHOD = "token_endpoint_auth_method"

            val DEFAULTS: Map<String, JsonElement> =
                mapOf(
                    GRANT_TYPES to JsonArray(listOf("authorization_code", "refresh_token").map(::JsonPrimitive)),
                    "response_types" to JsonArray(listOf(JsonPrimitive("code"))),
                    METHOD to JsonPrimitive("none"),
                )

            fun requireText(
                document: JsonObject,
                member: String,
            ) = require(!document[member]?.let(::text).isNullOrEmpty()) {
                "a client metadata document needs \"$member\", which people are shown"
            }

            fun requireRedirectUris(document: JsonObject) {
                val uris = texts(document[REDIRECT_URIS])
                require(!uris.isNullOrEmpty() && uris.none(String::isEmpty)) {
                    "a client metadata document needs \"$REDIRECT_URIS\", one at least: servers send people nowhere else"
                }
            }

            fun requireMethod(document: JsonObject) {
                val member = document[METHOD] ?: return
                val method = requireNotNull(text(member)) { "\"$METHOD\" must be a string, but is ${kind(member)}" }
                require(method !in SYMMETRIC) {
                    "\"$METHOD\" of a client metadata document cannot be $method, for there is no secret: use " +
                        "private_key_jwt, or none"
                }
                require(method != "private_key_jwt" || "jwks" in document || "jwks_uri" in document) {
                    "\"$METHOD\" private_key_jwt needs the public keys in the document: jwks(…) or jwksUri(…)"
                }
            }
        }
    }

internal const val REDIRECT_URIS = "redirect_uris"
internal const val GRANT_TYPES = "grant_types"

/** Null where [element] is not an array of strings. */
internal fun texts(element: JsonElement?): List<String>? = (element as? JsonArray)?.map { text(it) ?: return null }

/** Throws [IllegalArgumentException] where [url] cannot be that of a client metadata document, and so no client id. */
internal fun requireDocumentUrl(url: String) {
    val parsed =
        requireNotNull(AbsoluteUrl.parse(url)) {
            "the URL of a client metadata document must be an absolute https URL without user information, but is " +
                "\"${shownUrl(url)}\"${AbsoluteUrl.hostAdvice(url)}"
        }
    val shown = shownUrl(url)
    require(parsed.scheme == "https") { "the URL of a client metadata document must be https, but is \"$shown\"" }
    require('#' !in url) { "the URL of a client metadata document must have no fragment, but is \"$shown\" with one" }
    // as it was written: the parsed one has none
    val path = url.substringAfter("://").substringBefore('?').substringAfter('/', "")
    require(path.isNotEmpty()) {
        "the URL of a client metadata document needs a path other than \"/\", as " +
            "https://app.example.com/oauth/client.json, but is \"$shown\""
    }
    val segments = path.replace("%2e", ".", ignoreCase = true).split('/')
    require(segments.none { it == "." || it == ".." }) {
        "the path of a client metadata document's URL must have no segments \".\" and \"..\", but is \"$shown\""
    }
}
