package dev.openidclient.samples.oldestkotlin

import dev.openidclient.authorization.PendingAuthorization
import dev.openidclient.authorization.authorizationRequest
import dev.openidclient.client.OpenIdClient
import dev.openidclient.clientauth.PrivateKeyJwt
import dev.openidclient.error.OAuthException
import dev.openidclient.error.TransportException
import dev.openidclient.error.ValidationException
import dev.openidclient.http.HttpTransport
import dev.openidclient.jose.SigningKey
import dev.openidclient.metadata.AuthorizationServerMetadata
import dev.openidclient.token.authorizationCodeGrant
import dev.openidclient.userinfo.userInfo
import kotlinx.coroutines.runBlocking
import java.io.IOException

/** What a sign-in calls, compiled and begun: values, builders with lambdas, suspending functions, a sealed class. */
fun main() {
    val server =
        AuthorizationServerMetadata.parse(
            """
            {"issuer":"https://as.example.com","authorization_endpoint":"https://as.example.com/authorize",
            "token_endpoint":"https://as.example.com/token","authorization_response_iss_parameter_supported":true}
            """,
        )
    val client =
        OpenIdClient(server, "oldest-kotlin") {
            authentication = PrivateKeyJwt(SigningKey.generate("ES256"))
            transport = HttpTransport { throw IOException("there is no network here") }
        }
    val request =
        client.authorizationRequest {
            redirectUri("https://rp.example.com/callback")
            scope("openid")
        }
    val pending = PendingAuthorization.decode(request.pending.encode())
    val callback = "https://rp.example.com/callback?code=c&state=${pending.state}&iss=https://as.example.com"

    val failure =
        try {
            runBlocking { client.userInfo(client.authorizationCodeGrant(callback, pending)) }
            error("expected that no answer comes")
        } catch (e: OAuthException) {
            e
        }
    check(failure is TransportException) { "expected that no answer comes, but got $failure" }
    println("Kotlin ${KotlinVersion.CURRENT}: ${advice(failure)}")
}

private fun advice(failure: OAuthException): String =
    when (failure) {
        is TransportException -> "the library is usable, and says: ${failure.message}"
        is ValidationException -> "what came is not to be trusted"
        else -> failure.code
    }
