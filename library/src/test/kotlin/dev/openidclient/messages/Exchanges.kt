package dev.openidclient.messages

import dev.openidclient.authorization.AuthorizationCallback
import dev.openidclient.authorization.AuthorizationCodeChecks
import dev.openidclient.client.ClientSettings
import dev.openidclient.client.InsecureRequests
import dev.openidclient.client.OpenIdClient
import dev.openidclient.metadata.AuthorizationServerMetadata
import dev.openidclient.testing.CODE
import dev.openidclient.testing.ISSUER
import dev.openidclient.testing.REDIRECT_URI
import dev.openidclient.testing.STATE
import dev.openidclient.testing.StubServer
import dev.openidclient.testing.answerKeys
import dev.openidclient.testing.answerTokens
import dev.openidclient.testing.idToken
import dev.openidclient.testing.serverMetadata
import dev.openidclient.testing.tokenResponseJson
import dev.openidclient.token.TokenResponse
import dev.openidclient.token.authorizationCodeGrant
import dev.openidclient.token.clientCredentialsGrant
import dev.openidclient.token.refreshTokenGrant
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonPrimitive

internal fun text(value: String): JsonPrimitive = JsonPrimitive(value)

internal fun number(value: Long): JsonPrimitive = JsonPrimitive(value)

/** The metadata of a server with every endpoint. */
internal fun everyEndpoint(vararg changes: Pair<String, JsonElement?>): AuthorizationServerMetadata =
    serverMetadata(
        "introspection_endpoint" to text("$ISSUER/introspect"),
        "revocation_endpoint" to text("$ISSUER/revoke"),
        "pushed_authorization_request_endpoint" to text("$ISSUER/par"),
        "device_authorization_endpoint" to text("$ISSUER/device"),
        "backchannel_authentication_endpoint" to text("$ISSUER/ciba"),
        "registration_endpoint" to text("$ISSUER/register"),
        *changes,
    )

/** A client of a server that answers [path] with [body]. */
internal fun clientOf(
    path: String,
    body: String,
    status: Int = 200,
    contentType: String? = "application/json",
    headers: Map<String, String> = emptyMap(),
    configure: ClientSettings.() -> Unit = {},
): OpenIdClient = StubServer().answer(path, body, status, contentType, headers).client(everyEndpoint(), configure)

/** Asks for tokens where the server answers [body]. */
internal suspend fun tokenAnswer(
    body: String,
    status: Int = 200,
    contentType: String? = "application/json",
    headers: Map<String, String> = emptyMap(),
    configure: ClientSettings.() -> Unit = {},
): TokenResponse = clientOf("/token", body, status, contentType, headers, configure).clientCredentialsGrant()

/** The same for an ordinary answer with [changes]: a null value removes the member. */
internal suspend fun tokenMembers(
    vararg changes: Pair<String, JsonElement?>,
    configure: ClientSettings.() -> Unit = {},
): TokenResponse = tokenAnswer(tokenResponseJson(*changes).toString(), configure = configure)

/** Refreshes where the server answers with the ID Token [compact]. */
internal suspend fun idTokenAnswer(
    compact: String,
    metadata: AuthorizationServerMetadata = serverMetadata(),
    configure: ClientSettings.() -> Unit = {},
): TokenResponse =
    StubServer()
        .answerKeys()
        .answerTokens("id_token" to text(compact))
        .client(metadata, configure)
        .refreshTokenGrant("r1")

/** The same for an ordinary, signed ID Token with [changes]: a null value removes the claim. */
internal suspend fun idTokenClaim(
    vararg changes: Pair<String, JsonElement?>,
    configure: ClientSettings.() -> Unit = {},
): TokenResponse = idTokenAnswer(idToken(*changes).content, configure = configure)

/** What a sign-in brought, with an ID Token of [claims]. */
internal suspend fun tokensOf(
    client: OpenIdClient = StubServer().answerTokens("id_token" to idToken()).client(),
): TokenResponse = client.refreshTokenGrant("r1")

/** The callback of a code, with [changes]: a null value removes the parameter. */
internal fun callback(vararg changes: Pair<String, String?>): AuthorizationCallback {
    val parameters = mapOf("code" to CODE, "state" to STATE) + changes
    val query = parameters.mapNotNull { (name, value) -> value?.let { "$name=$it" } }.joinToString("&")
    return AuthorizationCallback.url(if (query.isEmpty()) REDIRECT_URI else "$REDIRECT_URI?$query")
}

/** Exchanges the code of [callback] under [checks]. */
internal suspend fun checkedSignIn(
    callback: AuthorizationCallback = callback(),
    checks: AuthorizationCodeChecks = checks(),
    claims: Array<Pair<String, JsonElement?>> = emptyArray(),
    configure: ClientSettings.() -> Unit = {},
): TokenResponse =
    StubServer()
        .answerKeys()
        .answerTokens("id_token" to idToken(*claims))
        .client(configure = configure)
        .authorizationCodeGrant(callback, checks)

internal fun checks(
    nonce: String? = null,
    state: String? = STATE,
): AuthorizationCodeChecks = AuthorizationCodeChecks().expectedState(state).expectedNonce(nonce)

@OptIn(InsecureRequests::class)
internal fun ClientSettings.allowInsecure(): ClientSettings = allowInsecureRequests()

@OptIn(InsecureRequests::class)
internal fun ClientSettings.mapInsecure(): ClientSettings = mapOriginInsecure(ISSUER, "http://keycloak:8080")
