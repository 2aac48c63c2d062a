package dev.openidclient.authorization

import dev.openidclient.client.AccessRequestBuilder
import dev.openidclient.client.OpenIdClient
import dev.openidclient.client.ResponseKind
import dev.openidclient.client.endpoint
import dev.openidclient.dpop.Dpop
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.MetadataException
import dev.openidclient.error.WwwAuthenticateChallenge
import dev.openidclient.error.printable
import dev.openidclient.http.AbsoluteUrl
import dev.openidclient.http.Parameters
import dev.openidclient.http.isLoopback
import dev.openidclient.http.shownUrl
import dev.openidclient.json.parseJson
import kotlinx.serialization.json.JsonObject
import java.time.Duration
import java.util.function.Consumer

/**
 * An authorization request ([RFC 6749 §4.1.1](https://www.rfc-editor.org/rfc/rfc6749#section-4.1.1)): send the person's
 * browser to [url], and store [pending] until the callback comes. [sign] and [push] make another one of it; they
 * compose.
 */
public class AuthorizationRequest internal constructor(
    private val completeUrl: String,
    /** The parameters of the request, without those of the endpoint's own query. */
    public val parameters: Parameters,
    public val pending: PendingAuthorization,
    /**
     * The `expires_in` of a pushed request: until then the browser must have been sent; null where it was not pushed.
     */
    public val requestUriLifetime: Duration?,
    internal val isSigned: Boolean,
    /** What the server or the profile requires and is not done yet. */
    private val missingStep: String?,
    private val bare: AuthorizationRequest? = null,
) {
    /** Opens what is encrypted of a response that is a JWT (JARM), which has `state` inside; null: it is none. */
    internal var openResponse: (suspend (String) -> String)? = null

    /**
     * Where to send the browser. Throws [IllegalStateException] where the metadata of the server or of the client, or
     * the security profile, requires a pushed or a signed request and this is none: it would be refused.
     */
    public val url: String
        get() {
            check(missingStep == null) { missingStep.orEmpty() }
            return completeUrl
        }

    /**
     * The same signed request with nothing beside the request object and `client_id` ([RFC 9101
     * §5](https://www.rfc-editor.org/rfc/rfc9101#section-5)): for a server that refuses what is said twice. Throws
     * [IllegalStateException] where the request is not signed.
     */
    public fun requestObjectOnly(): AuthorizationRequest {
        check(isSigned) { "the request has no request object: client.sign(request, key) makes one" }
        return bare ?: this
    }

    /** Shows neither the parameters of the URL nor what is pending. */
    override fun toString(): String = "AuthorizationRequest(${shownUrl(completeUrl)}, $parameters)"
}

/**
 * An authorization request with PKCE (`S256`), `state`, and, where an ID Token is asked for, `nonce`; all three made
 * here.
 *
 * Sends nothing. Throws [MetadataException] where the server has no authorization endpoint, or one that is not `https`,
 * or where it lists its prompts and `create` is asked for and not among them; [IllegalArgumentException] where the ID
 * Token of a hint is of another issuer, or the redirect URI is `http` and not at this machine (`127.0.0.1`, `[::1]`,
 * `localhost`) and the settings do not allow insecure requests ([RFC 8252
 * §7.3](https://www.rfc-editor.org/rfc/rfc8252#section-7.3)).
 *
 * The page `docs/sign-in.md` shows a whole sign-in; `docs/cli-and-desktop.md` and `docs/android.md` those without a web
 * server.
 */
public fun OpenIdClient.authorizationRequest(
    configure: AuthorizationRequestBuilder.() -> Unit = {},
): AuthorizationRequest {
    val kind = configuration.responseKind
    val builder = AuthorizationRequestBuilder(kind).apply(configure)
    requirePrompts(builder)
    builder.hinted.forEach(::requireOwnIdToken)
    val pkce = Pkce.generate()
    builder.complete(pkce)
    val parameters = builder.parameters
    parameters["redirect_uri"]?.let(::requireSafeRedirectUri)
    val pending =
        PendingAuthorization(
            issuer = server.issuer,
            clientId = clientId,
            redirectUri = parameters["redirect_uri"],
            state = checkNotNull(parameters["state"]),
            nonce = parameters["nonce"],
            codeVerifier = pkce.codeVerifier,
            createdAt = time.instant,
            authentication = builder.authentication,
            scope = parameters["scope"],
            resource = parameters.all("resource"),
            askedIssuer = configuration.askedIssuer?.takeIf { it != server.issuer },
        )
    return requestWith(completed(parameters), pending)
}

