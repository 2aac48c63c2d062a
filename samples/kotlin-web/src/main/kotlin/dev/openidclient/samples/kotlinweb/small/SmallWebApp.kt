package dev.openidclient.samples.kotlinweb.small

import dev.openidclient.authorization.randomState
import dev.openidclient.client.OpenIdClient
import dev.openidclient.clientauth.ClientSecretBasic
import dev.openidclient.error.OAuthException
import dev.openidclient.signin.SignIn
import dev.openidclient.tokensource.UserTokens
import dev.openidclient.userinfo.userInfo
import io.ktor.http.Cookie
import io.ktor.http.HttpStatusCode
import io.ktor.server.application.Application
import io.ktor.server.application.ApplicationCall
import io.ktor.server.application.log
import io.ktor.server.cio.CIO
import io.ktor.server.engine.embeddedServer
import io.ktor.server.request.uri
import io.ktor.server.response.header
import io.ktor.server.response.respondRedirect
import io.ktor.server.response.respondText
import io.ktor.server.routing.get
import io.ktor.server.routing.routing

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

    fun ApplicationCall.startSession(): String =
        randomState().also {
            // 256 bits that nobody can guess
            val attributes = mapOf("SameSite" to "Lax")
            response.cookies.append(
                Cookie(cookie, it, path = "/", secure = isHttps, httpOnly = true, extensions = attributes),
            )
        }

    // region routes
    val signIn =
        SignIn(client) {
            redirectUri = "$url/callback" // exactly as it is registered
            if (!isHttps) insecureCookies() // on this machine
        }
    val users = UserTokens(client) // by session: the tokens of its person, fresh ones
    routing {
        get("/login") {
            val begun = signIn.begin(call.request.headers["Cookie"]) { scope("openid", "email") }
            begun.cookies.forEach { call.response.header("Set-Cookie", it.headerValue()) }
            call.respondRedirect(begun.url)
        }
        get("/callback") {
            try {
                val done = signIn.complete(call.request.uri, call.request.headers["Cookie"])
                done.cookies.forEach { call.response.header("Set-Cookie", it.headerValue()) }
                users.put(call.startSession(), done.tokens) // a new session: who knew the old one is not signed in
                call.respondRedirect("/") // to a URL without the code
            } catch (e: OAuthException) {
                log.info("{}: {}", e.code, e.message) // has no secret in it
                call.respondText("You are not signed in. Begin again: $url/login", status = HttpStatusCode.BadRequest)
            }
        }
        get("/") {
            val session = call.request.cookies[cookie]?.ifEmpty { null }
            if (session == null || users.load(session) == null) return@get call.respondRedirect("/login")
            val user = client.userInfo(users.source(session).token())
            call.respondText("Hello, ${user.email ?: user.subject}")
        }
    }
    // endregion
}
