package dev.openidclient.testserver

import dev.openidclient.jose.JwsAlgorithm
import dev.openidclient.metadata.ClientMetadata
import dev.openidclient.registration.ClientIdMetadataDocument
import kotlinx.serialization.json.JsonElement
import java.security.SecureRandom
import java.time.Clock
import java.time.Duration
import java.util.Random
import java.util.function.Consumer

/** The settings of a [TestAuthorizationServer]. Read once, when the server is made. */
@TestServerDsl
public class TestServerSettings internal constructor() {
    /** What the server calls itself; nothing listens there. Default `https://as.example.com`. */
    @set:JvmSynthetic // Java has the function
    public var issuer: String = "https://as.example.com"

    /** Sets [issuer] and returns these settings: for Java. */
    public fun issuer(issuer: String): TestServerSettings = apply { this.issuer = issuer }

    /** The server's clock: give the client the same one. Default: the system's clock. */
    @set:JvmSynthetic // Java has the function
    public var clock: Clock = Clock.systemUTC()

    /** Sets [clock] and returns these settings: for Java. */
    public fun clock(clock: Clock): TestServerSettings = apply { this.clock = clock }

    /** Where codes, tokens and nonces come from: `Random(1)` gives the same ones each time. Default: `SecureRandom`. */
    @set:JvmSynthetic // Java has the function
    public var random: Random = SecureRandom()

    /** Sets [random] and returns these settings: for Java. */
    public fun random(random: Random): TestServerSettings = apply { this.random = random }

    /** The algorithm of ID Tokens and everything else that the server signs. Default RS256. */
    @set:JvmSynthetic // Java has the function
    public var signingAlgorithm: JwsAlgorithm = JwsAlgorithm.RS256

    /** Sets [signingAlgorithm] and returns these settings: for Java. */
    public fun signingAlgorithm(signingAlgorithm: JwsAlgorithm): TestServerSettings =
        apply { this.signingAlgorithm = signingAlgorithm }

    /** How long an access token lives, in whole seconds. Default 1 hour. */
    @set:JvmSynthetic // Java has the function
    public var accessTokenLifetime: Duration = Duration.ofHours(1)

    /** Sets [accessTokenLifetime] and returns these settings: for Java. */
    public fun accessTokenLifetime(accessTokenLifetime: Duration): TestServerSettings =
        apply { this.accessTokenLifetime = accessTokenLifetime }

    /** How long an ID Token lives. Default 5 minutes. */
    @set:JvmSynthetic // Java has the function
    public var idTokenLifetime: Duration = Duration.ofMinutes(5)

    /** Sets [idTokenLifetime] and returns these settings: for Java. */
    public fun idTokenLifetime(idTokenLifetime: Duration): TestServerSettings =
        apply { this.idTokenLifetime = idTokenLifetime }

    /**
     * How long a refresh token lives after it was issued; the answer says it as `refresh_token_expires_in`. Default
     * null: without end, and nothing is said.
     */
    @set:JvmSynthetic // Java has the function
    public var refreshTokenLifetime: Duration? = null

    /** Sets [refreshTokenLifetime] and returns these settings: for Java. */
    public fun refreshTokenLifetime(refreshTokenLifetime: Duration?): TestServerSettings =
        apply { this.refreshTokenLifetime = refreshTokenLifetime }

    /**
     * With [rotateRefreshTokens]: how long a refresh token that was used is still taken. Default zero: its second use
     * ends the whole sign-in.
     */
    @set:JvmSynthetic // Java has the function
    public var refreshTokenGrace: Duration = Duration.ZERO

    /** Sets [refreshTokenGrace] and returns these settings: for Java. */
    public fun refreshTokenGrace(refreshTokenGrace: Duration): TestServerSettings =
        apply { this.refreshTokenGrace = refreshTokenGrace }

    /** How long an authorization code lives. Default 1 minute. */
    @set:JvmSynthetic // Java has the function
    public var codeLifetime: Duration = Duration.ofMinutes(1)

    /** Sets [codeLifetime] and returns these settings: for Java. */
    public fun codeLifetime(codeLifetime: Duration): TestServerSettings = apply { this.codeLifetime = codeLifetime }

    /** The `interval` of the device flow and of CIBA; who polls faster hears `slow_down`. Default 5 seconds. */
    @set:JvmSynthetic // Java has the function
    public var pollInterval: Duration = Duration.ofSeconds(5)

    /** Sets [pollInterval] and returns these settings: for Java. */
    public fun pollInterval(pollInterval: Duration): TestServerSettings = apply { this.pollInterval = pollInterval }

    /**
     * How long the secret of a client lives that registers itself, in whole seconds; it says so as
     * `client_secret_expires_at`, and is refused with `invalid_client` afterwards. Default null: without end.
     */
    @set:JvmSynthetic // Java has the function
    public var clientSecretLifetime: Duration? = null

    /** Sets [clientSecretLifetime] and returns these settings: for Java. */
    public fun clientSecretLifetime(clientSecretLifetime: Duration?): TestServerSettings =
        apply { this.clientSecretLifetime = clientSecretLifetime }

