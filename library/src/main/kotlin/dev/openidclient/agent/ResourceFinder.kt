package dev.openidclient.agent

import dev.openidclient.authorization.AuthorizationRequest
import dev.openidclient.authorization.PendingAuthorization
import dev.openidclient.authorization.RequiredSteps
import dev.openidclient.authorization.authorizationRequest
import dev.openidclient.authorization.push
import dev.openidclient.client.Connection
import dev.openidclient.client.OpenIdClient
import dev.openidclient.client.discoverNamed
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.OAuthException
import dev.openidclient.error.Reached
import dev.openidclient.error.TokenSourceException
import dev.openidclient.error.ValidationException
import dev.openidclient.error.ValidationSubject
import dev.openidclient.error.WwwAuthenticateChallenge
import dev.openidclient.error.printable
import dev.openidclient.http.AbsoluteUrl
import dev.openidclient.http.shownUrl
import dev.openidclient.metadata.AuthorizationServerMetadata
import dev.openidclient.resource.ProtectedResource
import dev.openidclient.resource.RequestedScopes
import dev.openidclient.resource.requireUsableBy

/** A resource, and the server that gives tokens for it. */
internal class FoundResource(
    val resource: ProtectedResource,
    val server: AuthorizationServerMetadata,
) {
    /** As requests for tokens name it. */
    val identifier: String get() = resource.metadata.resource

    val isNamed: Boolean get() = !resource.isLegacy

    /** What the resource takes DPoP proofs to be signed with; null: it has not said. */
    val proofAlgorithms: List<String>? get() = resource.metadata.dpopSigningAlgValuesSupported

    fun isOf(known: KnownResource): Boolean = known.issuer == server.issuer && known.resource == identifier

    fun isOf(pending: PendingAuthorization): Boolean =
        pending.issuer == server.issuer && pending.resource.firstOrNull() == identifier.takeIf { isNamed }
}

/** A request that a person is sent with, and whose it is. */
internal class Begun(
    val client: ProvenClient,
    val request: AuthorizationRequest,
)

/** Finds who gives tokens for the resource at [url], and who this program is there. */
internal class ResourceFinder(
    private val url: String,
    private val settings: InteractiveTokensSettings,
    private val identities: ClientIdentities,
    private val connection: Connection,
) {
    /** What a resource without metadata is called. */
    val origin: String get() = checkNotNull(AbsoluteUrl.parse(url)).origin

    suspend fun find(challenge: WwwAuthenticateChallenge?): FoundResource {
        val resource =
            ProtectedResource.discover(url, challenge) {
                connection = this@ResourceFinder.connection
                if (settings.isCoveringAccepted) acceptCoveringResource()
                if (settings.isListingRequired) requireListed()
                if (settings.isLegacyAccepted) legacyEndpoints()
            }
        return FoundResource(resource, resource.authorizationServer(chosen(resource)))
    }

    /** The first server where this program has a client already; null: the first of all. */
    private suspend fun chosen(resource: ProtectedResource): String? {
        settings.issuer?.let { return it }
        val issuers = resource.metadata.authorizationServers.orEmpty()
        return if (issuers.size < 2) null else issuers.firstOrNull { identities.has(it) }
    }

    fun checkSignIn(found: FoundResource) =
        Preconditions.checkSignIn(found.server, settings.isPkceAnnounced && found.isNamed)

    suspend fun begin(
        asking: Asking,
        redirectUri: String,
        isFinal: Boolean = false,
    ): Begun {
        val found = asking.found
        val proven = clientAt(found.server, redirectUri)
        found.resource.requireUsableBy(proven.client)
        val grantTypes = if (proven.identified.usesRefreshTokens) listOf("refresh_token") else emptyList()
        val scopes = RequestedScopes.withOfflineAccess(asking.scopes, found.server, grantTypes)
        val client = proven.client
        val request =
            client.authorizationRequest {
                settings.addTo(this)
                redirectUri(redirectUri)
                if (scopes.isNotEmpty()) scope(*scopes.toTypedArray())
                if (found.isNamed) resource(found.identifier)
                asking.stepUp?.let { stepUp(it.challenge) }
            }
        try {
            return Begun(proven, if (isPushed(client)) client.push(request) else request)
        } catch (e: OAuthException) {
            // registered once more, and only then an error
            if (isFinal || !ResourceTokens.isInvalidClient(e) || !identities.refused(proven.identified)) throw e
        }
        return begin(asking, redirectUri, isFinal = true)
    }

    /** Whether a request must be pushed, and need not be signed. */
    private fun isPushed(client: OpenIdClient): Boolean {
        val steps = RequiredSteps(client)
        return steps.missing(isSigned = false, isPushed = false) != null &&
            steps.missing(isSigned = false, isPushed = true) == null
    }

    suspend fun clientAt(
        server: AuthorizationServerMetadata,
        redirectUri: String?,
    ): ProvenClient {
        val identified = identities.clientAt(server, redirectUri, connection)
        val profile = identified.client.configuration.profile
        require(profile == null || !(settings.isCoveringAccepted || settings.isLegacyAccepted)) {
            "${profile?.title}: the resource must name its own URL, so say exactResource() and leave out legacyEndpoints()"
        }
        return ProvenClient(identified, settings.dpop)
    }

    /** [clientAt], which is to be [clientId]: where it is not, another instance may have made that one since. */
    suspend fun clientAt(
        server: AuthorizationServerMetadata,
        redirectUri: String?,
        clientId: String,
    ): ProvenClient {
        val client = clientAt(server, redirectUri)
        if (client.client.clientId == clientId) return client
        identities.readAnew(client.identified)
        return clientAt(server, redirectUri)
    }

    /** The client of [known], after a restart. */
    suspend fun clientOf(known: KnownResource): ProvenClient {
        val client = clientAt(serverOf(known.issuer, known.isNamed), known.redirectUri, known.clientId)
        if (client.client.clientId == known.clientId && client.client.server.issuer == known.issuer) return client
        throw TokenSourceException(
            ErrorCode.SIGN_IN_REQUIRED,
            "the tokens for ${shownUrl(url)} are of the client ${printable(known.clientId)}, but this program is " +
                "${printable(client.client.clientId)} by now: the user must sign in",
        )
    }

    /** The resource has named [issuer] before, whoever has kept it since. */
    suspend fun serverOf(
        issuer: String,
        isNamed: Boolean,
    ): AuthorizationServerMetadata = if (isNamed) connection.discoverNamed(issuer) else find(challenge = null).server

    /** Whether [pending], which must be of this resource, names it. */
    fun requireOwn(pending: PendingAuthorization): Boolean {
        val resource = pending.resource.firstOrNull()
        val isOwn = if (resource == null) settings.isLegacyAccepted else KnownResource.covers(resource, url)
        if (isOwn) return resource != null
        throw ValidationException(
            ErrorCode.INVALID_RESPONSE,
            "the pending authorization is of another resource than ${shownUrl(url)}",
            subject = ValidationSubject.PENDING_AUTHORIZATION,
            reached = Reached.NO,
        )
    }
}
