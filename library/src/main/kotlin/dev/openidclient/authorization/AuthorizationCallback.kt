package dev.openidclient.authorization

import dev.openidclient.error.ErrorCode
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.Reached
import dev.openidclient.error.printable
import dev.openidclient.http.AbsoluteUrl
import dev.openidclient.http.MediaType
import dev.openidclient.http.Parameters
import dev.openidclient.http.shownUrl

/**
 * The request that brought the browser back: a URL, or, with `response_mode=form_post`, a URL and a form
 * ([OAuth 2.0 Form Post Response Mode §2](https://openid.net/specs/oauth-v2-form-post-response-mode-1_0.html)).
 * `toString` shows neither query nor form.
 *
 * The page `docs/callback.md` shows which one to make of what a framework gives.
 */
public class AuthorizationCallback private constructor(
    private val url: String?,
    private val query: Parameters,
    /**
     * The parameters of the URL's fragment, where a response with an ID Token has them, `session_state` too; empty for a
     * form. They are what the browser brought: nothing of them is checked here.
     */
    public val fragment: Parameters,
    private val form: Parameters?,
) {
    /** The parameters of the form where there is one, and then of nothing else; else those of the query. */
    public val parameters: Parameters get() = form ?: query

    /**
     * Where the response types with an ID Token have their parameters: in the form if there is one, else in the
     * fragment. Some servers put an error in the query all the same.
     */
    internal val frontChannelParameters: Parameters get() =
        form
            ?: if (fragment.isEmpty && "error" in query) query else fragment

    /** Where a code is: in the form if there is one, else in the query; in the fragment where the query has nothing. */
    internal val codeParameters: Parameters
        get() = form ?: if (RESPONSE_PARAMETERS.none { it in query }) fragment.ifEmpty(query) else query

    /** Whether it was posted, or was given as parameters alone. */
    internal val isForm: Boolean get() = form != null

    /** All that the response can have: of the form if there is one, else of the query and the fragment. */
    internal val responseParameters: Parameters get() = form ?: (query + fragment)

    /** The `response` of JARM, for `fragment.jwt` in the fragment. */
    internal val jwtResponse: String? get() = parameters.single(RESPONSE) ?: fragment.single(RESPONSE)

    /**
     * The URL without query and fragment, a web URL in its normal form; null where no URL, or only its path, is known.
     */
    internal val redirectUri: String?
        get() {
            val plain = url?.let(::withoutQueryAndFragment)?.takeIf(SCHEME::containsMatchIn) ?: return null
            return AbsoluteUrl.parse(plain)?.takeIf { it.scheme in WEB_SCHEMES }?.toString() ?: plain
        }

    override fun toString(): String = "AuthorizationCallback(${url?.let(::shownUrl)}, $parameters)"

    public companion object {
        private val SCHEME = Regex("^[A-Za-z][A-Za-z0-9+.-]*:")

        /** The URL of an app's own scheme has no normal form: `myapp://cb` and `myapp://cb/` are two. */
        private val WEB_SCHEMES = setOf("https", "http")

        /**
         * [url] as the browser asked for it, with its query; a path with a query, as some servers have it, does too.
         */
        @JvmStatic
        public fun url(url: String): AuthorizationCallback =
            AuthorizationCallback(url, queryOf(url), fragmentOf(url), null)

        /**
         * A form that was posted to [url]: [body] as it came; the query of [url] does not count. Throws
         * [InvalidResponseException] where [contentType] is not `application/x-www-form-urlencoded`.
         */
        @JvmStatic
        @JvmOverloads
        public fun formPost(
            url: String,
            body: String,
            contentType: String = MediaType.FORM,
        ): AuthorizationCallback {
            if (MediaType.of(contentType) != MediaType.FORM) {
                throw InvalidResponseException(
                    ErrorCode.INVALID_RESPONSE,
                    "a posted callback must have the content type ${MediaType.FORM}, " +
                        "but has \"${printable(contentType)}\"",
                    reached = Reached.NO,
                )
            }
            return formPost(url, Parameters.parse(body))
        }

        /** A form that was posted to [url], already parsed: the parameters of the body, without those of the query. */
        @JvmStatic
        public fun formPost(
            url: String,
            form: Parameters,
        ): AuthorizationCallback = AuthorizationCallback(url, queryOf(url), Parameters.EMPTY, form)

        /**
         * Parameters that the web framework has parsed: of the query, or of a posted form, never of both together, which
         * would let a link add to what the server posts. Where the redirect URI is not pending, it must be in the checks.
         */
        @JvmStatic
        public fun parameters(parameters: Parameters): AuthorizationCallback =
            AuthorizationCallback(null, Parameters.EMPTY, Parameters.EMPTY, parameters)

        private fun queryOf(url: String): Parameters =
            Parameters.parse(url.substringBefore('#').substringAfter('?', missingDelimiterValue = ""))

        private fun fragmentOf(url: String): Parameters =
            Parameters.parse(url.substringAfter('#', missingDelimiterValue = ""))

        private const val RESPONSE = "response"

        private val RESPONSE_PARAMETERS = listOf("code", "error", "state", "iss", RESPONSE)

        private fun Parameters.ifEmpty(others: Parameters): Parameters = if (isEmpty) others else this

        private fun withoutQueryAndFragment(url: String): String = url.substringBefore('#').substringBefore('?')
    }
}
