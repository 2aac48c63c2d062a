package dev.openidclient.samples.docs

import dev.openidclient.authorization.AuthorizationCallback
import dev.openidclient.authorization.AuthorizationCodeChecks
import dev.openidclient.authorization.PendingAuthorization
import dev.openidclient.authorization.Pkce
import dev.openidclient.authorization.authorizationRequest
import dev.openidclient.authorization.authorizationUrl
import dev.openidclient.authorization.randomState
import dev.openidclient.client.InsecureRequests
import dev.openidclient.client.OpenIdClient
import dev.openidclient.clientauth.ClientSecretBasic
import dev.openidclient.error.ResponseBodyException
import dev.openidclient.error.TransportException
import dev.openidclient.http.HttpEngine
import dev.openidclient.http.HttpResponse
import dev.openidclient.http.HttpTransport
import dev.openidclient.http.KtorTransport
import dev.openidclient.http.Parameters
import dev.openidclient.metadata.AuthorizationServerMetadata
import dev.openidclient.resource.resource
import dev.openidclient.token.TokenResponse
import dev.openidclient.token.authorizationCodeGrant
import dev.openidclient.token.clientCredentialsGrant
import dev.openidclient.token.refreshTokenGrant
import dev.openidclient.userinfo.userInfo
import io.ktor.client.HttpClient
import org.slf4j.Logger
import java.time.Duration

/** The person's session in an application. */
interface StoredSession {
    fun store(pending: String)

    /** What was stored, which is removed. */
    fun take(): String
}

/** The Kotlin blocks of the README. `DocsSpec` compares the two. */
class ReadmeKotlin(
    private val session: StoredSession,
    private val log: Logger,
    private val redirect: (String) -> Unit,
) {
    suspend fun signIn(
        secret: String,
        callbackUrl: String,
    ) {
        // region sign-in
        val client =
            OpenIdClient.discover("https://as.example.com", clientId = "s6BhdRkqt3") {
                authentication = ClientSecretBasic(secret)
            }

        // GET /login
        val request =
            client.authorizationRequest {
                // PKCE, state and nonce are made inside
                redirectUri("https://rp.example.com/callback")
                scope("openid", "email")
            }
        session.store(request.pending.encode())
        redirect(request.url)

        // GET /callback
        val tokens = client.authorizationCodeGrant(callbackUrl, PendingAuthorization.decode(session.take()))
        val user = client.userInfo(tokens)
        log.info("signed in: {}", user.subject)
        // endregion
    }

    suspend fun service(client: OpenIdClient): HttpResponse {
        // region service
        val tokens = client.clientCredentialsGrant { scope("orders:read") }
        val orders = client.resource("https://api.example.com/orders", tokens)
        // endregion
        return orders
    }

    suspend fun refresh(
        client: OpenIdClient,
        earlier: TokenResponse,
    ): TokenResponse? {
        // region errors
        val tokens =
            try {
                client.refreshTokenGrant(earlier)
            } catch (e: ResponseBodyException) {
                if (e.error != "invalid_grant") throw e
                null // the refresh token has expired or was revoked: sign in again
            } catch (e: TransportException) {
                log.warn("no answer: is the refresh token used up?", e)
                earlier // its access token may be good still; where refresh tokens rotate, never send this one again
            }
        // endregion
        return tokens
    }

    suspend fun settings(): OpenIdClient {
        // region settings
        val client =
            OpenIdClient.discover("https://as.example.com", "s6BhdRkqt3") {
                metadata { idTokenSignedResponseAlg("ES256") } // what the server knows of this client
                timeout = Duration.ofSeconds(10) // of one HTTP request, with the body
                clockTolerance = Duration.ofSeconds(5)
                pendingAuthorizationLifetime = Duration.ofMinutes(10)
                nonRepudiationChecks() // verify the signature of every ID Token
            }
        // endregion
        return client
    }

    fun offline(json: String): OpenIdClient {
        // region metadata
        val client = OpenIdClient(AuthorizationServerMetadata.parse(json), "s6BhdRkqt3") { clientSecret("…") }
        // endregion
        return client
    }

    suspend fun transport(httpClient: HttpClient): List<OpenIdClient> {
        // region engine
        val engine =
            OpenIdClient.discover("https://as.example.com", "s6BhdRkqt3") {
                engine = HttpEngine.CIO // one of the two that come with the library
            }
        val own =
            OpenIdClient.discover("https://as.example.com", "s6BhdRkqt3") {
                transport = KtorTransport(httpClient) // any Ktor client: proxy, TLS and plugins as you have set them
            }
        // endregion
        return listOf(engine, own)
    }

    suspend fun wrapped(httpClient: HttpClient): OpenIdClient {
        // region transport
        val inner = KtorTransport(httpClient)
        val client =
            OpenIdClient.discover("https://as.example.com", "s6BhdRkqt3") {
                transport = HttpTransport { request -> inner.send(request.withHeader("x-tenant", "a")) }
            }
        // endregion
        return client
    }

    // region insecure
    @OptIn(InsecureRequests::class)
    suspend fun testClient(issuer: String): OpenIdClient =
        OpenIdClient.discover(issuer, "s6BhdRkqt3") { allowInsecureRequests() }
    // endregion

    suspend fun formPost(
        client: OpenIdClient,
        pending: PendingAuthorization,
        url: String,
        body: String,
    ): TokenResponse {
        // region form-post
        val tokens = client.authorizationCodeGrant(AuthorizationCallback.formPost(url, body), pending)
        // endregion
        return tokens
    }

    suspend fun manual(
        client: OpenIdClient,
        callbackUrl: String,
    ): TokenResponse {
        // region checks
        val pkce = Pkce.generate()
        val state = randomState()
        val url =
            client.authorizationUrl(
                Parameters.of(
                    "redirect_uri" to "https://rp.example.com/callback",
                    "scope" to "orders:read",
                    "state" to state,
                    "code_challenge" to pkce.codeChallenge,
                    "code_challenge_method" to pkce.codeChallengeMethod,
                ),
            )
        redirect(url)

        val checks =
            AuthorizationCodeChecks {
                expectedState = state
                pkceCodeVerifier = pkce.codeVerifier
            }
        val tokens = client.authorizationCodeGrant(callbackUrl, checks)
        // endregion
        return tokens
    }
}
