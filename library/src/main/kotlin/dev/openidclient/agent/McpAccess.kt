package dev.openidclient.agent

import dev.openidclient.authorization.AuthorizationCallback
import dev.openidclient.client.Purpose
import dev.openidclient.client.send
import dev.openidclient.error.TransportException
import dev.openidclient.error.WwwAuthenticateChallengeException
import dev.openidclient.http.HttpHeaders
import dev.openidclient.http.HttpRequest
import dev.openidclient.http.HttpResponse
import dev.openidclient.http.requireAcceptedToken
import dev.openidclient.http.shownUrl
import dev.openidclient.resource.AllowedOrigins
import dev.openidclient.resource.AllowedUrl
import dev.openidclient.resource.AllowedUrls
import dev.openidclient.resource.ResourceAccess
import dev.openidclient.resource.ResourceAuthorization
import dev.openidclient.resource.ResourceRequestBuilder
import dev.openidclient.resource.Verdict
import dev.openidclient.resource.asHttp
import dev.openidclient.resource.challengeOf
import dev.openidclient.token.TokenResponse

/**
 * Requests to one server of the Model Context Protocol, from nothing but its URL ([MCP
 * Authorization](https://modelcontextprotocol.io/specification/2026-07-28/basic/authorization)): who gives tokens is
 * found, a person agrees in the browser, and each challenge is answered.
 *
 * ```kotlin
 * val mcp = McpAccess("https://mcp.example.com/mcp") {
 *     metadataDocument("https://app.example.com/oauth/client.json")
 *     register { clientName("My agent") }                    // only where the server knows no documents
 *     authorize = LoopbackRedirect.authorization { url -> openBrowser(url) }
 * }
 * val answer = mcp.send { method = "POST"; body = HttpBody.text("application/json", message) }
 * ```
 *
 * An HTTP client of the program's own, as that of an MCP SDK, takes it wherever a [ResourceAccess] is wanted:
 * `install(OAuth) { access = mcp }` for Ktor. It is [InteractiveTokens] with the rules of MCP: the server must announce
 * PKCE, and the metadata may be those of the whole origin ([exactResource][InteractiveTokensSettings.exactResource] wants
 * the URL itself).
 *
 * One for each server and person, for the life of the program; [close] it at the end. Safe for any number of coroutines
 * and threads at once. The page `docs/agents.md` shows how it is used.
 */
public class McpAccess private constructor(
    /** What gets the tokens: for a [ResourceAccess] of the program's own. */
    public val tokens: InteractiveTokens,
) : ResourceAccess(tokens, tokens, OwnUrls(tokens)),
    AutoCloseable {
    /**
     * Of the server at [url]. Throws [IllegalArgumentException] where [url] is no absolute URL or not `https`, or the
     * settings contradict themselves. Sends nothing.
     */
    public constructor(
        url: String,
        configure: InteractiveTokensSettings.() -> Unit,
    ) : this(
        InteractiveTokens(
            url,
            InteractiveTokensSettings()
                .apply {
                    acceptCoveringResource()
                    isPkceAnnounced = true
                }.apply(configure),
        ),
    )

    /** Of the server. */
    public val url: String get() = tokens.url

    /**
     * Sends a request to [url] with an access token, without one where there is none yet, and answers what the server
     * challenges: so it may wait for a person.
     *
     * Returns the answer, whatever its status, with its whole body; redirects are not followed. Throws
     * [WwwAuthenticateChallengeException] where the server challenges once more than is worth answering;
     * [AuthorizationRequiredException][dev.openidclient.error.AuthorizationRequiredException] where a person must agree
     * and [authorize][InteractiveTokensSettings.authorize] is not set; [TransportException] where there is no answer; what
     * came of the authorization where that failed.
     */
    public suspend fun send(configure: ResourceRequestBuilder.() -> Unit = {}): HttpResponse = send(url, configure)

    /** The same to another URL of the server. Throws [IllegalArgumentException] where it is none of the resource's. */
    public suspend fun send(
        url: String,
        configure: ResourceRequestBuilder.() -> Unit = {},
    ): HttpResponse {
        tokens.restore()
        require(isAllowed(url)) {
            "\"${shownUrl(
                url,
            )}\" is not of the resource ${shownUrl(tokens.known?.resource ?: this.url)}, so it gets no " +
                "token of it: give it an McpAccess of its own"
        }
        val request = ResourceRequestBuilder().apply(configure)
        var authorization: ResourceAuthorization? = null
        var attempt = 0
        while (true) {
            authorization = checkNotNull(authorize(request.method, url, after = authorization))
            val answer = sent(request, url, authorization, ++attempt)
            if (answer != null) return answer
        }
    }

    /** Null: it is to be sent again. */
    private suspend fun sent(
        request: ResourceRequestBuilder,
        url: String,
        authorization: ResourceAuthorization,
        attempt: Int,
    ): HttpResponse? {
        val own = authorization.headers
        val headers = own.names.fold(request.headers) { all, name -> all.with(name, own[name].orEmpty()) }
        val message = HttpRequest(request.method, url.substringBefore('#'), headers, request.body)
        return tokens.connection.send(message, Purpose.RESOURCE, tokens.known?.issuer, attempt) { answer ->
            val response = answer.response
            val verdict = judge(authorization, response.status, response.headers)
            if (verdict == Verdict.SEND_AGAIN) return@send null
            val challenges = response.headers["www-authenticate"]
            if (challengeOf(response.status, challenges, authorization.scheme) != null) {
                answer.read { secrets -> requireAcceptedToken(secrets) }
            }
            response
        }
    }

    /**
     * A token that is usable now, for an HTTP client of the program's own; where there is none, of the authorization that
     * begins then. Throws as [InteractiveTokens.token] does.
     */
    public suspend fun token(): TokenResponse = tokens.token()

    /** Finishes what an `AuthorizationRequiredException` began, as [InteractiveTokens.complete] does. */
    public suspend fun complete(
        callbackUrl: String,
        pending: String,
    ): Unit = tokens.complete(callbackUrl, pending)

    /** The same for any callback, as a posted form. */
    public suspend fun complete(
        callback: AuthorizationCallback,
        pending: String,
    ): Unit = tokens.complete(callback, pending)

    /** As [InteractiveTokens.remove]. */
    public suspend fun remove(): Unit = tokens.remove()

    /** As [InteractiveTokens.revoke]. */
    public suspend fun revoke(): Unit = tokens.revoke()

    /** As [InteractiveTokens.close]. */
    override fun close(): Unit = tokens.close()

    /** As [InteractiveTokens.closed]. */
    public suspend fun closed(): Unit = tokens.closed()

    override fun toString(): String = "McpAccess(${shownUrl(url)})"
}

/** The URLs of one resource: of its origin, and below its path once that is known. */
private class OwnUrls(
    private val tokens: InteractiveTokens,
) : AllowedUrls {
    private val origins = AllowedOrigins(setOf(asHttp(tokens.target).origin))

    override fun find(url: String): AllowedUrl? {
        val known = tokens.known
        return origins.find(url)?.takeIf { known == null || known.covers(url) }
    }

    override val proofAlgorithms: List<String>? get() = tokens.proofAlgorithms

    override fun toString(): String = origins.toString()
}
