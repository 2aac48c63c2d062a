package dev.openidclient.client

import dev.openidclient.clientauth.ClientAuthenticationRequest
import dev.openidclient.clientauth.NoClientAuthentication
import dev.openidclient.clientauth.shownMethod
import dev.openidclient.dpop.Dpop
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.OAuthException
import dev.openidclient.error.ResponseBodyException
import dev.openidclient.error.WwwAuthenticateChallengeException
import dev.openidclient.error.printable
import dev.openidclient.http.AbsoluteUrl
import dev.openidclient.http.HttpBody
import dev.openidclient.http.HttpHeaders
import dev.openidclient.http.HttpRequest
import dev.openidclient.http.HttpResponse
import dev.openidclient.http.MediaType
import dev.openidclient.http.Parameters
import dev.openidclient.http.Secrets
import dev.openidclient.http.USER_AGENT
import dev.openidclient.http.requireSuccess
import dev.openidclient.jose.asking
import dev.openidclient.json.text
import kotlinx.serialization.json.JsonArray

/**
 * One call of an endpoint. [perform] is the pipeline that all of them go through: authenticate the client, prove the
 * possession of the DPoP key, send, learn the nonce, let [check] judge status and challenge; and all of it once more
 * where the server wants a nonce.
 */
internal class EndpointCall private constructor(
    val purpose: Purpose,
    val method: String,
    val url: AbsoluteUrl,
    val headers: HttpHeaders,
    val content: Content,
    val dpop: Dpop?,
    val check: HttpResponse.(Secrets) -> Unit,
) {
    /** What is sent, and who answers for it. */
    sealed class Content {
        /** The client itself. */
        class OfClient(
            val form: Parameters,
        ) : Content()

        /** Whoever has [token]; null: nobody, or whoever has the DPoP key. */
        class OfToken(
            val token: String?,
            val body: HttpBody? = null,
        ) : Content()
    }

    val accessToken: String? get() = (content as? Content.OfToken)?.token

    fun provenBy(dpop: Dpop?): EndpointCall = EndpointCall(purpose, method, url, headers, content, dpop, check)

    companion object {
        val ACCEPT_JSON: HttpHeaders = HttpHeaders.of("accept" to MediaType.JSON, "user-agent" to USER_AGENT)

        /** A form post with client authentication, answered by a success whose JSON has the member [due]. */
        fun form(
            purpose: Purpose,
            url: AbsoluteUrl,
            parameters: Parameters,
            headers: HttpHeaders = ACCEPT_JSON,
            due: String? = null,
            dpop: Dpop? = null,
        ): EndpointCall =
            EndpointCall(
                purpose,
                "POST",
                url,
                headers,
                Content.OfClient(parameters),
                dpop,
            ) { secrets -> requireSuccess(secrets, due) }

        /**
         * A request that an access token authorizes ([RFC 6750
         * §2.1](https://www.rfc-editor.org/rfc/rfc6750#section-2.1), [RFC 9449
         * §7.1](https://www.rfc-editor.org/rfc/rfc9449#section-7.1)), or, without one, nothing but the DPoP proof.
         */
        fun authorized(
            purpose: Purpose,
            method: String,
            url: AbsoluteUrl,
            headers: HttpHeaders,
            content: Content.OfToken,
            dpop: Dpop? = null,
            check: HttpResponse.(Secrets) -> Unit,
        ): EndpointCall = EndpointCall(purpose, method, url, headers, content, dpop, check)
    }
}

/** Performs [call] and returns the answer that its check lets pass. */
internal suspend fun OpenIdClient.perform(call: EndpointCall): HttpResponse = ask(call).response

/** [perform] where the answer is read further. [first] is the number of its first attempt. */
internal suspend fun OpenIdClient.ask(
    call: EndpointCall,
    first: Int = 1,
): Answer =
    try {
        attempt(call, first)
    } catch (e: OAuthException) {
        if (call.dpop == null || !wantsNonce(e)) throw e
        attempt(call, first + 1)
    }

/**
 * [ask] for endpoints that most servers want no DPoP proof at: where the client has a key and the answer asks for a
 * proof, the request is sent once more with one.
 */
internal suspend fun OpenIdClient.askProvingOnDemand(call: EndpointCall): Answer =
    try {
        ask(call)
    } catch (e: OAuthException) {
        if (dpop == null || !wantsProof(e)) throw e
        ask(call.provenBy(dpop), first = 2)
    }

private suspend fun OpenIdClient.attempt(
    call: EndpointCall,
    number: Int,
): Answer =
    connection.send(beforeSending { prepare(call) }, call.purpose, server.issuer, number) { answer ->
        // also where no proof was sent: an answer that asks for one may come with its nonce
        (call.dpop ?: dpop)?.learnNonce(call.url, answer.response.headers)
        if (call.purpose.isUrlFromNetwork) configuration.doubt?.answered(answer.response.status, server)
        answer.read({ hint(call, it) }) { call.check(this, it) }
        answer
    }

