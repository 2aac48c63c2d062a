package dev.openidclient.testserver

import dev.openidclient.authorization.AuthorizationCallback
import dev.openidclient.authorization.authorizationRequest
import dev.openidclient.client.InsecureRequests
import dev.openidclient.client.OpenIdClient
import dev.openidclient.clientauth.NoClientAuthentication
import dev.openidclient.http.HttpTransport
import dev.openidclient.http.Parameters
import dev.openidclient.token.TokenResponse
import dev.openidclient.token.authorizationCodeGrant
import kotlinx.coroutines.runBlocking
import kotlinx.serialization.json.JsonElement
import java.time.Clock

/** What a client of its own makes of the answer that the token endpoint would give after [signIn]. */
@OptIn(InsecureRequests::class) // a server that listens may have no certificate
@Suppress("ForbiddenMethodCall") // nothing waits: the answer is there
internal fun Server.tokensOf(
    clientId: String,
    signIn: SignIn,
): TokenResponse {
    val scopes = signIn.scopes ?: setOf("openid")
    var nonce = ""
    val client =
        OpenIdClient(metadata, clientId) {
            transport = HttpTransport { jsonResponse(answerTo(clientId, signIn, scopes, nonce)) }
            clock = Clock.offset(settings.clock, clockOffset)
            authentication = NoClientAuthentication
            allowInsecureRequests()
            metadata { idTokenSignedResponseAlg(settings.signingAlgorithm.identifier) }
        }
    val request =
        client.authorizationRequest {
            redirectUri("https://app.example.com/callback")
            scope(scopes.joinToString(" "))
        }
    nonce = request.parameters["nonce"].orEmpty()
    val state = request.parameters["state"].orEmpty()
    val callback = Parameters.of("code" to text(), "state" to state, "iss" to issuer)
    return runBlocking { client.authorizationCodeGrant(AuthorizationCallback.parameters(callback), request.pending) }
}

private fun Server.answerTo(
    clientId: String,
    signIn: SignIn,
    scopes: Set<String>,
    nonce: String,
) = TestClient(jsonOf("client_id" to clientId)).let { client ->
    val grant = grantOf(client, signIn, scopes, nonce = nonce.ifEmpty { null })
    val refresh = if (settings.issuesRefreshTokens) tokens.issueRefresh(grant, null) else null
    tokenAnswer(client, Granted(grant), refresh, Binding())
}

/** What the person of [signIn] grants to [client], which asked for [scopes]. */
internal fun Server.grantOf(
    client: TestClient,
    signIn: SignIn,
    scopes: Set<String>,
    resources: List<String> = emptyList(),
    nonce: String? = null,
    acr: String? = null,
    authorizationDetails: JsonElement? = null,
): Grant =
    Grant(
        clientId = client.clientId,
        subject = signIn.subject,
        scopes = signIn.scopes ?: scopes,
        resources = resources,
        sessionId = signIn.sessionId ?: text(SESSION_BYTES),
        authenticatedAt = signIn.authenticatedAt ?: now,
        acr = signIn.acr ?: acr,
        nonce = nonce,
        authorizationDetails = authorizationDetails,
        claims = signIn.claims,
    )

private const val SESSION_BYTES = 16
