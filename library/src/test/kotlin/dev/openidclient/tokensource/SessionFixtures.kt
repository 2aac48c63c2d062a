package dev.openidclient.tokensource

import dev.openidclient.authorization.authorizationRequest
import dev.openidclient.client.OpenIdClient
import dev.openidclient.http.HttpResponse
import dev.openidclient.json.parseJson
import dev.openidclient.token.TokenResponse
import dev.openidclient.token.authorizationCodeGrant
import dev.openidclient.token.grant
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive

/** Whatever the server answers next, without any check of the request. */
internal suspend fun OpenIdClient.grantOfAnyKind(): TokenResponse = grant("client_credentials")

internal suspend fun boundTokens(
    world: TokenWorld,
    client: OpenIdClient,
): TokenResponse {
    val request = client.authorizationRequest { redirectUri("https://app.example.com/callback") }
    return client.authorizationCodeGrant(world.server.signIn(request.url), request.pending)
}

internal fun HttpResponse.withIdToken(idToken: String): HttpResponse = with("id_token" to JsonPrimitive(idToken))

internal fun HttpResponse.withoutRefreshToken(): HttpResponse {
    val json = parseJson(body) as JsonObject
    return HttpResponse(status, headers, JsonObject(json - "refresh_token").toString().encodeToByteArray())
}

private fun HttpResponse.with(member: Pair<String, JsonPrimitive>): HttpResponse {
    val json = parseJson(body) as JsonObject
    return HttpResponse(status, headers, JsonObject(json + member).toString().encodeToByteArray())
}
