package dev.openidclient.samples.kotlinweb.small

import dev.openidclient.authorization.PendingAuthorization
import dev.openidclient.authorization.authorizationRequest
import dev.openidclient.authorization.randomState
import dev.openidclient.client.OpenIdClient
import dev.openidclient.clientauth.ClientSecretBasic
import dev.openidclient.error.OAuthException
import dev.openidclient.token.TokenResponse
import dev.openidclient.token.authorizationCodeGrant
import dev.openidclient.userinfo.userInfo
import io.ktor.http.Cookie
import io.ktor.http.HttpStatusCode
import io.ktor.server.application.Application
import io.ktor.server.application.ApplicationCall
import io.ktor.server.application.log
import io.ktor.server.cio.CIO
import io.ktor.server.engine.embeddedServer
import io.ktor.server.request.uri
import io.ktor.server.response.respondRedirect
import io.ktor.server.response.respondText
import io.ktor.server.routing.get
import io.ktor.server.routing.routing
import java.util.concurrent.ConcurrentHashMap

/** Signs people in at the server that the environment names. */
suspend fun main() {
    // region main
    val client =
        OpenIdClient.discover(System.getenv("ISSUER"), System.getenv("CLIENT_ID")) {
            authentication = ClientSecretBasic(System.getenv("CLIENT_SECRET"))
        }
    val url = System.getenv("PUBLIC_URL") // https://rp.example.com, without a slash at the end
    embeddedServer(CIO, port = 8080, host = "127.0.0.1") { signIn(client, url) }.start(wait = true)
    // endregion
}

fun Application.signIn(
    client: OpenIdClient,
    url: String,
) {
    val isHttps = url.startsWith("https:")
    val cookie = if (isHttps) "__Host-session" else "session"
    val pending = ConcurrentHashMap<String, String>() // by session: the sign-in that it began
    val signedIn = ConcurrentHashMap<String, TokenResponse>() // by session: the tokens of its person

    fun ApplicationCall.startSession(): String =
        randomState().also {
            // 256 bits that nobody can guess
            val attributes = mapOf("SameSite" to "Lax")
            response.cookies.append(
                Cookie(cookie, it, path = "/", secure = isHttps, httpOnly = true, extensions = attributes),
            )
        }

    // region routes
    routing {
        get("/login") {
            val request =
                client.authorizationRequest {
                    redirectUri("$url/callback") // exactly as it is registered
                    scope("openid", "email")
                }
            pending[call.startSession()] = request.pending.encode()
            call.respondRedirect(request.url)
        }
        get("/callback") {
            val begun = call.request.cookies[cookie]?.let(pending::remove) // first: no callback is taken twice
            val tokens =
                try {
                    begun?.let { client.authorizationCodeGrant(call.request.uri, PendingAuthorization.decode(it)) }
                } catch (e: OAuthException) {
                    log.info("{}: {}", e.code, e.message) // has no secret in it
                    null
                }
            if (tokens == null) {
                call.respondText("You are not signed in. Begin again: $url/login", status = HttpStatusCode.BadRequest)
            } else {
                signedIn[call.startSession()] = tokens // a new session: who knew the old one is not signed in
                call.respondRedirect("/") // to a URL without the code
            }
        }
        get("/") {
            val tokens = call.request.cookies[cookie]?.let(signedIn::get)
            if (tokens == null) {
                call.respondRedirect("/login")
            } else {
                val user = client.userInfo(tokens)
                call.respondText("Hello, ${user.email ?: user.subject}")
            }
        }
    }
    // endregion
}
