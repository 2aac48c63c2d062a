package dev.openidclient.testserver

import dev.openidclient.http.HttpRequest
import dev.openidclient.http.HttpResponse
import dev.openidclient.http.HttpTransport
import dev.openidclient.http.Parameters
import dev.openidclient.jose.JwkSet
import dev.openidclient.jose.SigningKey
import dev.openidclient.metadata.AuthorizationServerMetadata
import dev.openidclient.metadata.ClientMetadata
import dev.openidclient.registration.ClientIdMetadataDocument
import dev.openidclient.token.TokenResponse
import org.slf4j.LoggerFactory
import java.io.IOException
import java.security.cert.X509Certificate
import java.time.Duration
import java.util.function.Consumer

/**
 * An OAuth 2 and OpenID Connect server in the process of a test, **never for production**: who asks it for tokens gets
 * them.
 *
 * It is an [HttpTransport]: a client whose `transport` it is needs no socket, and every wait is `delay`, so virtual in
 * `runTest`. It refuses what a strict server refuses, and its `error_description` says what was wrong. As long as no
 * client is registered it knows every client id, with any secret and any redirect URI.
 *
 * [listen] serves the same on a port of 127.0.0.1, for browsers and other programs.
 *
 * Safe to use from any number of coroutines and threads at once.
 */
