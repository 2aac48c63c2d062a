package dev.openidclient.samples.docs

import dev.openidclient.authorization.PendingAuthorization
import dev.openidclient.authorization.authorizationRequest
import dev.openidclient.client.OpenIdClient
import dev.openidclient.dpop.Dpop
import dev.openidclient.jose.JwsAlgorithm
import dev.openidclient.jose.SigningKey
import dev.openidclient.okhttp.OkHttpTransport
import dev.openidclient.token.TokenResponse
import dev.openidclient.token.authorizationCodeGrant
import okhttp3.OkHttpClient
import java.security.KeyPair
import java.security.KeyStore
import java.security.PrivateKey

/** What an app keeps encrypted. */
interface SecretStore {
    fun put(
        name: String,
        secret: String,
    )

    /** What was put, which is removed; null: nothing was. */
    fun take(name: String): String?
}

// region client
suspend fun appClient(okHttpClient: OkHttpClient): OpenIdClient =
    OpenIdClient.discover("https://as.example.com", "app") { transport = OkHttpTransport(okHttpClient) }
// endregion

// region sign-in
fun begin(
    client: OpenIdClient,
    store: SecretStore,
): String {
    val request =
        client.authorizationRequest {
            redirectUri("https://rp.example.com/app/callback")
            scope("openid", "offline_access")
        }
    store.put("pending", request.pending.encode())
    return request.url // for CustomTabsIntent.launchUrl
}

/** With `intent.data.toString()` of the activity that the app link opens; null: nothing was begun here. */
suspend fun finish(
    client: OpenIdClient,
    store: SecretStore,
    callbackUrl: String,
): TokenResponse? {
    val pending = store.take("pending") ?: return null // taken first: no callback is taken twice
    return client.authorizationCodeGrant(callbackUrl, PendingAuthorization.decode(pending))
}
// endregion

// region keystore
fun withBoundTokens(client: OpenIdClient): OpenIdClient {
    // a key of PURPOSE_SIGN, DIGEST_SHA256, secp256r1
    val store = KeyStore.getInstance("AndroidKeyStore").apply { load(null) }
    val pair = KeyPair(store.getCertificate("dpop").publicKey, store.getKey("dpop", null) as PrivateKey)
    return client.withDpop(Dpop(SigningKey.fromKeyPair(pair, JwsAlgorithm.ES256)))
}
// endregion