private fun OpenIdClient.requireSafeRedirectUri(uri: String) {
    if (!uri.startsWith("http:", ignoreCase = true) || configuration.connection.traits.insecureRequestsAllowed) return
    require(AbsoluteUrl.parse(uri)?.let { isLoopback(it.host) } == true) {
        "the redirect URI \"${printable(
            shownUrl(uri),
        )}\" is http, so whoever is on the way to it reads the code: use " +
            "https; http is for this machine only (127.0.0.1, [::1], localhost)"
    }
}

/** A request of another client must not be signed or pushed by this one: its callback would be refused. */
internal fun OpenIdClient.requireOwn(request: AuthorizationRequest) {
    val pending = request.pending
    require(pending.issuer == server.issuer && pending.clientId == clientId) {
        "the request is of client \"${pending.clientId}\" at \"${pending.issuer}\", " +
            "but this is client \"$clientId\" at \"${server.issuer}\": use the client that made it"
    }
}

/** The request with [parameters], complete; [lifetime] is the one of a pushed request. */
internal fun OpenIdClient.requestWith(
    parameters: Parameters,
    pending: PendingAuthorization,
    isSigned: Boolean = false,
    lifetime: Duration? = null,
    requestObjectOnly: AuthorizationRequest? = null,
): AuthorizationRequest =
    AuthorizationRequest(
        endpoint("authorization_endpoint", aliased = false).withParameters(parameters),
        parameters,
        pending,
        lifetime,
        isSigned,
        RequiredSteps(this).missing(isSigned, isPushed = lifetime != null),
        requestObjectOnly,
    ).also { if (configuration.responseKind == ResponseKind.JWT) it.openResponse = ::openedResponse }

/**
 * The URL of an authorization request with [parameters] as they are, for full control: only `client_id` and
 * `response_type` are added where they are absent, and `response_mode=jwt` where the client uses it. State, nonce and
 * PKCE are the caller's, who checks them with [AuthorizationCodeChecks].
 *
 * Sends nothing. Throws [MetadataException] where the server has no authorization endpoint, or one that is not `https`;
 * [IllegalArgumentException] where `response_type=id_token` lacks a `nonce`; [IllegalStateException] where the metadata
 * of the server or of the client, or the security profile, requires a pushed or a signed request, and [parameters] have
 * neither `request_uri` nor, for a signed one, `request`.
 *
 * The page `docs/callback.md` shows how the answer is checked then.
 */
public fun OpenIdClient.authorizationUrl(parameters: Parameters): String {
    val url = endpoint("authorization_endpoint", aliased = false).withParameters(completed(parameters))
    RequiredSteps(this).missing(parameters)?.let { throw IllegalStateException(it) }
    return url
}

private fun OpenIdClient.completed(parameters: Parameters): Parameters {
    val named = if ("client_id" in parameters) parameters else parameters.plus("client_id", clientId)
    if ("request" in named || "request_uri" in named) return named
    val kind = configuration.responseKind
    require(kind != ResponseKind.ID_TOKEN || "nonce" in named) { "response_type=id_token needs a nonce" }
    val typed = if ("response_type" in named) named else named.plus("response_type", kind.responseType)
    val isJwtMode = typed["response_mode"].orEmpty().endsWith("jwt")
    return if (kind == ResponseKind.JWT && !isJwtMode) typed.with("response_mode", "jwt") else typed
}