    internal var rotatesRefreshTokens = false
        private set
    internal var issuesRefreshTokens = true
        private set
    internal var sendsExpiresIn = true
        private set
    internal var requiresDpop = false
        private set
    internal var requiresDpopNonce = false
        private set
    internal var requiresPkce = true
        private set
    internal var requiresPushedRequests = false
        private set
    internal var requiresSignedRequests = false
        private set
    internal var issuesJwtAccessTokens = false
        private set
    internal val scopes = LinkedHashSet<String>()
    internal val resources = LinkedHashSet<String>()
    internal val members = LinkedHashMap<String, JsonElement>()
    internal val clients = mutableListOf<TestClient>()
    internal val users = LinkedHashMap<String, Map<String, JsonElement>>()

    /**
     * Each refresh issues a new refresh token, and the one that was used is worth nothing any more: used once more it
     * is counted in [TestAuthorizationServer.reusedRefreshTokens] and ends all tokens of that sign-in ([RFC 9700
     * §4.14.2](https://www.rfc-editor.org/rfc/rfc9700#section-4.14.2)).
     */
    public fun rotateRefreshTokens(): TestServerSettings = apply { rotatesRefreshTokens = true }

    /** Issues no refresh token to anybody. */
    public fun withoutRefreshTokens(): TestServerSettings = apply { issuesRefreshTokens = false }

    /** Says nothing of how long an access token lives: no `expires_in`. */
    public fun withoutExpiresIn(): TestServerSettings = apply { sendsExpiresIn = false }

    /** Refuses token requests without a DPoP proof. */
    public fun requireDpop(): TestServerSettings = apply { requiresDpop = true }

    /**
     * Wants a nonce of its own in each DPoP proof, and says so with `use_dpop_nonce` ([RFC 9449
     * §8](https://www.rfc-editor.org/rfc/rfc9449#section-8)). [TestAuthorizationServer.rotateDpopNonce] makes another.
     */
    public fun requireDpopNonce(): TestServerSettings = apply { requiresDpopNonce = true }

    /** Takes authorization requests without PKCE, which are refused otherwise. */
    public fun allowMissingPkce(): TestServerSettings = apply { requiresPkce = false }

    /** Refuses authorization requests that were not pushed (RFC 9126). */
    public fun requirePushedRequests(): TestServerSettings = apply { requiresPushedRequests = true }

    /** Refuses authorization requests that are not signed (RFC 9101). */
    public fun requireSignedRequests(): TestServerSettings = apply { requiresSignedRequests = true }

    /** Access tokens are JWTs of [RFC 9068](https://www.rfc-editor.org/rfc/rfc9068), signed with the server's key. */
    public fun jwtAccessTokens(): TestServerSettings = apply { issuesJwtAccessTokens = true }

    /** Refuses every other scope with `invalid_scope`. Default: all are taken. */
    public fun scopes(vararg scopes: String): TestServerSettings = apply { this.scopes += scopes }

    /** Refuses every other `resource` and `audience` with `invalid_target`. Default: all are taken. */
    public fun resources(vararg resources: String): TestServerSettings = apply { this.resources += resources }

    /** Sets the member [name] of the server's metadata, or removes it: [value] is null. */
    public fun metadata(
        name: String,
        value: Any?,
    ): TestServerSettings = apply { members[name] = element(value) }

    /** Registers the client [id]: then no other client is known but those that are registered. */
    @JvmOverloads
    public fun client(
        id: String,
        secret: String? = null,
    ): TestServerSettings = client(id, secret) {}

    /** The same; [configure] says what it may do. */
    @JvmSynthetic // hidden from Java, where a lambda would fit both
    public fun client(
        id: String,
        secret: String? = null,
        configure: TestClientBuilder.() -> Unit,
    ): TestServerSettings = apply { clients += TestClientBuilder(id, secret).apply(configure).build() }

    /** The same for Java. */
    public fun client(
        id: String,
        secret: String?,
        configure: Consumer<TestClientBuilder>,
    ): TestServerSettings = client(id, secret) { configure.accept(this) }

    /** Registers a client with the [metadata] that the client itself has. */
    public fun client(metadata: ClientMetadata): TestServerSettings = apply { clients += TestClient(metadata.json) }

    /**
     * Knows the client of [document] as a server does that has fetched it from its URL, and says
     * `client_id_metadata_document_supported: true`.
     */
    public fun clientMetadataDocument(document: ClientIdMetadataDocument): TestServerSettings =
        apply {
            clients += TestClient(checkNotNull(parseObject(document.json)))
            metadata(DOCUMENTS_SUPPORTED, true)
        }

    /** Claims about [subject], for UserInfo: text, numbers, true and false, lists and maps. */
    public fun user(
        subject: String,
        claims: Map<String, Any?>,
    ): TestServerSettings = apply { users[subject] = claims.mapValues { (_, value) -> element(value) } }

    override fun toString(): String = "TestServerSettings($issuer)"
}

/** Keeps the functions of one builder out of another's block. */
@DslMarker
@Target(AnnotationTarget.CLASS)
public annotation class TestServerDsl
