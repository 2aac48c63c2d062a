package dev.openidclient.agent

import dev.openidclient.client.KnownClientSource
import dev.openidclient.metadata.AuthorizationServerMetadata
import dev.openidclient.token.TokenRequestBuilder
import dev.openidclient.token.TokenResponse
import dev.openidclient.token.jwtBearerGrant
import dev.openidclient.tokensource.ClientCredentialsTokens
import dev.openidclient.tokensource.TokenSource
import dev.openidclient.tokensource.UserTokens

/** Brings the JWT of another party that a server takes in place of a person's agreement. */
public fun interface AssertionProvider {
    /** A JWT whose audience is [server], that lives for some minutes; asked for each token request. */
    public suspend fun assertion(server: AuthorizationServerMetadata): String
}

/** How tokens are had without a person. */
internal sealed class ServiceGrant(
    val grantType: String,
) {
    object ClientCredentials : ServiceGrant("client_credentials")

    class JwtBearer(
        val assertion: AssertionProvider,
    ) : ServiceGrant("urn:ietf:params:oauth:grant-type:jwt-bearer")
}

/** A token source, and the life of what it hands out. */
internal abstract class KeptSource(
    val source: TokenSource,
) {
    /** Keeps what was [granted] by a person. */
    abstract suspend fun keep(granted: TokenResponse)

    abstract suspend fun remove(isRevoked: Boolean)

    abstract fun close()
}

/** The tokens that a person agreed to, under [sessionId]. */
internal class PersonTokens(
    private val users: UserTokens,
    private val sessionId: String,
) : KeptSource(users.source(sessionId)) {
    override suspend fun keep(granted: TokenResponse) = users.keep(sessionId, granted)

    override suspend fun remove(isRevoked: Boolean) =
        if (isRevoked) users.revoke(sessionId) else users.remove(sessionId)

    override fun close() = users.close()
}

/** Those that come whenever they are asked for. */
internal class ServiceTokens(
    source: TokenSource,
    private val ending: () -> Unit,
) : KeptSource(source) {
    override suspend fun keep(granted: TokenResponse) = Unit

    override suspend fun remove(isRevoked: Boolean) = ending()

    override fun close() = ending()
}

/** Tokens of [client] for what [form] asks for. */
internal fun ServiceGrant.tokensOf(
    client: KnownClientSource,
    settings: InteractiveTokensSettings,
    form: TokenRequestBuilder.() -> Unit,
): ServiceTokens =
    when (this) {
        is ServiceGrant.ClientCredentials -> {
            val tokens = ClientCredentialsTokens(client) { settings.addTo(this) }
            ServiceTokens(tokens.source(form), tokens::close)
        }
        is ServiceGrant.JwtBearer -> {
            val tokens =
                TokenSource.of({
                    clock(client.connection.time.clock)
                    settings.addTo(this)
                }) {
                    val at = client.client()
                    at.jwtBearerGrant(assertion.assertion(at.server), form)
                }
            ServiceTokens(tokens, tokens::close)
        }
    }
