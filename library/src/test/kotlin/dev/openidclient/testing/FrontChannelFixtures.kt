package dev.openidclient.testing

import dev.openidclient.authorization.AuthorizationCallback
import dev.openidclient.authorization.PendingAuthorization
import dev.openidclient.client.ClientSettings
import dev.openidclient.http.Parameters
import dev.openidclient.token.TokenResponse
import dev.openidclient.token.authorizationCodeGrant
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonPrimitive
import java.security.MessageDigest

/** Base64url of the left half of the SHA-256 of [text]: `c_hash` and `s_hash` for the algorithms of 256 bits. */
fun leftHalfOfSha256(text: String): JsonPrimitive {
    val hash = MessageDigest.getInstance("SHA-256").digest(text.encodeToByteArray())
    return JsonPrimitive(TestKeys.base64Url(hash.copyOf(hash.size / 2)))
}

/** Answers the JWK Set with [keys]. */
fun StubServer.answerKeys(vararg keys: JsonElement = arrayOf(TestKeys.publicJwk(TestKeys.rsa))): StubServer =
    answer("/jwks", TestKeys.jwks(*keys))

/** The ID Token beside [CODE] and [STATE], signed with RS256, with [changes]: a null value removes the claim. */
fun frontChannelIdToken(vararg changes: Pair<String, JsonElement?>): String =
    TestKeys.signRsa(
        idTokenClaims(
            "nonce" to JsonPrimitive(NONCE),
            "c_hash" to leftHalfOfSha256(CODE),
            *changes,
        ),
    )

/** The parameters of a `code id_token` response, with [changes]: a null value removes the parameter. */
fun hybridParameters(
    idToken: String? = frontChannelIdToken(),
    vararg changes: Pair<String, String?>,
): Parameters {
    val all = mapOf("code" to CODE, "state" to STATE, "id_token" to idToken) + changes
    return Parameters.of(all.mapNotNull { (name, value) -> value?.let { name to it } }.toMap())
}

/** The same in the fragment of the redirect URI. */
fun hybridCallback(
    idToken: String? = frontChannelIdToken(),
    vararg changes: Pair<String, String?>,
): AuthorizationCallback = AuthorizationCallback.url("$REDIRECT_URI#${hybridParameters(idToken, *changes).encode()}")

/** A server whose token endpoint answers with an ID Token of [NONCE], with [claims] changed. */
fun hybridServer(vararg claims: Pair<String, JsonElement?>): StubServer =
    StubServer().answerKeys().answerTokens("id_token" to idToken("nonce" to JsonPrimitive(NONCE), *claims))

/** Ends a sign-in with `code id_token`; [iss]: the server says that it sends the parameter. */
internal suspend fun hybridSignIn(
    callback: AuthorizationCallback = hybridCallback(),
    pending: PendingAuthorization = pendingAuthorization(nonce = NONCE),
    server: StubServer = hybridServer(),
    iss: Boolean = false,
    configure: ClientSettings.() -> Unit = {},
): TokenResponse =
    server
        .client(serverMetadata("authorization_response_iss_parameter_supported" to JsonPrimitive(iss))) {
            useCodeIdTokenResponseType()
            configure()
        }.authorizationCodeGrant(callback, pending)

/** The same with an ID Token of [claims] in the response. */
internal suspend fun hybridSignInWith(vararg claims: Pair<String, JsonElement?>): TokenResponse =
    hybridSignIn(hybridCallback(frontChannelIdToken(*claims)))
