package dev.openidclient.samples.kotlinweb.migration

import dev.openidclient.authorization.PendingAuthorization
import dev.openidclient.authorization.authorizationRequest
import dev.openidclient.client.OpenIdClient
import dev.openidclient.token.authorizationCodeGrant
import io.ktor.client.HttpClient
import io.ktor.http.HttpMethod
import io.ktor.server.application.Application
import io.ktor.server.application.install
import io.ktor.server.auth.Authentication
import io.ktor.server.auth.OAuthAccessTokenResponse
import io.ktor.server.auth.OAuthServerSettings
import io.ktor.server.auth.authenticate
import io.ktor.server.auth.oauth
import io.ktor.server.auth.principal
import io.ktor.server.request.uri
import io.ktor.server.response.respondRedirect
import io.ktor.server.routing.get
import io.ktor.server.routing.routing
import io.ktor.server.sessions.SessionSerializer
import io.ktor.server.sessions.SessionStorageMemory
import io.ktor.server.sessions.Sessions
import io.ktor.server.sessions.SessionsConfig
import io.ktor.server.sessions.clear
import io.ktor.server.sessions.cookie
import io.ktor.server.sessions.get
import io.ktor.server.sessions.sessions
import io.ktor.server.sessions.set

/** A sign-in with Ktor's own plugin, as [signInWithOpenIdClient] does it with this library. */
fun Application.signInWithKtor(
    issuer: String,
    secret: String,
    http: HttpClient,
    nameOf: suspend (accessToken: String) -> String,
) {
    install(Sessions) { inMemory("user", ::Person, Person::subject) }
    // region before
    install(Authentication) {
        oauth("example") {
            client = http
            urlProvider = { "https://rp.example.com/callback" }
            providerLookup = {
                OAuthServerSettings.OAuth2ServerSettings(
                    name = "example",
                    authorizeUrl = "$issuer/authorize",
                    accessTokenUrl = "$issuer/token",
                    requestMethod = HttpMethod.Post,
                    clientId = "s6BhdRkqt3",
                    clientSecret = secret,
                    defaultScopes = listOf("email"),
                )
            }
        }
    }
    routing {
        authenticate("example") {
            get("/login") { } // the plugin redirects
            get("/callback") {
                val tokens = checkNotNull(call.principal<OAuthAccessTokenResponse.OAuth2>())
                call.sessions.set(Person(nameOf(tokens.accessToken))) // a call of the server's, written by hand
                call.respondRedirect("/")
            }
        }
    }
    // endregion
}

/** After: [url] is that of the application, without a slash at the end. */
fun Application.signInWithOpenIdClient(
    client: OpenIdClient,
    url: String,
) {
    // region after
    install(Sessions) {
        inMemory("sign-in", ::Begun, Begun::pending)
        inMemory("user", ::Person, Person::subject)
    }
    routing {
        get("/login") {
            val request =
                client.authorizationRequest {
                    redirectUri("$url/callback")
                    scope("openid", "email")
                }
            call.sessions.set(Begun(request.pending.encode()))
            call.respondRedirect(request.url)
        }
        get("/callback") {
            val begun = call.sessions.get<Begun>() ?: return@get call.respondRedirect("/login")
            call.sessions.clear<Begun>() // whatever comes of it
            val tokens = client.authorizationCodeGrant(call.request.uri, PendingAuthorization.decode(begun.pending))
            call.sessions.set(Person(checkNotNull(tokens.claims).subject)) // under a new id
            call.respondRedirect("/")
        }
    }
    // endregion
}

// region sessions

/** What is pending is a secret: it stays on the server, never in the cookie itself. */
class Begun(
    val pending: String,
)

class Person(
    val subject: String,
)

/** In the memory of this process; the cookie has a random name for it. */
private inline fun <reified T : Any> SessionsConfig.inMemory(
    name: String,
    noinline read: (String) -> T,
    noinline write: (T) -> String,
) {
    cookie<T>(name, SessionStorageMemory()) {
        cookie.httpOnly = true
        cookie.extensions["SameSite"] = "Lax"
        cookie.secure = false // true, as soon as there is https
        serializer = // none is needed for classes that are @Serializable
            object : SessionSerializer<T> {
                override fun serialize(session: T): String = write(session)

                override fun deserialize(text: String): T = read(text)
            }
    }
}
// endregion