/** The parameters of an authorization request. */
public class AuthorizationRequestBuilder internal constructor(
    private val kind: ResponseKind,
) : AccessRequestBuilder<AuthorizationRequestBuilder>(OWNED, "AuthorizationRequestBuilder") {
    internal val hinted = mutableListOf<IdTokenHolder>()

    private var maxAge: Duration? = null
    private var isAcrRequired = false
    private var isStepUp = false

    internal val authentication: AskedAuthentication
        get() = AskedAuthentication(maxAge, acrValues, isAcrRequired, isStepUp)

    private val acrValues: List<String>
        get() = parameters["acr_values"].orEmpty().split(' ').filter(String::isNotEmpty)

    /**
     * `redirect_uri`: where the browser comes back to, exactly as it is registered. A program with several servers
     * needs one for each of them, or `requireAuthorizationResponseIss()`: else the code of one server can be made to go
     * to another ([RFC 9700 §4.4](https://www.rfc-editor.org/rfc/rfc9700#section-4.4)).
     */
    public fun redirectUri(uri: String): AuthorizationRequestBuilder = set("redirect_uri", uri)

    /**
     * `response_mode`: `query` is the server's default for a code, `form_post` sends the response in a body. With
     * `useJwtResponseMode()` it is `jwt`, `query.jwt`, `form_post.jwt` or `fragment.jwt`, and with any other client
     * none of these.
     */
    public fun responseMode(mode: String): AuthorizationRequestBuilder {
        val isJwtMode = mode == "jwt" || mode.endsWith(".jwt")
        require(isJwtMode == (kind == ResponseKind.JWT)) {
            if (isJwtMode) {
                "response_mode \"$mode\" needs useJwtResponseMode() in the settings"
            } else {
                "the client uses JWT response modes, not \"$mode\""
            }
        }
        return set("response_mode", mode)
    }

    /** `state`, in place of a random one. Must not be guessable. */
    public fun state(state: String): AuthorizationRequestBuilder = setNonEmpty("state", state)

    /** `nonce`, in place of a random one. Must not be guessable. */
    public fun nonce(nonce: String): AuthorizationRequestBuilder = setNonEmpty("nonce", nonce)

    /** `prompt`: `none`, `login`, `consent`, `select_account`, `create`. */
    public fun prompt(vararg prompts: String): AuthorizationRequestBuilder = set("prompt", prompts.joinToString(" "))

    /** `max_age`, whole seconds: how long ago the person may have signed in; checked when the ID Token comes. */
    public fun maxAge(age: Duration): AuthorizationRequestBuilder {
        require(!age.isNegative) { "max_age must not be negative, but is $age" }
        require(age <= PendingAuthorization.LONGEST_AGE) { "max_age must be less than all of time, but is $age" }
        maxAge = Duration.ofSeconds(age.seconds)
        return set("max_age", age.seconds.toString())
    }

    /** `login_hint`: who is probably going to sign in. */
    public fun loginHint(hint: String): AuthorizationRequestBuilder = set("login_hint", hint)

    /** `id_token_hint`: an earlier ID Token of the person. */
    public fun idTokenHint(idToken: String): AuthorizationRequestBuilder = set("id_token_hint", idToken)

    /** `id_token_hint` from the tokens or the claims of an earlier sign-in, if they have an ID Token. */
    public fun idTokenHint(holder: IdTokenHolder): AuthorizationRequestBuilder {
        hinted += holder
        return holder.idToken?.let(::idTokenHint) ?: this
    }

    /** `acr_values`: the authentication contexts to use, the preferred one first. */
    public fun acrValues(vararg values: String): AuthorizationRequestBuilder =
        set("acr_values", values.joinToString(" "))

    /**
     * The ID Token must have one of the `acr` that [acrValues] asks for, which a server may otherwise ignore ([OpenID
     * Connect Core §3.1.2.1](https://openid.net/specs/openid-connect-core-1_0.html#AuthRequest)); where it has another
     * or none the sign-in fails with the code `OAUTH_JWT_CLAIM_COMPARISON_FAILED`. Needs [acrValues] and an ID Token,
     * else the request is refused with [IllegalArgumentException].
     */
    public fun requireAcr(): AuthorizationRequestBuilder {
        isAcrRequired = true
        return this
    }

    /**
     * Asks for the authentication that a resource server's [challenge] demands (`insufficient_user_authentication`, [RFC
     * 9470 §4](https://www.rfc-editor.org/rfc/rfc9470#section-4)): its `acr_values` and `max_age`, or `prompt=login` where
     * it has neither. Name the scopes of the earlier request again, with `openid` if that had it, so that the ID Token
     * says how the person signed in.
     *
     * With the tokens `acr` is checked, in the ID Token, else in the answer itself, and `auth_time` in the ID Token: where
     * they do not satisfy the challenge the sign-in fails with the code `OAUTH_JWT_CLAIM_COMPARISON_FAILED` or
     * `OAUTH_JWT_TIMESTAMP_CHECK_FAILED`. Where neither says anything the resource server decides. Throws
     * [InvalidResponseException] where `max_age` is no number of seconds.
     */
    public fun stepUp(challenge: WwwAuthenticateChallenge): AuthorizationRequestBuilder {
        val values = challenge.acrValues
        val age = challenge.maxAge
        isStepUp = true
        if (values.isNotEmpty()) acrValues(*values.toTypedArray())
        if (age != null) maxAge(age)
        return if (values.isEmpty() && age == null) prompt("login") else this
    }

    /** `display`: `page`, `popup`, `touch`, `wap`. */
    public fun display(display: String): AuthorizationRequestBuilder = set("display", display)

    /** `ui_locales`: BCP 47 language tags, the preferred one first. */
    public fun uiLocales(vararg locales: String): AuthorizationRequestBuilder =
        set("ui_locales", locales.joinToString(" "))

    /**
     * `claims`: single claims to return ([OpenID Connect Core
     * §5.5](https://openid.net/specs/openid-connect-core-1_0.html#ClaimsParameter)).
     */
    public fun claims(claims: JsonObject): AuthorizationRequestBuilder = set("claims", claims.toString())

    /** The same from JSON text. Throws [IllegalArgumentException] where it is no JSON object. */
    public fun claims(json: String): AuthorizationRequestBuilder =
        claims(requireNotNull(parseJson(json) as? JsonObject) { "parameter \"claims\" must be a JSON object" })

    /** The same, one by one. */
    @JvmSynthetic // hidden from Java, where a lambda would fit both
    public fun claims(configure: ClaimsRequest.() -> Unit): AuthorizationRequestBuilder =
        claims(ClaimsRequest().apply(configure).json())

    /** The same, one by one: for Java. */
    public fun claims(configure: Consumer<ClaimsRequest>): AuthorizationRequestBuilder =
        claims { configure.accept(this) }

    /**
     * `dpop_jkt`: binds the code to the key of [dpop] ([RFC 9449
     * §10](https://www.rfc-editor.org/rfc/rfc9449#section-10)).
     */
    public fun dpopJkt(dpop: Dpop): AuthorizationRequestBuilder = set("dpop_jkt", dpop.thumbprint())

    internal fun complete(pkce: Pkce) {
        if ("state" !in parameters) set("state", randomState())
        val isIdTokenInResponse = kind == ResponseKind.CODE_ID_TOKEN || kind == ResponseKind.ID_TOKEN
        val asksForIdToken = isIdTokenInResponse || parameters["scope"].orEmpty().split(' ').contains("openid")
        if (asksForIdToken && "nonce" !in parameters) set("nonce", randomNonce())
        require(!isAcrRequired || acrValues.isNotEmpty()) { "requireAcr() needs the values to require: acrValues(…)" }
        require(!isAcrRequired || asksForIdToken) {
            "requireAcr() needs an ID Token: ask for it with scope(\"openid\")"
        }
        if (kind == ResponseKind.ID_TOKEN) return
        set("code_challenge", pkce.codeChallenge)
        set("code_challenge_method", pkce.codeChallengeMethod)
    }

    private fun setNonEmpty(
        name: String,
        value: String,
    ): AuthorizationRequestBuilder {
        require(value.isNotEmpty()) { "$name must not be empty" }
        return set(name, value)
    }

    override fun self(): AuthorizationRequestBuilder = this

    private companion object {
        val OWNED =
            mapOf(
                "client_id" to null,
                "response_type" to null,
                "code_challenge" to null,
                "code_challenge_method" to null,
                "request" to null,
                "request_uri" to null,
                "redirect_uri" to "redirectUri(…)",
                "response_mode" to "responseMode(…)",
                "state" to "state(…)",
                "nonce" to "nonce(…)",
                "max_age" to "maxAge(…)",
            )
    }
}
