package dev.openidclient.resourceserver

import dev.openidclient.client.Connection
import dev.openidclient.error.OAuthException
import dev.openidclient.error.ReplayCacheException
import dev.openidclient.error.RequestRefusedException
import dev.openidclient.error.printable
import kotlinx.serialization.json.JsonObject

/**
 * The receiving side: judges the access tokens of requests to one API, and believes nothing else of them. Tokens are JWTs
 * ([RFC 9068](https://www.rfc-editor.org/rfc/rfc9068)), verified with the keys of their server, or are asked about at it
 * ([RFC 7662](https://www.rfc-editor.org/rfc/rfc7662)); those that are bound to a key ([RFC
 * 9449](https://www.rfc-editor.org/rfc/rfc9449)) or a client certificate ([RFC
 * 8705](https://www.rfc-editor.org/rfc/rfc8705)) need a proof of its possession.
 *
 * ```kotlin
 * val api = ResourceServer("https://api.example.com") {
 *     issuer("https://as.example.com")
 *     scopesSupported("orders:read", "orders:write")
 * }
 * val access = api.authorize(ResourceRequest(method, url, headers))
 * access.requireScopes("orders:write")
 * ```
 *
 * Nothing is sent before the first token comes. One for the life of the program, safe to use from any number of coroutines
 * and threads at once; [close] it at the end.
 *
 * The page `docs/receiving-tokens.md` shows how it is used.
 */
public class ResourceServer(
    /**
     * The resource identifier, exactly as servers write it into `aud` of its tokens: an `https` URL without fragment
     * ([RFC 9728 §1.2](https://www.rfc-editor.org/rfc/rfc9728#section-1.2)).
     */
    public val resource: String,
    configure: ResourceServerSettings.() -> Unit,
) : AutoCloseable {
    private val parts = ResourceServerSettings().apply(configure).build(resource)

    @Volatile
    private var isClosed = false

    /** Through which servers are asked, to be shared with clients. */
    public val connection: Connection get() = parts.opened.connection

    /**
     * What this resource server says of itself ([RFC 9728 §2](https://www.rfc-editor.org/rfc/rfc9728#section-2)): to be
     * answered at [metadataPath] with status 200 and [metadataHeaders], to everybody.
     */
    public val metadata: JsonObject get() = parts.document.json

    /** Where [metadata] are to be answered, at the origin of [resource]; with the query of [resource], if it has one. */
    public val metadataPath: String get() = parts.document.path

    /** The headers of the answer with [metadata]: a browser's script may read it, and anybody keep it for an hour. */
    public val metadataHeaders: Map<String, List<String>> get() = ResourceServerMetadata.HEADERS

    /**
     * What the access token of [request] grants. It stands in the header `Authorization`, and nowhere else.
     *
     * Throws [RequestRefusedException] with the answer to send where there is no token, or it is not valid for this
     * resource server, or its possession is not proven; with 503 where a proof cannot be told from one that came before.
     * Throws another [OAuthException] where the server's keys cannot be had, or it cannot be asked about the token: that is
     * not the caller's fault, so the answer is 503. Throws [IllegalStateException] after [close].
     */
    public suspend fun authorize(request: ResourceRequest): GrantedAccess {
        check(!isClosed) { "the resource server is closed" }
        val credentials = RequestCredentials.of(request.headers, parts.possession.isDpopTaken, parts.challenges)
        return try {
            granted(credentials, request)
        } catch (e: RefusedToken) {
            throw refusal(Challenge.INVALID_TOKEN, credentials, e)
        } catch (e: RefusedProof) {
            throw refusal(Challenge.proof(e.error), credentials, e)
        } catch (e: RefusedRequest) {
            throw refusal(Challenge.malformed("The URL of the request cannot be told"), credentials, e)
        } catch (e: ReplayCacheException) {
            throw Challenges.unavailable(e.text, e)
        }
    }

    private suspend fun granted(
        credentials: RequestCredentials,
        request: ResourceRequest,
    ): GrantedAccess {
        val trusted = parts.sources.trusted(credentials.token)
        val possession = parts.possession
        val proven = possession.prove(TokenBinding.of(trusted.claims), credentials, request)
        possession.registerOnce(proven)
        val headers = if (proven == null) emptyMap() else possession.nonceHeaders(proven.nonce)
        val time = connection.time
        return GrantedAccess(
            trusted.claims,
            AccessContext(trusted.issuer, credentials.scheme, parts.challenges, time, headers),
        )
    }

    private fun refusal(
        challenge: Challenge,
        credentials: RequestCredentials,
        refused: RuntimeException,
    ): RequestRefusedException {
        val isNonceWanted = challenge.error == Challenge.USE_DPOP_NONCE
        val nonce = if (isNonceWanted) parts.possession.nonceHeaders(null) else emptyMap()
        return parts.challenges.refusal(
            challenge,
            credentials.scheme,
            refused.message.orEmpty(),
            refused.cause,
            nonce,
        )
    }

    /**
     * Ends discovery, and what is asked about tokens: who waits gets [IllegalStateException], and so does whoever asks
     * afterwards. Closes the HTTP engine that was made for this; a [Connection] that was given stays open.
     */
    override fun close() {
        isClosed = true
        parts.sources.close()
        if (parts.opened.isOwn) parts.opened.connection.close()
    }

    override fun toString(): String = "ResourceServer(${printable(resource)})"
}

/** What a [ResourceServer] is made of. */
internal class ResourceServerParts(
    val opened: Opened,
    val sources: TokenSources,
    val possession: Possession,
    val challenges: Challenges,
    val document: ResourceDocument,
)

/** A connection, and whether it is closed with its resource server. */
internal class Opened(
    val connection: Connection,
    val isOwn: Boolean,
)
