package dev.openidclient.fuzz

import dev.openidclient.authorization.AuthorizationCallback
import dev.openidclient.authorization.PendingAuthorization
import dev.openidclient.client.ClientSettings
import dev.openidclient.client.OpenIdClient
import dev.openidclient.error.OAuthException
import dev.openidclient.http.AbsoluteUrl
import dev.openidclient.http.HttpTransport
import dev.openidclient.http.Parameters
import dev.openidclient.jose.Base64Url
import dev.openidclient.testing.CLIENT_ID
import dev.openidclient.testing.FIXED_CLOCK
import dev.openidclient.testing.JwksServer.Companion.keys
import dev.openidclient.testing.NONCE
import dev.openidclient.testing.REDIRECT_URI
import dev.openidclient.testing.TestKeys
import dev.openidclient.testing.pendingAuthorization
import dev.openidclient.testing.response
import dev.openidclient.testing.serverMetadata
import dev.openidclient.testing.tokenResponseJson
import dev.openidclient.token.authorizationCodeGrant
import dev.openidclient.token.implicitAuthentication
import java.time.Duration

// a shorter value stands in other texts by chance
private const val SHORT = 15

private val pending = pendingAuthorization(nonce = NONCE)

private val server =
    HttpTransport { if (it.method == "GET") keys(TestKeys.rsa) else response(tokenResponseJson().toString()) }

private val codeClient = client { }
private val jwtClient = client { useJwtResponseMode() }
private val hybridClient = client { useCodeIdTokenResponseType() }
private val implicitClient = client { useIdTokenResponseType() }

/** Readers of what comes back through the browser, and of what waits for it. */
internal val CALLBACK_TARGETS =
    listOf(
        FuzzTarget("callback-url", isCallers = true, secrets = ::secretsOfUrl) { text ->
            val callback = AuthorizationCallback.url(text)
            callback.redirectUri?.let { uri ->
                val again = AbsoluteUrl.parse(uri)?.takeIf { it.scheme in setOf("http", "https") }?.toString() ?: uri
                rule(again == uri) { "the redirect URI $uri has another normal form" }
            }
            judgeByAll(callback)
        },
        FuzzTarget("form-post", isCallers = true, secrets = { secretsOf(it.substringAfter('\n', "")) }) { text ->
            val (contentType, body) = text.substringBefore('\n') to text.substringAfter('\n')
            judgeByAll(AuthorizationCallback.formPost(REDIRECT_URI, body, contentType))
        },
        FuzzTarget("pending", isCallers = true, isSecret = true, secrets = ::secretsOfPending) { text ->
            val decoded = PendingAuthorization.decode(text)
            val encoded = decoded.encode()
            rule(PendingAuthorization.decode(encoded).encode() == encoded) { "what is encoded decodes otherwise" }
            val shown = secretsOfPending(text).filter { it.length > SHORT && it in decoded.toString() }
            rule(shown.isEmpty()) { "toString shows a secret" }
        },
    )

/** Every kind of client refuses or takes [callback]; what is thrown has the failures of the others as suppressed. */
private suspend fun judgeByAll(callback: AuthorizationCallback) {
    rule(Parameters.parse(callback.parameters.encode()) == callback.parameters) {
        "parameters that are written anew read otherwise"
    }
    callback.toString()
    val failures =
        listOfNotNull(
            failure { jwtClient.authorizationCodeGrant(callback, pending) },
            failure { hybridClient.authorizationCodeGrant(callback, pending) },
            failure { implicitClient.implicitAuthentication(callback, pending) },
            failure { codeClient.authorizationCodeGrant(callback, pending) },
        )
    val first = failures.firstOrNull() ?: return
    failures.drop(1).forEach(first::addSuppressed)
    throw first
}

private suspend fun failure(operation: suspend () -> Any): OAuthException? =
    try {
        operation()
        null
    } catch (e: OAuthException) {
        e
    }

private fun client(configure: ClientSettings.() -> Unit): OpenIdClient =
    OpenIdClient(serverMetadata(), CLIENT_ID) {
        transport = server
        clock = FIXED_CLOCK
        timeout = Duration.ZERO
        configure()
    }

private fun secretsOfUrl(url: String): List<String> =
    secretsOf(url.substringBefore('#').substringAfter('?', "")) + secretsOf(url.substringAfter('#', ""))

private fun secretsOf(form: String): List<String> =
    listOf("code", "state", "id_token", "access_token", "response").flatMap(Parameters.parse(form)::all)

private fun secretsOfPending(text: String): List<String> =
    Base64Url.decode(text.removePrefix("v1."))?.decodeToString()?.let(::secretMembers).orEmpty()
