package dev.openidclient.samples.kotlinweb

import dev.openidclient.token.TokenResponse
import dev.openidclient.tokensource.UserTokens
import io.ktor.http.Cookie
import io.ktor.http.CookieEncoding
import io.ktor.server.application.ApplicationCall
import java.security.SecureRandom
import java.time.Clock
import java.time.Duration
import java.util.Base64
import java.util.concurrent.ConcurrentHashMap

private const val COOKIE = "KOTLIN_WEB_SESSION"
private val IDLE: Duration = Duration.ofMinutes(30)

/** The sessions, in memory. A browser holds nothing but the id of its own, which is random and says nothing. */
class Sessions(
    /** The tokens of those who are signed in, each under the id of their session: no page, cookie or log shows them. */
    val tokens: UserTokens,
    private val clock: Clock,
    private val isHttps: Boolean,
) {
    private val sessions = ConcurrentHashMap<String, Session>()

    /** The session of the browser that [call] came from, if it has one that was used lately. */
    fun find(call: ApplicationCall): Session? {
        val session = sessions[id(call) ?: return null] ?: return null
        if (isOver(session)) return null
        session.usedAt = clock.instant()
        return session
    }

    /** A new session, with a new id, for the browser that [call] came from. */
    suspend fun start(
        call: ApplicationCall,
        signedIn: TokenResponse? = null,
    ): Session {
        sessions.values.filter(::isOver).forEach { forget(it.id) }
        val session = Session(randomText(), randomText(), signedIn != null, clock.instant())
        if (signedIn != null) tokens.put(session.id, signedIn)
        sessions[session.id] = session
        call.response.cookies.append(cookie(session.id))
        return session
    }

    /**
     * A session with the tokens of [signedIn] and a new id in place of [earlier]: whoever knew the old id is not signed
     * in with this person (session fixation).
     */
    suspend fun renew(
        call: ApplicationCall,
        earlier: Session,
        signedIn: TokenResponse,
    ) {
        forget(earlier.id)
        start(call, signedIn).takePendingOf(earlier)
    }

    /** Forgets the session of the browser that [call] came from. */
    suspend fun end(call: ApplicationCall) {
        call.response.cookies.append(cookie("", maxAge = 0))
        id(call)?.let { forget(it) }
    }

    private suspend fun forget(id: String) {
        if (sessions.remove(id) != null) tokens.remove(id)
    }

    // region cookie

    /**
     * `HttpOnly`: no script can read it. `SameSite=Lax`: other sites can send the browser here with it, as the callback
     * does, but cannot post with it. `Secure` as soon as there is https; give it a name that starts with `__Host-` then.
     */
    private fun cookie(
        value: String,
        maxAge: Int? = null,
    ) = Cookie(
        COOKIE,
        value,
        CookieEncoding.RAW,
        maxAge,
        path = "/",
        secure = isHttps,
        httpOnly = true,
        extensions = mapOf("SameSite" to "Lax"),
    )
    // endregion

    private fun id(call: ApplicationCall): String? = call.request.cookies[COOKIE, CookieEncoding.RAW]

    private fun isOver(session: Session): Boolean = session.usedAt + IDLE < clock.instant()

    /** 256 bits that nobody can guess. */
    private fun randomText(): String =
        Base64.getUrlEncoder().withoutPadding().encodeToString(ByteArray(32).also(SecureRandom()::nextBytes))
}
