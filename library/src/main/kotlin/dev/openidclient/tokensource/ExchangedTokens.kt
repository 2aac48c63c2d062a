package dev.openidclient.tokensource

import dev.openidclient.client.AuthorizationDetail
import dev.openidclient.client.CellMap
import dev.openidclient.client.ClientSource
import dev.openidclient.client.OpenIdClient
import dev.openidclient.error.MASK
import dev.openidclient.event.FailureClass
import dev.openidclient.http.Parameters
import dev.openidclient.token.NOT_APPLICABLE
import dev.openidclient.token.TokenRequestBuilder
import dev.openidclient.token.TokenResponse
import dev.openidclient.token.TokenType
import dev.openidclient.token.jwtBearerGrant
import dev.openidclient.token.tokenExchangeGrant
import java.time.Instant

/**
 * Tokens that are issued in exchange for the token of a caller, kept for as long as they live and renewed in time: a
 * service calls another one on behalf of whoever called it. By [tokenExchange] ([RFC
 * 8693](https://www.rfc-editor.org/rfc/rfc8693)) or [jwtBearer] ([RFC
 * 7523 §2.1](https://www.rfc-editor.org/rfc/rfc7523#section-2.1)).
 *
 * One for each client and target, for the life of the program; [close] it at the end. Safe for any number of coroutines
 * and threads at once. No two subjects ever share tokens: an entry's key is a SHA-256 hash of the whole subject token and
 * of all that is asked for.
 *
 * Held in memory; with a [store][ExchangeSettings.store] all instances of a service share them, also over a restart. The
 * store saves requests, and nothing else depends on it: where it fails each instance asks for tokens of its own. The page
 * `docs/tokens.md` shows how it is used, and `docs/many-instances.md` the store.
 */
public class ExchangedTokens private constructor(
    client: ClientSource,
    private val settings: ExchangeSettings,
    private val grant: ExchangeGrant,
) : AutoCloseable {
    private val clientEngine = ClientEngine(client, grant.kind, settings)
    private val engine = clientEngine.engine
    private val shelf = sharedShelf(clientEngine, settings)
    private val form: Parameters = settings.request.parameters
    private val formKey: String = keyOf(form)
    private val cells = CellMap(settings.checkedMaximum(), engine.time, CellTraits<Cell>(engine))

    /**
     * Tokens for [subjectToken], an access token unless [configure] says otherwise. Throws [IllegalArgumentException]
     * where it is empty, [IllegalStateException] where this is closed.
     *
     * What was issued is not used after [notAfter], which is best the end of [subjectToken] itself: nothing here reads
     * that from it. Null: as long as the issued token says.
     */
    @JvmOverloads
    public fun source(
        subjectToken: String,
        notAfter: Instant? = null,
        configure: SubjectBuilder.() -> Unit = {},
    ): TokenSource {
        engine.requireOpen()
        require(subjectToken.isNotEmpty()) { "the subject token must not be empty" }
        val subject = SubjectBuilder().apply(configure).build(subjectToken)
        require(subject.isPlain || grant == ExchangeGrant.TOKEN_EXCHANGE) {
            "the JWT bearer grant knows no token types and no actor: use ExchangedTokens.tokenExchange(…) for them"
        }
        val key =
            with(subject) {
                digestOf(grant.kind, token, tokenType, actorToken, actorTokenType, notAfter?.toString(), formKey)
            }
        return Source(key, subject, notAfter)
    }

    /**
     * Ends the renewals. Who waits gets [IllegalStateException], and so does whoever asks afterwards. The client stays
     * open.
     */
    override fun close() {
        engine.cancel()
    }

    /** Waits until nothing of this runs any more, after [close]. */
    public suspend fun closed() {
        engine.awaitEnd()
    }

    override fun toString(): String = "ExchangedTokens(${engine.shown}, ${cells.size} subjects)"

    private inner class Source(
        private val key: String,
        private val subject: Subject,
        private val notAfter: Instant?,
    ) : TokenSource {
        override suspend fun token(): TokenResponse = cell().token()

        override fun invalidate(tokens: TokenResponse) = cell().invalidate(tokens)

        override fun state(): TokenState = cells[key]?.state() ?: TokenState.Unused

        private fun cell(): Cell = cells[key] ?: cells.getOrMake(key) { Cell(key, subject, notAfter) }

        override fun toString(): String = "TokenSource(${engine.shown}, subjectToken=$MASK)"
    }

    private inner class Cell(
        key: String,
        private val subject: Subject,
        private val notAfter: Instant?,
    ) : FetchedCell(clientEngine, shelf, "exchange", key) {
        override suspend fun fetch(client: OpenIdClient): TokenResponse = grant.exchange(client, subject, form)

        override fun lifeOf(tokens: TokenResponse): HeldTokens {
            val end = if (isAccess(tokens)) notAfter else NEVER
            return engine.rules.lifetime.hold(tokens, engine.time, notAfter = end)
        }

        override fun classOf(failure: Throwable): FailureClass = exchangeFailureClassOf(failure)
    }

    public companion object {
        /** What is no access token is handed over, but never kept. */
        private fun isAccess(tokens: TokenResponse): Boolean =
            tokens.tokenType != NOT_APPLICABLE &&
                tokens.issuedTokenType.let { it == null || it == TokenType.ACCESS_TOKEN }

        private val NEVER: Instant = Instant.EPOCH

        /**
         * By token exchange ([RFC 8693 §2.1](https://www.rfc-editor.org/rfc/rfc8693#section-2.1)); [configure] says for
         * what. Throws [IllegalArgumentException] where the settings contradict themselves, or the client has no timeout.
         */
        @JvmStatic
        @JvmOverloads
        public fun tokenExchange(
            client: ClientSource,
            configure: ExchangeSettings.() -> Unit = {},
        ): ExchangedTokens = ExchangedTokens(client, ExchangeSettings().apply(configure), ExchangeGrant.TOKEN_EXCHANGE)

        /**
         * By the JWT bearer grant ([RFC 7523 §2.1](https://www.rfc-editor.org/rfc/rfc7523#section-2.1)), as Entra ID's
         * on-behalf-of flow: the subject token is the assertion. Throws as [tokenExchange] does.
         */
        @JvmStatic
        @JvmOverloads
        public fun jwtBearer(
            client: ClientSource,
            configure: ExchangeSettings.() -> Unit = {},
        ): ExchangedTokens = ExchangedTokens(client, ExchangeSettings().apply(configure), ExchangeGrant.JWT_BEARER)
    }
}

