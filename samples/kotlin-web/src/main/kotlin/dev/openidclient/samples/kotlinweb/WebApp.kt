package dev.openidclient.samples.kotlinweb

import dev.openidclient.client.OpenIdClient
import dev.openidclient.error.OAuthException
import dev.openidclient.resource.resource
import dev.openidclient.tokensource.UserTokens
import dev.openidclient.userinfo.userInfo
import io.ktor.http.HttpStatusCode
import io.ktor.http.URLDecodeException
import io.ktor.server.application.ApplicationCall
import io.ktor.server.application.createApplicationPlugin
import io.ktor.server.application.install
import io.ktor.server.cio.CIO
import io.ktor.server.engine.embeddedServer
import io.ktor.server.html.respondHtml
import io.ktor.server.http.content.staticResources
import io.ktor.server.plugins.statuspages.StatusPages
import io.ktor.server.plugins.statuspages.StatusPagesConfig
import io.ktor.server.request.httpMethod
import io.ktor.server.request.path
import io.ktor.server.request.receiveParameters
import io.ktor.server.response.header
import io.ktor.server.routing.Route
import io.ktor.server.routing.get
import io.ktor.server.routing.post
import io.ktor.server.routing.routing
import org.slf4j.LoggerFactory
import java.security.MessageDigest
import java.time.Clock
import java.time.Duration

/** The web application, listening on loopback: which page is where, and what holds for all of them. */
class WebApp(
    private val client: OpenIdClient,
    private val ordersUrl: String,
    port: Int,
    private val clock: Clock,
    shared: SharedState,
) : AutoCloseable {
    val url = "http://127.0.0.1:$port"

    private val logger = LoggerFactory.getLogger(WebApp::class.java)

    // region tokens
    private val tokens =
        UserTokens(client) {
            store(shared.store, shared.cipher)
            sessionLifetime = Duration.ofMinutes(30) // after the last renewal
            backChannelLogout()
        }

    // endregion
    private val sessions = Sessions(tokens, isHttps = url.startsWith("https:"))
    private val signIn = SignInRoutes(client, tokens, sessions, url, shared)
    private val serverLogout = BackChannelLogout(client, tokens, shared.replays)

    private val server =
        embeddedServer(CIO, port, "127.0.0.1") {
            install(securityHeaders())
            install(StatusPages) { explainFailures() }
            routing {
                staticResources("/", "static")
                get("/") {
                    val session = sessions.find(call)
                    call.respondHtml { homePage(session) }
                }
                // region routes
                get("/login") { signIn.begin(call) }
                get("/callback") { signIn.finish(call) }
                // endregion
                get("/account") { showAccount(call) }
                get("/orders") { showOrders(call) }
                postOwnForm("/refresh", signIn::refresh)
                postOwnForm("/logout", signIn::end)
                post("/backchannel-logout") { serverLogout.answer(call) }
            }
        }.start()

    private suspend fun showAccount(call: ApplicationCall) {
        val session = signIn.signedIn(call)
        val tokens = signIn.freshTokens(session)
        val user = client.userInfo(tokens) // "sub" is compared with the ID Token's
        call.respondHtml { accountPage(session, tokens, user, clock) }
    }

    private suspend fun showOrders(call: ApplicationCall) {
        val session = signIn.signedIn(call)
        val tokens = signIn.freshTokens(session)
        // RFC 6749 §3.3: less may be granted than was asked for
        if ("orders:read" !in tokens.scopes.orEmpty()) throw RefusedException(Explanation.NOT_ALLOWED)
        val answer = client.resource(ordersUrl, tokens)
        call.respondHtml { ordersPage(session, ordersUrl, answer) }
    }

    /** What changes something is posted, from a form of this application. */
    private fun Route.postOwnForm(
        path: String,
        act: suspend (ApplicationCall) -> Unit,
    ) = post(path) {
        requireOwnForm(call)
        act(call)
    }

    /** Another site cannot know the session's form token; `SameSite` alone takes all ports of a host for one site. */
    private suspend fun requireOwnForm(call: ApplicationCall) {
        val session = sessions.find(call) ?: throw RefusedException(Explanation.NOT_SIGNED_IN)
        val sent = call.receiveParameters()[FORM_TOKEN].orEmpty()
        if (!MessageDigest.isEqual(sent.encodeToByteArray(), session.formToken.encodeToByteArray())) {
            throw RefusedException(Explanation.FORM_OUTDATED)
        }
    }

    private fun StatusPagesConfig.explainFailures() {
        // region failures
        exception<OAuthException> { call, failure ->
            logger.info("{}: {}", failure.code, failure.message) // has no secret in it
            explain(call, Explanation.of(failure))
        }
        // endregion
        exception<RefusedException> { call, refused -> explain(call, refused.explanation) }
        exception<URLDecodeException> { call, _ -> explain(call, Explanation.NOT_FOUND) }
        exception<Throwable> { call, failure ->
            logger.error("{} {}", call.request.httpMethod.value, call.request.path(), failure)
            explain(call, Explanation.OWN_FAULT)
        }
        status(HttpStatusCode.NotFound, HttpStatusCode.MethodNotAllowed) { call, _ ->
            explain(call, Explanation.NOT_FOUND)
        }
    }

    private suspend fun explain(
        call: ApplicationCall,
        explanation: Explanation,
    ) {
        // the server has taken the tokens back (RFC 6749 §5.2, RFC 6750 §3.1): the sign-in is over here, too
        if (explanation == Explanation.NO_LONGER_ACCEPTED) sessions.end(call)
        // where the fault is this application's, the store may be what fails
        val session = if (explanation == Explanation.OWN_FAULT) null else sessions.find(call)
        call.respondHtml(explanation.status) { failurePage(session, explanation) }
    }

    private fun securityHeaders() =
        createApplicationPlugin("SecurityHeaders") {
            // sign-out is a form whose answer redirects to the authorization server
            val server = client.server.issuer
            onCall { call ->
                call.response.header(
                    "Content-Security-Policy",
                    "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; " +
                        "form-action 'self' $server; base-uri 'none'; frame-ancestors 'none'",
                )
                call.response.header("Referrer-Policy", "no-referrer")
                call.response.header("X-Content-Type-Options", "nosniff")
                call.response.header("Cache-Control", "no-store")
            }
        }

    override fun close() {
        server.stop(gracePeriodMillis = 0, timeoutMillis = 1000)
        tokens.close()
    }
}
