package dev.openidclient.resource

import dev.openidclient.authorization.PendingAuthorization
import dev.openidclient.error.WwwAuthenticateChallenge
import dev.openidclient.metadata.AuthorizationServerMetadata
import dev.openidclient.metadata.ProtectedResourceMetadata

/** Which scopes an authorization for a protected resource asks for; an empty list: it has no `scope`. */
internal object RequestedScopes {
    private const val OFFLINE_ACCESS = "offline_access"
    private const val REFRESH_TOKEN = "refresh_token"

    /** Of the first request: what [challenge] names, else all that [resource] supports, else [own], of the program. */
    fun first(
        challenge: WwwAuthenticateChallenge?,
        resource: ProtectedResourceMetadata,
        own: List<String>,
    ): List<String> =
        ofResource(challenge?.scopes)
            .ifEmpty { ofResource(resource.scopesSupported) }
            .ifEmpty { own.distinct() }

    /**
     * Of a later one: what was [requested] before, whatever was granted of it, and what [challenge] names. Exact strings,
     * in the order in which they came up.
     */
    fun later(
        requested: List<String>,
        challenge: WwwAuthenticateChallenge?,
    ): List<String> = (requested + ofResource(challenge?.scopes)).distinct()

    /** What [pending] has asked for. */
    fun of(pending: PendingAuthorization): List<String> =
        pending.scope
            .orEmpty()
            .split(' ')
            .filter(String::isNotEmpty)

    /**
     * [scopes] with `offline_access`, where any are sent at all, [server] supports it, and the client, by its
     * [grantTypes], can use a refresh token.
     */
    fun withOfflineAccess(
        scopes: List<String>,
        server: AuthorizationServerMetadata,
        grantTypes: List<String>?,
    ): List<String> {
        val isUseful =
            scopes.isNotEmpty() && OFFLINE_ACCESS !in scopes &&
                OFFLINE_ACCESS in server.scopesSupported.orEmpty() && REFRESH_TOKEN in grantTypes.orEmpty()
        return if (isUseful) scopes + OFFLINE_ACCESS else scopes
    }

    /** A refresh token is between client and server: it is never asked for because a resource names its scope. */
    private fun ofResource(scopes: List<String>?): List<String> =
        scopes.orEmpty().filter { it.isNotEmpty() && it != OFFLINE_ACCESS }.distinct()
}
