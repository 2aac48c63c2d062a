package dev.openidclient.testing

import dev.openidclient.authorization.AuthorizationCallback
import dev.openidclient.client.ClientSettings
import dev.openidclient.metadata.AuthorizationServerMetadata
import dev.openidclient.token.TokenResponse
import dev.openidclient.token.authorizationCodeGrant
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive

/** The claims of an ordinary authorization response that is a JWT, with [changes]: a null value removes the claim. */
fun responseClaims(vararg changes: Pair<String, JsonElement?>): JsonObject =
    idTokenClaims(
        "sub" to null,
        "iat" to null,
        "code" to JsonPrimitive(CODE),
        "state" to JsonPrimitive(STATE),
        *changes,
    )

/** The same, signed with RS256. */
fun responseJwt(vararg changes: Pair<String, JsonElement?>): String = TestKeys.signRsa(responseClaims(*changes))

fun responseInQuery(response: String): AuthorizationCallback =
    AuthorizationCallback.url("$REDIRECT_URI?response=$response")

/** Ends a sign-in whose response is a JWT. */
internal suspend fun jwtSignIn(
    callback: AuthorizationCallback,
    metadata: AuthorizationServerMetadata = serverMetadata(),
    server: StubServer = StubServer().answerTokens().answerKeys(),
    configure: ClientSettings.() -> Unit = {},
): TokenResponse =
    server
        .client(metadata) {
            useJwtResponseMode()
            configure()
        }.authorizationCodeGrant(callback, pendingAuthorization())
