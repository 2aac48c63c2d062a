package dev.openidclient.testing

import dev.openidclient.authorization.PendingAuthorization
import dev.openidclient.client.ClientSettings
import dev.openidclient.client.OpenIdClient
import dev.openidclient.clientauth.ClientSecretBasic
import dev.openidclient.clientauth.ClientSecretPost
import dev.openidclient.http.HttpTransport
import dev.openidclient.token.TokenResponse
import dev.openidclient.token.authorizationCodeGrant
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive

/** The callback of [SECRET_PENDING]. */
const val SECRET_CALLBACK: String = "$REDIRECT_URI?code=${KnownSecrets.CODE}&state=${KnownSecrets.STATE}"

internal val SECRET_PENDING: PendingAuthorization =
    pendingAuthorization(
        state = KnownSecrets.STATE,
        nonce = KnownSecrets.NONCE,
        codeVerifier = KnownSecrets.CODE_VERIFIER,
    )

/** A client with a secret. */
fun StubServer.secretive(configure: ClientSettings.() -> Unit = {}): OpenIdClient =
    client {
        authentication = ClientSecretPost(KnownSecrets.CLIENT_SECRET)
        configure()
    }

/** Answers every token request with this error. */
fun refusing(
    error: String,
    description: String,
): StubServer {
    val body = JsonObject(mapOf("error" to JsonPrimitive(error), "error_description" to JsonPrimitive(description)))
    return StubServer().answer("/token", body.toString(), status = 400)
}

/** A challenge that repeats [secret], and that has one of its own. */
fun challenge(
    scheme: String,
    secret: String,
): Map<String, String> =
    mapOf(
        "WWW-Authenticate" to
            "$scheme realm=\"${KnownSecrets.OTHER}\", error=\"$secret\", error_description=\"unknown: $secret\"",
    )

/** Exchanges the code of [SECRET_CALLBACK]. */
suspend fun OpenIdClient.exchange(): TokenResponse = authorizationCodeGrant(SECRET_CALLBACK, SECRET_PENDING)

/** The same with a server that answers with [tokenResponseJson] of [changes]. */
suspend fun exchange(vararg changes: Pair<String, JsonElement?>): TokenResponse =
    StubServer().answerTokens(*changes).secretive().exchange()

/** The same through [transport], with the secret in the header. */
suspend fun sentBy(transport: HttpTransport): TokenResponse =
    OpenIdClient(serverMetadata(), CLIENT_ID) {
        this.transport = transport
        clock = FIXED_CLOCK
        authentication = ClientSecretBasic(KnownSecrets.CLIENT_SECRET)
    }.exchange()
