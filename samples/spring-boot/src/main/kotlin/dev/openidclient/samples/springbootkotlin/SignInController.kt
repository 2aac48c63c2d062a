package dev.openidclient.samples.springbootkotlin

import dev.openidclient.authorization.PendingAuthorization
import dev.openidclient.authorization.authorizationRequest
import dev.openidclient.client.OpenIdClient
import dev.openidclient.error.AuthorizationResponseException
import dev.openidclient.error.OAuthException
import dev.openidclient.error.TransportException
import dev.openidclient.token.authorizationCodeGrant
import jakarta.servlet.http.HttpServletRequest
import jakarta.servlet.http.HttpServletResponse
import jakarta.servlet.http.HttpSession
import kotlinx.coroutines.runBlocking
import org.slf4j.LoggerFactory
import org.springframework.beans.factory.annotation.Value
import org.springframework.web.bind.annotation.ExceptionHandler
import org.springframework.web.bind.annotation.GetMapping
import org.springframework.web.bind.annotation.RestController

// region controller
private const val PENDING = "sign-in.pending"
private const val USER = "sign-in.user"

/** Sign-in with what is pending in the session of the person who signs in. */
@RestController
class SignInController(
    private val client: OpenIdClient,
    @param:Value("\${openid.redirect-uri}") private val redirectUri: String,
) {
    private val log = LoggerFactory.getLogger(javaClass)

    @GetMapping("/login")
    fun login(
        session: HttpSession,
        response: HttpServletResponse,
    ) {
        val request =
            client.authorizationRequest {
                // PKCE, state and nonce are made inside
                redirectUri(redirectUri)
                scope("openid", "email")
            }
        session.setAttribute(PENDING, request.pending.encode()) // a String: any session store takes it
        response.sendRedirect(request.url)
    }

    @GetMapping("/callback")
    fun callback(
        request: HttpServletRequest,
        session: HttpSession,
        response: HttpServletResponse,
    ) {
        val pending = session.getAttribute(PENDING) as String?
        session.removeAttribute(PENDING) // first: no callback is taken twice
        if (pending == null) return response.sendRedirect("/login") // begun in another browser, or over
        val callback = "${request.requestURI}?${request.queryString}"
        val tokens = runBlocking { client.authorizationCodeGrant(callback, PendingAuthorization.decode(pending)) }
        request.changeSessionId() // against session fixation
        session.setAttribute(USER, tokens.claims?.subject)
        response.sendRedirect("/")
    }

    @GetMapping("/")
    fun home(session: HttpSession): String = session.getAttribute(USER)?.let { "Hello $it" } ?: "Sign in at /login"

    @ExceptionHandler
    fun refused(
        failure: OAuthException,
        response: HttpServletResponse,
    ): String {
        log.warn("sign-in failed: {}: {}", failure.code, failure.message) // no secret is in it
        response.status = if (failure is TransportException) 503 else 400
        return if (failure is AuthorizationResponseException) "You did not agree." else "Please sign in again."
    }
}
// endregion
