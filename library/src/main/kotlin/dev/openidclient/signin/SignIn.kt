package dev.openidclient.signin

import dev.openidclient.authorization.AuthorizationCallback
import dev.openidclient.authorization.AuthorizationRequest
import dev.openidclient.authorization.AuthorizationRequestBuilder
import dev.openidclient.authorization.RequiredSteps
import dev.openidclient.authorization.authorizationRequest
import dev.openidclient.authorization.jwtResponse
import dev.openidclient.authorization.push
import dev.openidclient.authorization.sign
import dev.openidclient.authorization.stateIn
import dev.openidclient.client.ClientSource
import dev.openidclient.client.OpenIdClient
import dev.openidclient.client.ResponseKind
import dev.openidclient.client.beforeSending
import dev.openidclient.client.connectionOf
import dev.openidclient.error.AuthorizationResponseException
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.OAuthException
import dev.openidclient.error.TokenSourceException
import dev.openidclient.error.ValidationException
import dev.openidclient.error.ValidationSubject
import dev.openidclient.error.printable
import dev.openidclient.token.TokenRequestBuilder
import dev.openidclient.token.TokenResponse
import dev.openidclient.token.authorizationCodeGrant
import dev.openidclient.tokensource.digestOf
import dev.openidclient.tokenstore.TokenStore
import java.time.Clock
import java.time.Duration

/**
 * Sign-in on the web, from the link to the tokens, for any web framework: [begin] says where to send the browser and
 * which cookie to give it, [complete] takes the callback with that cookie and brings the tokens.
 *
 * Each sign-in has a cookie of its own, so several tabs sign in at once. Only the browser that began a sign-in can finish
 * it ([RFC 6749 §10.12](https://www.rfc-editor.org/rfc/rfc6749#section-10.12)), once: over all instances of the service,
 * where they share a [TokenStore] ([SignInSettings.store]). The browser then has a random handle, and no more.
 *
 * One for each client, for the life of the program; nothing of it is to be closed. Safe for any number of coroutines and
 * threads at once.
 *
 * A session of the application is its own affair: give the browser a **new** session id after [complete], and keep the
 * tokens in [dev.openidclient.tokensource.UserTokens] under it. The page `docs/sign-in-sessions.md` shows both.
 */
