package dev.openidclient.samples.shrunk

import dev.openidclient.authorization.authorizationRequest
import dev.openidclient.client.ClientSettings
import dev.openidclient.client.InsecureRequests
import dev.openidclient.client.OpenIdClient
import dev.openidclient.clientauth.ClientSecretBasic
import dev.openidclient.dpop.Dpop
import dev.openidclient.error.OAuthException
import dev.openidclient.http.HttpEngine
import dev.openidclient.jose.SigningKey
import dev.openidclient.token.authorizationCodeGrant
import dev.openidclient.token.refreshTokenGrant
import dev.openidclient.userinfo.userInfo
import kotlinx.coroutines.runBlocking

/**
 * Prints where to sign in at the issuer that is its first argument, as the client with the id, secret and redirect URI
 * that follow it; reads the callback from the standard input, and prints who signed in. The last argument names the
 * engine.
 */
fun main(arguments: Array<String>) {
    val engine = HttpEngine.valueOf(arguments.last())
    runBlocking { signIn(arguments) { this.engine = engine } }
}

@OptIn(InsecureRequests::class) // the issuer of the test is on loopback and has no certificate
internal suspend fun signIn(
    arguments: Array<String>,
    configure: ClientSettings.() -> Unit,
) {
    val (issuer, clientId, secret, redirectUri) = arguments
    OpenIdClient
        .discover(issuer, clientId) {
            authentication = ClientSecretBasic(secret)
            allowInsecureRequests()
            configure()
        }.use { plain ->
            val client = plain.withDpop(Dpop(SigningKey.generate("ES256")))
            val request =
                client.authorizationRequest {
                    redirectUri(redirectUri)
                    scope("openid", "profile")
                }
            println(request.url)
            val tokens = client.authorizationCodeGrant(readln(), request.pending)
            println("signed in: ${client.userInfo(client.refreshTokenGrant(tokens)).name}")
            try {
                client.refreshTokenGrant("another")
            } catch (e: OAuthException) {
                println("refused: ${e.javaClass.simpleName}, ${e.message}")
            }
        }
}