public class TestAuthorizationServer internal constructor(
    settings: TestServerSettings,
) : HttpTransport,
    AutoCloseable {
    @JvmOverloads
    public constructor(configure: TestServerSettings.() -> Unit = {}) : this(TestServerSettings().apply(configure))

    private val server = Server(settings)
    private val endpoints = TestEndpoints()
    private val answering = Answering(server, endpoints) { isDown }
    private val browser = Browser(server)
    private val certificate = lazy { OwnCertificate() }
    private var listening: Listening? = null

    init {
        LOGGER.warn(
            "A test authorization server is running: it gives tokens to whoever asks. Never use it in production.",
        )
    }

    /** The server's clock is ahead of its setting by so much. Default zero; negative: behind. */
    public var clockOffset: Duration
        get() = locked { clockOffset }
        set(value) = locked { clockOffset = value }

    /** Whether no request finds a connection. Default false. */
    @Volatile
    public var isDown: Boolean = false

    /** What the server calls itself. */
    public val issuer: String get() = locked { issuer }

    /** What discovery finds: for `OpenIdClient(server.metadata, "app") { transport = server }`. */
    public val metadata: AuthorizationServerMetadata get() = locked { metadata }

    /** The key that the server signs with. */
    public val signingKey: SigningKey get() = locked { keys.current.key }

    /** Every request that came, the first one first; the answered ones have a status. */
    public val requests: List<RecordedRequest> get() = answering.recorded()

    /** How many refresh tokens came that were used up before, each time; within `refreshTokenGrace` too. */
    public val reusedRefreshTokens: Int get() = locked { tokens.reuseCount }

    /** How many access tokens were issued. */
    public val issuedAccessTokens: Int get() = locked { tokens.accessCount }

    /** How many refresh tokens were issued, rotated ones too. */
    public val issuedRefreshTokens: Int get() = locked { tokens.refreshCount }

    /** How many ID Tokens were issued. */
    public val issuedIdTokens: Int get() = locked { tokens.idTokenCount }

    /** Who signed out at the end session endpoint, in order. */
    public val signedOutSubjects: List<String> get() = locked { signedOut.toList() }

    /** Discovery: of OpenID Connect and of RFC 8414. */
    public val discovery: TestEndpoint get() = endpoints.discovery

    /** `authorization_endpoint`, where a browser comes. [signIn] does not ask it. */
    public val authorizationEndpoint: TestEndpoint get() = endpoints.authorization

    /** `token_endpoint` */
    public val tokenEndpoint: TestEndpoint get() = endpoints.token

    /** `jwks_uri` */
    public val jwksEndpoint: TestEndpoint get() = endpoints.jwks

    /** `userinfo_endpoint` */
    public val userinfoEndpoint: TestEndpoint get() = endpoints.userinfo

    /** `pushed_authorization_request_endpoint` */
    public val pushedAuthorizationRequestEndpoint: TestEndpoint get() = endpoints.pushed

    /** `device_authorization_endpoint` */
    public val deviceAuthorizationEndpoint: TestEndpoint get() = endpoints.device

    /** `backchannel_authentication_endpoint` */
    public val backchannelAuthenticationEndpoint: TestEndpoint get() = endpoints.backchannel

    /** `introspection_endpoint` */
    public val introspectionEndpoint: TestEndpoint get() = endpoints.introspection

    /** `revocation_endpoint` */
    public val revocationEndpoint: TestEndpoint get() = endpoints.revocation

    /** `registration_endpoint` */
    public val registrationEndpoint: TestEndpoint get() = endpoints.registration

    /** `end_session_endpoint` */
    public val endSessionEndpoint: TestEndpoint get() = endpoints.endSession

    /** Registers the client [id], as [TestServerSettings.client] does. */
    @JvmOverloads
    public fun client(
        id: String,
        secret: String? = null,
    ): TestAuthorizationServer = client(id, secret) {}

    /** Registers the client [id]; [configure] says what it may do. */
    @JvmSynthetic // hidden from Java, where a lambda would fit both
    public fun client(
        id: String,
        secret: String? = null,
        configure: TestClientBuilder.() -> Unit,
    ): TestAuthorizationServer = change { clients.add(TestClientBuilder(id, secret).apply(configure).build()) }

    /** The same for Java. */
    public fun client(
        id: String,
        secret: String?,
        configure: Consumer<TestClientBuilder>,
    ): TestAuthorizationServer = client(id, secret) { configure.accept(this) }

    /** Registers a client with the [metadata] that the client itself has. */
    public fun client(metadata: ClientMetadata): TestAuthorizationServer =
        change { clients.add(TestClient(metadata.json)) }

    /** Knows the client of [document], as [TestServerSettings.clientMetadataDocument] says. */
    public fun clientMetadataDocument(document: ClientIdMetadataDocument): TestAuthorizationServer =
        change {
            clients.add(TestClient(checkNotNull(parseObject(document.json))))
            settings.metadata(DOCUMENTS_SUPPORTED, true)
        }

    /**
     * Knows the client [id] no longer, as a server that lost its registrations: it answers `invalid_client`. Throws
     * [IllegalArgumentException] where it knows none of that name.
     */
    public fun forgetClient(id: String): TestAuthorizationServer =
        change { require(clients.remove(id)) { "no client '$id' is registered: ${clients.describe()} are" } }

    /** Claims about [subject], for UserInfo, in place of earlier ones. */
    public fun user(
        subject: String,
        claims: Map<String, Any?>,
    ): TestAuthorizationServer = change { users[subject] = claims.mapValues { (_, value) -> element(value) } }

    /** Takes assertions and subject tokens of [issuer] that one of [keys] signed (RFC 7523 §3, RFC 8693 §2.1). */
    public fun trustIssuer(
        issuer: String,
        keys: JwkSet,
    ): TestAuthorizationServer = change { trusted.add(issuer, keys.json) }

    /**
     * What the browser comes back with when [subject] signs in at [url], the URL of an authorization request: the whole
     * callback URL. Where the request is refused as a real server refuses it, that is a callback with `error`.
     *
     * Throws [IllegalArgumentException] where a real server would show a page in place of sending the browser back:
     * client or redirect URI are unknown; [IllegalStateException] for `response_mode=form_post`, which [signInForm] has.
     */
    @JvmOverloads
    public fun signIn(
        url: String,
        subject: String = DEFAULT_SUBJECT,
    ): String = signIn(url, subject) {}

    /** The same; [configure] says more of how the person signs in. */
    @JvmSynthetic // hidden from Java, where a lambda would fit both
    public fun signIn(
        url: String,
        subject: String = DEFAULT_SUBJECT,
        configure: SignIn.() -> Unit,
    ): String = browser.callback(url) { accept(it, SignIn(subject).apply(configure)) }

    /** The same for Java. */
    public fun signIn(
        url: String,
        subject: String,
        configure: Consumer<SignIn>,
    ): String = signIn(url, subject) { configure.accept(this) }

    /** The same for `response_mode=form_post`: the form that the browser posts to the redirect URI. */
    @JvmOverloads
    public fun signInForm(
        url: String,
        subject: String = DEFAULT_SUBJECT,
    ): Parameters = browser.response(url) { accept(it, SignIn(subject)) }.parameters

    /** What the browser comes back with when the person, or the server, refuses the request at [url]. */
    @JvmOverloads
    public fun deny(
        url: String,
        error: String = "access_denied",
    ): String = browser.callback(url) { refusal(it, error, "as the test said") }

    /**
     * Tokens as [clientId] has them after [subject] signed in, with an ID Token that this server signed, for a test that
     * begins there. Nothing is sent for them, no fault meets them, and no check is made.
     */
    @JvmOverloads
    public fun tokens(
        subject: String = DEFAULT_SUBJECT,
        clientId: String = DEFAULT_CLIENT,
    ): TokenResponse = tokens(subject, clientId) {}

    /** The same; [configure] names claims of the ID Token, scopes and more. */
    @JvmSynthetic // hidden from Java, where a lambda would fit both
    public fun tokens(
        subject: String = DEFAULT_SUBJECT,
        clientId: String = DEFAULT_CLIENT,
        configure: SignIn.() -> Unit,
    ): TokenResponse = locked { tokensOf(clientId, SignIn(subject).apply(configure)) }

    /** The same for Java. */
    public fun tokens(
        subject: String,
        clientId: String,
        configure: Consumer<SignIn>,
    ): TokenResponse = tokens(subject, clientId) { configure.accept(this) }

    /** [subject] agrees on the device where they typed [userCode] (RFC 8628 §3.3). */
    @JvmOverloads
    public fun approveDevice(
        userCode: String,
        subject: String = DEFAULT_SUBJECT,
    ): TestAuthorizationServer = change { polled.decide(polled.ofUserCode(userCode), SignIn(subject)) }

    /** The person who typed [userCode] refuses. */
    public fun denyDevice(userCode: String): TestAuthorizationServer =
        change { polled.decide(polled.ofUserCode(userCode), null) }

    /** The person whom the request [authReqId] asks agrees: [subject], or whom its hint names (CIBA §7). */
    @JvmOverloads
    public fun approveBackchannelAuthentication(
        authReqId: String,
        subject: String? = null,
    ): TestAuthorizationServer =
        change {
            val waiting = polled.ofRequest(authReqId)
            polled.decide(waiting, SignIn(subject ?: waiting.hint ?: DEFAULT_SUBJECT))
        }

    /** The person whom the request [authReqId] asks refuses. */
    public fun denyBackchannelAuthentication(authReqId: String): TestAuthorizationServer =
        change { polled.decide(polled.ofRequest(authReqId), null) }

    /**
     * Where the browser goes from the logout URL [url]; null: nowhere. Throws [IllegalArgumentException] where the
     * server shows a page that says what is wrong.
     */
    public fun signOut(url: String): String? = browser.page { endSession(queryOf(url)) }

    /** A logout token for [clientId], about [subject], [sessionId] or both (OpenID Connect Back-Channel Logout §2.4). */
    @JvmOverloads
    public fun logoutToken(
        clientId: String,
        subject: String?,
        sessionId: String? = null,
    ): String = locked { server.logoutToken(clientId, subject, sessionId) }

    /**
     * Posts such a logout token to [uri], the `backchannel_logout_uri` of [clientId], by HTTP, as a server does (OpenID
     * Connect Back-Channel Logout §2.5), and returns the status of the answer: 200, or 400 where it is refused. Blocks
     * until it comes, for 10 seconds at the most. Throws [IOException] where nobody answers there.
     */
    @JvmOverloads
    @Throws(IOException::class)
    public fun sendBackChannelLogout(
        uri: String,
        clientId: String,
        subject: String?,
        sessionId: String? = null,
    ): Int = LogoutDelivery.post(uri, logoutToken(clientId, subject, sessionId))

    /** Signs with a new key from now on. The earlier ones stay published, unless [keepOld] is false. */
    @JvmOverloads
    public fun rotateSigningKey(keepOld: Boolean = true): TestAuthorizationServer = change { keys.rotate(keepOld) }

    /** Wants another nonce in DPoP proofs from now on. */
    public fun rotateDpopNonce(): TestAuthorizationServer = change { proofs.rotateNonce() }

    /** Calls itself [issuer] in its metadata from now on, as a server that somebody else took over. */
    public fun changeIssuer(issuer: String): TestAuthorizationServer = change { namedIssuer = issuer }

    /** Ends all tokens of [subject], or of everybody. */
    @JvmOverloads
    public fun revoke(subject: String? = null): TestAuthorizationServer = change { tokens.revoke(subject) }

    /** Forgets the [requests] that came until now. */
    public fun forgetRequests(): TestAuthorizationServer = apply { answering.forget() }

    /**
     * Serves on [port] of 127.0.0.1, or where that is 0 on a free one: from now on [issuer] is
     * `http://127.0.0.1:<port>`, with the path that it had, so make clients afterwards, with `allowInsecureRequests()`.
     * [close] ends it. A browser that comes to the authorization endpoint is asked who signs in.
     *
     * Throws [IllegalStateException] where the server listens already, and [java.io.IOException] where the port is taken.
     */
    @JvmOverloads
    public fun listen(port: Int = 0): TestAuthorizationServer = listen("http", port)

    /**
     * The same by `https`, with a certificate that is made now: [trust] has it, for `tls { trustPem(server.trust()) }`.
     * A client may present any certificate of its own.
     */
    @JvmOverloads
    public fun listenTls(port: Int = 0): TestAuthorizationServer = listen("https", port)

    /** The certificate of [listenTls] as PEM text: what a client has to trust. */
    public fun trust(): String = certificate.value.pem

    private fun listen(
        scheme: String,
        port: Int,
    ): TestAuthorizationServer =
        change {
            check(listening == null) { "the server listens already, as $issuer" }
            val tls = if (scheme == "https") certificate.value.context() else null
            val opened = Listening(tls, port, { "$scheme://127.0.0.1:$it" }, outcome = answering::outcome)
            listening = opened
            issuer = "$scheme://127.0.0.1:${opened.port}${Routes.pathOf(issuer)}"
        }

    /** Ends [listen] and every connection; without it nothing happens. The server goes on as a transport. */
    override fun close() {
        locked { listening.also { listening = null } }?.close()
    }

    /** No request finds a connection while [block] runs. */
    public inline fun <T> down(block: () -> T): T {
        isDown = true
        try {
            return block()
        } finally {
            isDown = false
        }
    }

    /** The same server to a client whose connections present [certificate] (RFC 8705). */
    public fun withCertificate(certificate: X509Certificate): HttpTransport =
        HttpTransport { answering.answer(it, certificate) }

    override suspend fun send(request: HttpRequest): HttpResponse = answering.answer(request, certificate = null)

    private inline fun <T> locked(block: Server.() -> T): T = synchronized(server.lock) { server.block() }

    private inline fun change(block: Server.() -> Unit): TestAuthorizationServer = apply { locked(block) }

    override fun toString(): String = "TestAuthorizationServer($issuer)"

    public companion object {
        private val LOGGER = LoggerFactory.getLogger(TestAuthorizationServer::class.java)

        private const val DEFAULT_SUBJECT = "alice"
        private const val DEFAULT_CLIENT = "app"

        /** A server with the settings that [configure] makes: for Java. */
        @JvmStatic
        public fun of(configure: Consumer<TestServerSettings>): TestAuthorizationServer =
            TestAuthorizationServer { configure.accept(this) }
    }
}