public class SignIn internal constructor(
    private val client: ClientSource,
    settings: SignInSettings,
) {
    /**
     * Throws [IllegalArgumentException] where the settings contradict themselves or have no
     * [redirectUri][SignInSettings.redirectUri].
     */
    public constructor(
        client: ClientSource,
        configure: SignInSettings.() -> Unit,
    ) : this(client, SignInSettings().apply(configure))

    private val rules = settings.rules()
    private val keeping = settings.keeping(connectionOf(client)?.time?.clock ?: Clock.systemUTC())

    /**
     * A sign-in with the parameters that [configure] names: send the browser to the URL of the result, with its cookies.
     * [cookieHeader] is the value of the header `Cookie` of the request (several joined with `; `; null where there is
     * none), so that a browser does not keep the cookies of more than 5 sign-ins. [returnTo] is where the person wanted
     * to go: a path of this application, with its query. It may come from a link, so what is anything else, or longer
     * than 1 024 characters, is dropped.
     *
     * With `response_type=code id_token` the response mode is `form_post` unless [configure] names another one.
     *
     * Throws [OAuthException] where the client cannot be had, or its server takes no pushed request;
     * [TokenSourceException] with [ErrorCode.TOKEN_STORE_FAILED] where the store or the cipher fails;
     * [IllegalArgumentException] where [configure] names another `redirect_uri`, or a cookie of its own would be longer
     * than browsers keep (4 096 bytes); [IllegalStateException] where a signed request is required and
     * [signRequests][SignInSettings.signRequests] is not said.
     */
    public suspend fun begin(
        cookieHeader: String?,
        returnTo: String? = null,
        configure: AuthorizationRequestBuilder.() -> Unit = {},
    ): BegunSignIn {
        val client = client.client()
        requireFitting(client)
        val request = client.authorizationRequest { with(client, configure) }
        require(request.pending.redirectUri == rules.redirectUri) {
            "the redirect URI of a sign-in is the one of the settings, \"${rules.redirectUri}\", " +
                "but the request has \"${printable(request.pending.redirectUri.orEmpty())}\""
        }
        val url = client.prepared(request).url
        val isFormPost = request.parameters["response_mode"].orEmpty().startsWith(FORM_POST)
        val cookie =
            cookieOf(request, returnPath(returnTo), client.configuration.pendingAuthorizationLifetime, isFormPost)
        return BegunSignIn(url, listOf(cookie) + surplus(cookieHeader, isFormPost))
    }

    /**
     * The tokens for the callback of the browser, where it began this sign-in: [callbackUrl] is the URL that it came back
     * to, with its query, and [cookieHeader] the value of the header `Cookie` of that request (several joined with `; `;
     * null where there is none). Whatever `authorizationCodeGrant` checks is checked; [configure] adds to the token
     * request. What was pending is gone from then on, whatever comes of it.
     *
     * Throws [ValidationException] with the subject [ValidationSubject.PENDING_AUTHORIZATION] where this browser has not
     * begun it, has finished it before, or waited too long: nothing was sent, no other sign-in is lost, and the person
     * begins again. [AuthorizationResponseException] where the server or the person refused; [TokenSourceException] with
     * [ErrorCode.TOKEN_STORE_FAILED] or [ErrorCode.TOKEN_STORE_UNREADABLE] where the store or the cipher fails, or an
     * entry is sealed with a key that is not known here; another [OAuthException] where anything else does not hold or
     * the server cannot be reached.
     */
    public suspend fun complete(
        callbackUrl: String,
        cookieHeader: String?,
        configure: TokenRequestBuilder.() -> Unit = {},
    ): CompletedSignIn = complete(AuthorizationCallback.url(callbackUrl), cookieHeader, configure)

    /** The same for any callback, as a posted form. */
    public suspend fun complete(
        callback: AuthorizationCallback,
        cookieHeader: String?,
        configure: TokenRequestBuilder.() -> Unit = {},
    ): CompletedSignIn {
        val client = client.client()
        val id = cookieIdOf(beforeSending { client.stateOf(callback) })
        val name = rules.cookiePrefix + id
        val values = CookieHeader(cookieHeader).valuesOf(name)
        if (values.size > 1) throw beginAgain("the cookie of the sign-in came with ${values.size} values")
        val value =
            values.firstOrNull()
                ?: throw beginAgain(
                    "the callback answers no sign-in that this browser has begun: its cookie " +
                        "\"${rules.cookiePrefix}…\" did not come with it",
                )
        val signIn = keeping.take(id, value)
        val tokens = client.authorizationCodeGrant(callback, signIn.pending, configure)
        // what is kept was checked before; a cookie is checked once more where it is used
        return CompletedSignIn(tokens, returnPath(signIn.returnTo), listOf(deletion(name, callback.isForm)))
    }

    override fun toString(): String = "SignIn(${rules.redirectUri})"

    private fun requireFitting(client: OpenIdClient) {
        val configuration = client.configuration
        require(!rules.isInsecure || configuration.profile == null) {
            "${configuration.profile?.title}: insecureCookies() must not be called"
        }
        check(configuration.responseKind != ResponseKind.ID_TOKEN) {
            "the client uses response_type=id_token, which brings no tokens: a SignIn is not for it"
        }
    }

    private fun AuthorizationRequestBuilder.with(
        client: OpenIdClient,
        configure: AuthorizationRequestBuilder.() -> Unit,
    ) {
        redirectUri(rules.redirectUri)
        // no server ever sees a fragment, where the response would be
        if (client.configuration.responseKind == ResponseKind.CODE_ID_TOKEN) responseMode(FORM_POST)
        configure()
    }

    private suspend fun OpenIdClient.prepared(request: AuthorizationRequest): AuthorizationRequest {
        val steps = RequiredSteps(this)
        check(rules.requestKey != null || steps.missing(isSigned = false, isPushed = true) == null) {
            "signed authorization requests are required here: signRequests(key) in the settings of SignIn signs them"
        }
        val signed = rules.requestKey?.let { sign(request, it) } ?: request
        val mustPush = rules.isPushing || steps.missing(isSigned = true, isPushed = false) != null
        return if (mustPush) push(signed) else signed
    }

    private suspend fun cookieOf(
        request: AuthorizationRequest,
        returnTo: String?,
        lifetime: Duration,
        isFormPost: Boolean,
    ): SignInCookie {
        val id = cookieIdOf(request.pending.state)
        val name = rules.cookiePrefix + id
        val whole = keeping.keep(id, PendingSignIn(request.pending, returnTo), lifetime)
        val isTooLong = name.length + 1 + whole.length > MOST_BYTES
        // a link that somebody wrote must not make the sign-in fail
        val value =
            if (isTooLong && returnTo != null) {
                keeping.keep(id, PendingSignIn(request.pending, null), lifetime)
            } else {
                whole
            }
        val length = name.length + 1 + value.length
        require(length <= MOST_BYTES) {
            "the cookie of this sign-in has $length bytes, but browsers keep $MOST_BYTES at the most: ask for less " +
                "(scope, resource), or keep it in a store in place of sealedCookie(…)"
        }
        return SignInCookie(name, value, lifetime, !rules.isInsecure, sameSite(isFormPost))
    }

    /** The cookies of sign-ins that were never finished, but for the latest ones. */
    private fun surplus(
        cookieHeader: String?,
        isFormPost: Boolean,
    ): List<SignInCookie> =
        CookieHeader(cookieHeader)
            .namesWith(rules.cookiePrefix)
            .filter { isId(it.drop(rules.cookiePrefix.length)) }
            .dropLast(MOST_PENDING - 1)
            .take(MOST_DELETED)
            .map { deletion(it, isFormPost) }

    private fun deletion(
        name: String,
        isFormPost: Boolean,
    ) = SignInCookie(name, "", Duration.ZERO, !rules.isInsecure, sameSite(isFormPost))

    /** A browser sends no `Lax` cookie with a form that another site posts, and takes `None` with `Secure` only. */
    private fun sameSite(isFormPost: Boolean): String? =
        when {
            !isFormPost -> "Lax"
            rules.isInsecure -> null
            else -> "None"
        }

    private companion object {
        const val FORM_POST = "form_post"

        /** Of one browser, the new one among them. */
        const val MOST_PENDING = 5

        /** At once: a request can bring any number of names. */
        const val MOST_DELETED = 20

        /** RFC 6265 §6.1, of name and value together. */
        const val MOST_BYTES = 4_096

        const val ID_LENGTH = 16

        /** The name of the cookie is found again from the callback, and says nothing of its state. */
        fun cookieIdOf(state: String): String = digestOf("sign-in cookie", state).take(ID_LENGTH)

        fun isId(text: String): Boolean =
            text.length == ID_LENGTH &&
                text.all { it in 'a'..'z' || it in 'A'..'Z' || it in '0'..'9' || it == '-' || it == '_' }

        suspend fun OpenIdClient.stateOf(callback: AuthorizationCallback): String {
            val isJwt = configuration.responseKind == ResponseKind.JWT
            return stateIn(if (isJwt) jwtResponse(callback) else callback.responseParameters)
        }
    }
}

/** A sign-in that has begun: where to send the browser, and with which cookies. `toString` shows no secret. */
public class BegunSignIn internal constructor(
    /** Redirect the browser there, with a status of 302 or 303. */
    public val url: String,
    /** Each is a header `Set-Cookie` of the redirect ([SignInCookie.headerValue]); the first is that of this sign-in. */
    public val cookies: List<SignInCookie>,
) {
    override fun toString(): String = "BegunSignIn(${url.substringBefore('?')}, $cookies)"
}

/** A sign-in that has succeeded. `toString` shows no secret. */
public class CompletedSignIn internal constructor(
    public val tokens: TokenResponse,
    /** The path that [SignIn.begin] was given; null where it was none of this application. */
    public val returnTo: String?,
    /** Each is a header `Set-Cookie` of the answer: they delete what the sign-in has left in the browser. */
    public val cookies: List<SignInCookie>,
) {
    override fun toString(): String = "CompletedSignIn($tokens, returnTo=${returnTo?.substringBefore('?')}, $cookies)"
}