/** What the reader of a refusal needs to know of the request: as what the client, or the access token, was sent. */
private fun OpenIdClient.hint(
    call: EndpointCall,
    e: OAuthException,
): String =
    when {
        call.content is EndpointCall.Content.OfToken ->
            if (call.accessToken != null && isUnexplained(e)) "; the access token was sent as ${call.scheme}" else ""
        isInvalidClient(e) ->
            "; $authenticated, and the server's metadata lists $listedMethods: " +
                "\"authentication\" in the settings chooses another one"
        isUnexplained(e) -> "; $authenticated"
        else -> ""
    }

private val EndpointCall.scheme: String get() = if (dpop != null || "dpop" in headers) "DPoP" else "Bearer"

private val OpenIdClient.authenticated: String
    get() =
        when (val authentication = configuration.authentication) {
            is NoClientAuthentication -> "the client sent no authentication (none)"
            else -> "the client authenticated with ${shownMethod(authentication)}"
        }

/** RFC 8414 §2: `client_secret_basic` where the server lists none. */
private val OpenIdClient.listedMethods: String
    get() =
        (server["token_endpoint_auth_methods_supported"] as? JsonArray)
            ?.mapNotNull(::text)
            ?.let { printable(it.joinToString()) }
            ?: "no method, which stands for client_secret_basic"

private fun isInvalidClient(e: OAuthException): Boolean =
    when (e) {
        is ResponseBodyException -> e.error == INVALID_CLIENT
        is WwwAuthenticateChallengeException -> e.error == INVALID_CLIENT
        else -> false
    }

private const val INVALID_CLIENT = "invalid_client"

private const val UNAUTHORIZED = 401
private const val FORBIDDEN = 403

/** Whether the server refused without a word. */
private fun isUnexplained(e: OAuthException): Boolean =
    when (e) {
        is InvalidResponseException -> e.status == UNAUTHORIZED || e.status == FORBIDDEN
        is WwwAuthenticateChallengeException -> e.error == null
        else -> false
    }

/** Everything that is made anew for each attempt: the client's authentication and the DPoP proof. */
private suspend fun OpenIdClient.prepare(call: EndpointCall): HttpRequest {
    val url = call.url.withoutFragment
    val authorized = authorized(call)
    val form =
        when (val content = call.content) {
            is EndpointCall.Content.OfToken -> return HttpRequest(call.method, url, authorized, content.body)
            is EndpointCall.Content.OfClient -> content.form
        }
    val authenticated = ClientAuthenticationRequest(server, metadata, url, time.instant, form)
    asking("the client's authentication") { configuration.authentication.authenticate(authenticated) }
    val headers = authenticated.headers.entries.fold(authorized) { all, (name, value) -> all.with(name, value) }
    return HttpRequest(call.method, url, headers.without("content-type"), HttpBody.form(authenticated.parameters))
}

private suspend fun OpenIdClient.authorized(call: EndpointCall): HttpHeaders {
    val proof =
        call.dpop?.proof(call.method, call.url, call.accessToken, time.now, server.dpopSigningAlgValuesSupported)
    val proven = if (proof == null) call.headers else call.headers.with("dpop", proof)
    val token = call.accessToken ?: return proven
    // RFC 9449 §7.1: the scheme is DPoP wherever there is a proof
    return proven.with("authorization", if ("dpop" in proven) "DPoP $token" else "Bearer $token")
}

/** RFC 9449 §8 and §9. */
private fun wantsNonce(e: OAuthException): Boolean = hasDpopError(e, setOf(USE_DPOP_NONCE))

/** RFC 9449 §5, §7.1 and §8. */
private fun wantsProof(e: OAuthException): Boolean = hasDpopError(e, setOf(USE_DPOP_NONCE, INVALID_DPOP_PROOF))

private fun hasDpopError(
    e: OAuthException,
    errors: Set<String>,
): Boolean =
    when (e) {
        is ResponseBodyException -> e.error in errors && e.status in CLIENT_ERRORS
        is WwwAuthenticateChallengeException ->
            e.challenges.any { it.scheme == "dpop" && it.error in errors } ||
                // some servers say it in the body, beside a challenge for the client's authentication
                (e.error in errors && e.challenges.all { it.error == null })
        else -> false
    }

private const val USE_DPOP_NONCE = "use_dpop_nonce"
private const val INVALID_DPOP_PROOF = "invalid_dpop_proof"

private val CLIENT_ERRORS = 400..499
