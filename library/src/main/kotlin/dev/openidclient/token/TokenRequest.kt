package dev.openidclient.token

import dev.openidclient.client.AccessRequestBuilder
import dev.openidclient.client.Answer
import dev.openidclient.client.EndpointCall
import dev.openidclient.client.OpenIdClient
import dev.openidclient.client.Purpose
import dev.openidclient.client.ask
import dev.openidclient.client.endpoint
import dev.openidclient.client.open
import dev.openidclient.client.sending
import dev.openidclient.client.verifyDirect
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.OAuthException
import dev.openidclient.error.UnacceptedTokens
import dev.openidclient.error.ValidationException
import dev.openidclient.error.ValidationSubject
import dev.openidclient.http.Parameters
import dev.openidclient.http.jsonObject
import dev.openidclient.jose.JwtValidation
import dev.openidclient.json.text
import kotlinx.serialization.json.JsonObject
import java.time.Instant

private const val ACCESS_TOKEN = "access_token"

/** The parameters of a token request, beside those of its grant and of the client's authentication. */
public class TokenRequestBuilder internal constructor(
    owned: Set<String>,
) : AccessRequestBuilder<TokenRequestBuilder>(withAlwaysOwned(owned), "TokenRequestBuilder") {
    override fun self(): TokenRequestBuilder = this

    private companion object {
        val ALWAYS_OWNED: Map<String, String?> =
            setOf("grant_type", "client_id", "client_secret", "client_assertion", "client_assertion_type")
                .associateWith { null }

        fun withAlwaysOwned(owned: Set<String>): Map<String, String?> =
            if (owned.isEmpty()) ALWAYS_OWNED else ALWAYS_OWNED + owned.associateWith { null }
    }
}

/**
 * [postTokenRequest], then [acceptTokens]. [authorized] is what the authorization request asked for, where the token
 * request does not name it itself; its `resource` are named again.
 */
internal suspend fun OpenIdClient.requestTokens(
    grantType: String,
    own: Parameters,
    configure: TokenRequestBuilder.() -> Unit,
    extraTokenTypes: Set<String> = emptySet(),
    earlier: TokenResponse? = null,
    authorized: AskedFor = AskedFor(),
    check: IdTokenValidation.(ReadTokens) -> Unit = {},
): TokenResponse {
    val form = tokenForm(grantType, own, authorized.resource, configure)
    val asked = AskedFor(form["scope"] ?: authorized.scope, form.all("resource"), own["refresh_token"])
    return acceptTokens(postTokenForm(form), extraTokenTypes, earlier, asked, check)
}

/**
 * Posts a token request ([RFC 6749 §3.2](https://www.rfc-editor.org/rfc/rfc6749#section-3.2)): the caller's parameters,
 * with [resource] where they name none, then [own], which they cannot override, then `grant_type`. Returns the answer
 * of success: the server has issued tokens, so the request must not be sent again, whatever becomes of them here.
 */
internal suspend fun OpenIdClient.postTokenRequest(
    grantType: String,
    own: Parameters,
    resource: List<String>,
    configure: TokenRequestBuilder.() -> Unit,
): Answer = postTokenForm(tokenForm(grantType, own, resource, configure))

private fun tokenForm(
    grantType: String,
    own: Parameters,
    resource: List<String>,
    configure: TokenRequestBuilder.() -> Unit,
): Parameters {
    val builder = TokenRequestBuilder(own.names).apply(configure)
    // RFC 8707 §2.2: here, too, or the token is for whatever the server takes for the default
    if ("resource" !in builder.parameters) builder.resource(*resource.toTypedArray())
    return (builder.parameters + own).with("grant_type", grantType)
}

private suspend fun OpenIdClient.postTokenForm(form: Parameters): Answer =
    sending {
        val purpose = Purpose.token(form["grant_type"])
        ask(EndpointCall.form(purpose, endpoint("token_endpoint"), form, due = ACCESS_TOKEN, dpop = dpop))
    }

/**
 * Reads the tokens in [answer], for which [asked] was asked; lets [check] judge them, and
 * verifies the signature of the ID Token where the settings ask for that. What is refused has been issued all the same,
 * so the failure holds the tokens.
 */
internal suspend fun OpenIdClient.acceptTokens(
    answer: Answer,
    extraTokenTypes: Set<String> = emptySet(),
    earlier: TokenResponse? = null,
    asked: AskedFor = AskedFor(),
    check: IdTokenValidation.(ReadTokens) -> Unit = {},
): TokenResponse {
    val receivedAt = time.clock.instant()
    return answer.read {
        val json = jsonObject(it)
        holdingTokens(json) { acceptTokens(json, receivedAt, extraTokenTypes, earlier, asked, check) }
    }
}

private inline fun <T> holdingTokens(
    json: JsonObject,
    accept: () -> T,
): T =
    try {
        accept()
    } catch (e: OAuthException) {
        val accessToken = text(json[ACCESS_TOKEN])
        val refreshToken = text(json["refresh_token"])
        val isEmpty = accessToken.isNullOrEmpty() && refreshToken.isNullOrEmpty()
        throw if (isEmpty) e else e.retold(unacceptedTokens = UnacceptedTokens(accessToken, refreshToken))
    }

private suspend fun OpenIdClient.acceptTokens(
    json: JsonObject,
    receivedAt: Instant,
    extraTokenTypes: Set<String>,
    earlier: TokenResponse?,
    asked: AskedFor,
    check: IdTokenValidation.(ReadTokens) -> Unit,
): TokenResponse {
    checkTokenMembers(json, configuration.leniency)
    val idToken = idTokenIn(json)?.let { openIdToken(it) }
    val validation = idTokenValidation()
    val read = readTokenResponse(json, receivedAt, validation, extraTokenTypes, earlier, idToken, asked)
    validation.check(read)
    requireSenderConstrained(read.response)
    read.idToken?.let { verifyDirect(it) }
    return read.response
}

private fun OpenIdClient.requireSenderConstrained(tokens: TokenResponse) {
    if (!configuration.requireSenderConstrained || tokens.isSenderConstrained ||
        tokens.tokenType == NOT_APPLICABLE
    ) {
        return
    }
    if (configuration.hasClientCertificate) return
    throw ValidationException(
        ErrorCode.INVALID_RESPONSE,
        "the access token must be sender-constrained, as the settings require, but its type is " +
            "\"${tokens.tokenType}\": use client.withDpop(…) or a client certificate",
        subject = ValidationSubject.TOKEN_BINDING,
    )
}

/** The JWS in [idToken], which must be encrypted where the client metadata says so. */
internal suspend fun OpenIdClient.openIdToken(idToken: String): String =
    open(idToken, IdTokenValidation.KIND, "id_token_encrypted_response_alg")

internal fun OpenIdClient.idTokenValidation(): IdTokenValidation =
    IdTokenValidation(
        server,
        metadata,
        expectedIssuer,
        JwtValidation(time.now, time.tolerance),
        configuration.profile?.algorithms,
        configuration.leniency,
    )
