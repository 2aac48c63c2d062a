package dev.openidclient.agent

import dev.openidclient.client.KnownClientSource
import dev.openidclient.client.OpenIdClient
import dev.openidclient.error.printable
import dev.openidclient.metadata.AuthorizationServerMetadata
import dev.openidclient.metadata.DraftSpecification
import dev.openidclient.token.TokenRequestBuilder
import dev.openidclient.token.TokenResponse
import dev.openidclient.token.jwtBearerGrant
import dev.openidclient.tokensource.ClientCredentialsTokens
import dev.openidclient.tokensource.TokenSource
import dev.openidclient.tokensource.TokenState
import dev.openidclient.tokensource.UserTokens
import java.time.Clock
import java.time.Instant

/** Brings the JWT of another party that a server takes in place of a person's agreement. */
public fun interface AssertionProvider {
    /** A JWT whose audience is [server], that lives for some minutes; asked for each token request. */
    public suspend fun assertion(server: AuthorizationServerMetadata): String
}

/** Brings what an identity provider says of a person to the server of a resource, in place of their agreement there. */
@DraftSpecification
public fun interface IdentityAssertionProvider {
    /**
     * An assertion as `identityAssertion(…)` of the provider's client brings it, for the issuer of the server, with the
     * resource and the scopes of [request]. Asked again only where the last one has expired, or was refused.
     */
    public suspend fun assertion(request: AssertionRequest): IdentityAssertion
}

/** What an identity assertion is to be for. */
@DraftSpecification
public class AssertionRequest internal constructor(
    /** Who gets it: its issuer is the audience. */
    public val server: AuthorizationServerMetadata,
    /** As the metadata of the resource call it. */
    public val resource: String,
    public val scopes: List<String>,
) {
    override fun toString(): String = "AssertionRequest(${printable(resource)}, ${printable(server.issuer)})"
}

/** How tokens are had without a person. */
internal sealed class ServiceGrant(
    val grantType: String,
) {
    object ClientCredentials : ServiceGrant("client_credentials")

    class JwtBearer(
        val assertion: AssertionProvider,
    ) : ServiceGrant(JWT_BEARER)

    @DraftSpecification
    class Identity(
        val provider: IdentityAssertionProvider,
    ) : ServiceGrant(JWT_BEARER)

    private companion object {
        const val JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"
    }
}

/** A token source, and the life of what it hands out. */
internal abstract class KeptSource(
    val source: TokenSource,
) {
    /** What can be handed out at once; null: only [source] may bring one. */
    open fun usable(): TokenResponse? = null

    /** Whether [accessToken] is what is handed out now. */
    open fun isHandedOut(accessToken: String): Boolean = usable()?.accessToken == accessToken

    /** Keeps what was [granted] by a person. */
    abstract suspend fun keep(granted: TokenResponse)

    abstract suspend fun remove(isRevoked: Boolean)

    abstract fun close()

    /** After [close]. */
    open suspend fun closed(): Unit = Unit
}

/** The tokens that a person agreed to, under [sessionId]. */
internal class PersonTokens(
    private val users: UserTokens,
    private val sessionId: String,
) : KeptSource(users.source(sessionId)) {
    override fun usable(): TokenResponse? = users.usable(sessionId)

    override suspend fun keep(granted: TokenResponse) = users.keep(sessionId, granted)

    override suspend fun remove(isRevoked: Boolean) =
        if (isRevoked) users.revoke(sessionId) else users.remove(sessionId)

    override fun close() = users.close()

    override suspend fun closed() = users.closed()
}

/** Those that come whenever they are asked for. */
internal class ServiceTokens private constructor(
    private val handedOut: LastHandedOut,
    private val ending: () -> Unit,
) : KeptSource(handedOut) {
    constructor(
        source: TokenSource,
        ending: () -> Unit,
    ) : this(LastHandedOut(source), ending)

    override fun isHandedOut(accessToken: String): Boolean =
        accessToken == handedOut.last && handedOut.state() == TokenState.Fresh

    override suspend fun keep(granted: TokenResponse) = Unit

    override suspend fun remove(isRevoked: Boolean) = ending()

    override fun close() = ending()
}

/** [source], and what it has handed out last. */
private class LastHandedOut(
    private val source: TokenSource,
) : TokenSource by source {
    @Volatile
    var last: String? = null
        private set

    override suspend fun token(): TokenResponse = source.token().also { last = it.accessToken }
}

/** Tokens of [client] for what [known] says. */
@OptIn(DraftSpecification::class)
internal fun ServiceGrant.tokensOf(
    client: KnownClientSource,
    settings: InteractiveTokensSettings,
    known: KnownResource,
): ServiceTokens {
    val form: TokenRequestBuilder.() -> Unit = {
        if (known.scopes.isNotEmpty()) scope(*known.scopes.toTypedArray())
        if (known.isNamed) resource(known.resource)
    }
    return when (this) {
        is ServiceGrant.ClientCredentials -> {
            val tokens = ClientCredentialsTokens(client) { settings.addTo(this) }
            ServiceTokens(tokens.source(form), tokens::close)
        }
        is ServiceGrant.JwtBearer ->
            obtained(client, settings) { it.jwtBearerGrant(assertion.assertion(it.server), form) }
        is ServiceGrant.Identity -> {
            val assertions = LastAssertion(client.connection.time.clock)
            obtained(client, settings) { at ->
                assertions.use({ provider.assertion(AssertionRequest(at.server, known.resource, known.scopes)) }) {
                    at.jwtBearerGrant(it)
                }
            }
        }
    }
}

private fun obtained(
    client: KnownClientSource,
    settings: InteractiveTokensSettings,
    obtain: suspend (OpenIdClient) -> TokenResponse,
): ServiceTokens {
    val tokens =
        TokenSource.of({
            clock(client.connection.time.clock)
            settings.addTo(this)
        }) { obtain(client.client()) }
    return ServiceTokens(tokens, tokens::close)
}

/** The assertion that was used last: it gives tokens as long as it lives. Its source uses it for one request at a time. */
@DraftSpecification
private class LastAssertion(
    private val clock: Clock,
) {
    @Volatile
    private var last: IdentityAssertion? = null

    suspend fun use(
        obtain: suspend () -> IdentityAssertion,
        grant: suspend (IdentityAssertion) -> TokenResponse,
    ): TokenResponse {
        val assertion = last?.takeIf { clock.instant() < (it.expiresAt ?: Instant.MIN) } ?: obtain()
        last = null
        // one that is refused is used no more
        return grant(assertion).also { last = assertion }
    }
}