internal enum class ExchangeGrant(
    val kind: String,
) {
    TOKEN_EXCHANGE("token_exchange") {
        override suspend fun exchange(
            client: OpenIdClient,
            subject: Subject,
            form: Parameters,
        ): TokenResponse =
            client.tokenExchangeGrant(subject.token, subject.tokenType) {
                addAll(form)
                subject.actorToken?.let { parameter("actor_token", it) }
                subject.actorTokenType?.let { parameter("actor_token_type", it) }
            }
    },
    JWT_BEARER("jwt_bearer") {
        override suspend fun exchange(
            client: OpenIdClient,
            subject: Subject,
            form: Parameters,
        ): TokenResponse = client.jwtBearerGrant(subject.token) { addAll(form) }
    }, ;

    abstract suspend fun exchange(
        client: OpenIdClient,
        subject: Subject,
        form: Parameters,
    ): TokenResponse
}

/** Whose token is exchanged. */
internal class Subject(
    val token: String,
    val tokenType: String,
    val actorToken: String?,
    val actorTokenType: String?,
) {
    val isPlain: Boolean get() = tokenType == TokenType.ACCESS_TOKEN && actorToken == null
}

/** What a token exchange says of one subject ([RFC 8693 §2.1](https://www.rfc-editor.org/rfc/rfc8693#section-2.1)). */
public class SubjectBuilder internal constructor() {
    private var tokenType = TokenType.ACCESS_TOKEN
    private var actorToken: String? = null
    private var actorTokenType: String? = null

    /** `subject_token_type`, one of [TokenType]. Default: an access token. */
    public fun subjectTokenType(type: String): SubjectBuilder {
        require(type.isNotEmpty()) { "the subject token's type must not be empty" }
        tokenType = type
        return this
    }

    /** `actor_token` and `actor_token_type`: who acts for the subject. */
    @JvmOverloads
    public fun actorToken(
        token: String,
        type: String = TokenType.ACCESS_TOKEN,
    ): SubjectBuilder {
        require(token.isNotEmpty()) { "the actor token must not be empty" }
        require(type.isNotEmpty()) { "the actor token's type must not be empty" }
        actorToken = token
        actorTokenType = type
        return this
    }

    internal fun build(token: String) = Subject(token, tokenType, actorToken, actorTokenType)
}

/** The settings of [ExchangedTokens], and what is asked for in each exchange. */
public class ExchangeSettings internal constructor() : SharedTokensSettings<ExchangeSettings>() {
    internal val request = TokenRequestBuilder(setOf("subject_token", "subject_token_type", "actor_token", "assertion"))

    /** `scope`; another call adds to the earlier ones. */
    public fun scope(vararg scopes: String): ExchangeSettings = apply { request.scope(*scopes) }

    /** `resource`: where the tokens are to be used. */
    public fun resource(vararg resources: String): ExchangeSettings = apply { request.resource(*resources) }

    /** `audience`: for which services the tokens are to be, by the names that the server knows them under. */
    public fun audience(vararg audiences: String): ExchangeSettings =
        apply { for (audience in audiences) request.add("audience", audience) }

    /** `authorization_details`: what exactly the access is for. */
    public fun authorizationDetails(vararg details: AuthorizationDetail): ExchangeSettings =
        apply { request.authorizationDetails(*details) }

    /** `requested_token_type`, one of [TokenType]. */
    public fun requestedTokenType(type: String): ExchangeSettings = parameter("requested_token_type", type)

    /** Any other parameter of the request. */
    public fun parameter(
        name: String,
        value: String,
    ): ExchangeSettings = apply { request.parameter(name, value) }

    /** How many subjects' tokens are kept; of more, those used least recently are asked for anew. Default 10 000. */
    @set:JvmSynthetic // Java has the function
    public var maximumEntries: Int = DEFAULT_MAXIMUM_ENTRIES

    /** Sets [maximumEntries] and returns these settings: for Java. */
    public fun maximumEntries(maximumEntries: Int): ExchangeSettings = apply { this.maximumEntries = maximumEntries }

    internal fun checkedMaximum(): Int {
        require(maximumEntries > 0) { "maximumEntries must be positive, but is $maximumEntries" }
        return maximumEntries
    }

    override fun self(): ExchangeSettings = this

    private companion object {
        const val DEFAULT_MAXIMUM_ENTRIES = 10_000
    }
}
