package dev.openidclient.samples.docs.providers

import dev.openidclient.authorization.AuthorizationCallback
import dev.openidclient.authorization.AuthorizationRequest
import dev.openidclient.authorization.PendingAuthorization
import dev.openidclient.authorization.authorizationRequest
import dev.openidclient.client.OpenIdClient
import dev.openidclient.clientauth.ClientAuthentication
import dev.openidclient.clientauth.ClientAuthenticationRequest
import dev.openidclient.http.HttpTransport
import dev.openidclient.jose.SigningKey
import dev.openidclient.token.TokenResponse
import dev.openidclient.token.authorizationCodeGrant
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.buildJsonObject
import kotlinx.serialization.json.put
import java.util.Base64

// region secret

/** Apple's client secret is a JWT that you sign. Made for each request, so none can expire in your settings. */
class AppleClientSecret(
    private val teamId: String,
    private val key: SigningKey, // SigningKey.fromPem(textOfTheP8File, JwsAlgorithm.ES256, keyId)
) : ClientAuthentication {
    override suspend fun authenticate(request: ClientAuthenticationRequest) {
        val now = request.time.epochSecond
        val header =
            buildJsonObject {
                put("alg", "ES256")
                put("kid", key.keyId)
            }
        val claims =
            buildJsonObject {
                put("iss", teamId)
                put("iat", now)
                put("exp", now + 300) // Apple takes six months at the most; one request needs minutes
                put("aud", "https://appleid.apple.com")
                put("sub", request.client.clientId)
            }
        val input = "${encode(header)}.${encode(claims)}"
        request.parameter("client_id", request.client.clientId)
        request.parameter("client_secret", "$input.${BASE64URL.encodeToString(key.sign(input.encodeToByteArray()))}")
    }

    private fun encode(json: JsonObject): String = BASE64URL.encodeToString(json.toString().encodeToByteArray())

    override fun toString(): String = "AppleClientSecret" // never the key: this text reaches logs

    private companion object {
        val BASE64URL: Base64.Encoder = Base64.getUrlEncoder().withoutPadding()
    }
}
// endregion

// region client
suspend fun appleClient(
    teamId: String,
    key: SigningKey,
    http: HttpTransport? = null,
): OpenIdClient =
    // the client id is the Services ID
    OpenIdClient.discover("https://appleid.apple.com", "com.example.web") {
        authentication = AppleClientSecret(teamId, key)
        transport = http
    }
// endregion

// region sign-in
fun beginApple(client: OpenIdClient): AuthorizationRequest =
    client.authorizationRequest {
        redirectUri("https://rp.example.com/callback/apple")
        scope("openid", "name", "email")
        responseMode("form_post") // demanded where the scope has name or email
    }

/** `POST /callback/apple`, with its body. */
suspend fun finishApple(
    client: OpenIdClient,
    url: String,
    body: String,
    pending: String,
    storeName: (subject: String, user: String) -> Unit,
): TokenResponse {
    val callback = AuthorizationCallback.formPost(url, body)
    val tokens = client.authorizationCodeGrant(callback, PendingAuthorization.decode(pending))
    val subject = checkNotNull(tokens.claims).subject
    // JSON with the name, the first time only; it came through the browser and nothing signs it
    callback.parameters["user"]?.let { storeName(subject, it) }
    return tokens
}
// endregion
