package dev.openidclient.agent

import dev.openidclient.client.Connection
import dev.openidclient.client.KnownClientSource
import dev.openidclient.client.OpenIdClient
import dev.openidclient.dpop.Dpop
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.OAuthException
import dev.openidclient.error.ResponseBodyException
import dev.openidclient.error.TokenSourceException
import dev.openidclient.error.WwwAuthenticateChallengeException
import dev.openidclient.token.TokenResponse
import kotlinx.coroutines.sync.Mutex
import kotlinx.coroutines.sync.withLock

/** The tokens for one resource of one client, and what they were asked for. */
internal class ResourceTokens(
    val known: KnownResource,
    val client: KnownClient,
    private val tokens: KeptSource,
) {
    /** What can be handed out at once; null: only [token] may bring one. */
    fun usable(): TokenResponse? = tokens.usable()

    /** Whether [accessToken] is what is handed out now. */
    fun isHandedOut(accessToken: String): Boolean = tokens.isHandedOut(accessToken)

    /** A token that is usable now; null where only a person, or a server that is asked anew, can bring one. */
    suspend fun token(): TokenResponse? =
        try {
            tokens.source.token()
        } catch (e: TokenSourceException) {
            if (e.code in ENDED) null else throw e
        } catch (e: OAuthException) {
            // what the server no longer knows can be registered once more
            if (isInvalidClient(e) && client.forget()) null else throw e
        }

    /** A token, or what the server refuses it with. */
    suspend fun obtain(): TokenResponse = tokens.source.token()

    fun hasSameTokens(other: ResourceTokens): Boolean = tokens === other.tokens

    fun invalidate(refused: TokenResponse) = tokens.source.invalidate(refused)

    fun state() = tokens.source.state()

    /** The same tokens, and what [known] says of what was asked for. */
    fun with(known: KnownResource): ResourceTokens = ResourceTokens(known, client, tokens)

    /** Keeps what was [granted] by a person. */
    suspend fun keep(granted: TokenResponse) = tokens.keep(granted)

    suspend fun remove(isRevoked: Boolean) = tokens.remove(isRevoked)

    fun close() = tokens.close()

    suspend fun closed() = tokens.closed()

    companion object {
        private val ENDED = setOf(ErrorCode.SIGN_IN_REQUIRED, ErrorCode.REFRESH_IN_DOUBT)
        private const val INVALID_CLIENT = "invalid_client"

        fun isInvalidClient(e: OAuthException): Boolean =
            when (e) {
                is ResponseBodyException -> e.error == INVALID_CLIENT
                is WwwAuthenticateChallengeException -> e.error == INVALID_CLIENT
                else -> false
            }
    }
}

/** The client of a [KnownResource]; after a restart its server is asked when it is first needed. */
internal class KnownClient(
    private val known: KnownResource,
    override val connection: Connection,
    private val identities: ClientIdentities,
    private val find: suspend (KnownResource) -> ProvenClient,
) : KnownClientSource {
    private val finding = Mutex()

    @Volatile
    private var found: ProvenClient? = null

    /** Null: its server was not asked yet. */
    val now: OpenIdClient? get() = found?.client

    override val issuer: String get() = known.issuer

    override val clientId: String get() = known.clientId

    override suspend fun client(): OpenIdClient =
        (found ?: finding.withLock { found ?: find(known).also { found = it } }).client

    /** The same, with what its server says by now. */
    fun becomes(client: ProvenClient) {
        found = client
    }

    /** Whether the server may know another client of this program, that of these tokens being none any more. */
    suspend fun forget(): Boolean = found?.let { identities.refused(it.identified) } == true
}

/** [identified], with the key of its proofs where there is one. */
internal class ProvenClient(
    val identified: IdentifiedClient,
    dpop: Dpop?,
) {
    val client: OpenIdClient = if (dpop == null) identified.client else identified.client.withDpop(dpop)
}
