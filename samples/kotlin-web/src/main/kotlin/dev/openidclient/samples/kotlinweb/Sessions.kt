package dev.openidclient.samples.kotlinweb

import dev.openidclient.authorization.randomState
import dev.openidclient.token.TokenResponse
import dev.openidclient.tokensource.UserTokens
import io.ktor.http.Cookie
import io.ktor.http.CookieEncoding
import io.ktor.server.application.ApplicationCall

/** A browser is signed in where its cookie has an id that [tokens] are kept under: at every instance. */
class Sessions(
    private val tokens: UserTokens,
    private val isHttps: Boolean,
) {
    private val cookie = if (isHttps) "__Host-session" else "KOTLIN_WEB_SESSION"

    /** The session of the browser that [call] came from; null where nobody is signed in there. */
    suspend fun find(call: ApplicationCall): Session? {
        val id = idIn(call) ?: return null
        return tokens.load(id)?.let { Session(id, it) }
    }

    /** A session with a new id: whoever knew one before the sign-in is not signed in with it (session fixation). */
    suspend fun start(
        call: ApplicationCall,
        signedIn: TokenResponse,
    ) {
        idIn(call)?.let { tokens.remove(it) }
        val id = randomState() // 256 bits that nobody can guess
        tokens.put(id, signedIn)
        call.response.cookies.append(cookie(id))
    }

    /** Forgets the session of the browser that [call] came from. */
    suspend fun end(call: ApplicationCall) {
        call.response.cookies.append(cookie("", maxAge = 0))
        idIn(call)?.let { tokens.remove(it) }
    }

    /**
     * `HttpOnly`: no script can read it. `SameSite=Lax`: other sites can send the browser here with it, but cannot post
     * with it. With https `Secure`, and a name that lets no other host set it.
     */
    private fun cookie(
        value: String,
        maxAge: Int? = null,
    ) = Cookie(
        cookie,
        value,
        CookieEncoding.RAW,
        maxAge,
        path = "/",
        secure = isHttps,
        httpOnly = true,
        extensions = mapOf("SameSite" to "Lax"),
    )

    private fun idIn(call: ApplicationCall): String? =
        call.request.cookies[cookie, CookieEncoding.RAW]?.takeIf(String::isNotEmpty)
}
