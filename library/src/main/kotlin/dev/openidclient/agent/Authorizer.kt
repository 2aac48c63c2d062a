package dev.openidclient.agent

import dev.openidclient.authorization.AuthorizationCallback
import dev.openidclient.authorization.AuthorizationHandler
import dev.openidclient.authorization.PendingAuthorization
import dev.openidclient.client.Connection
import dev.openidclient.client.OpenIdClient
import dev.openidclient.client.OwnCoroutines
import dev.openidclient.client.SourceTime
import dev.openidclient.error.AuthorizationRequiredException
import dev.openidclient.error.OAuthException
import dev.openidclient.error.printable
import dev.openidclient.http.shownUrl
import dev.openidclient.resource.AccessChallenge
import dev.openidclient.resource.RequestedScopes
import dev.openidclient.resource.requireUsableBy
import dev.openidclient.token.TokenResponse
import dev.openidclient.token.authorizationCodeGrant
import dev.openidclient.tokensource.UserTokens
import dev.openidclient.tokensource.digestOf
import kotlinx.coroutines.sync.Mutex
import kotlinx.coroutines.sync.withLock
import java.util.concurrent.atomic.AtomicReference

/** The way from the URL of a resource to tokens for it, and what is known of it then. */
internal class Authorizer(
    private val url: String,
    private val settings: InteractiveTokensSettings,
    private val connection: Connection,
    coroutines: OwnCoroutines,
) {
    private val identities = settings.identified()
    private val finder = ResourceFinder(url, settings, identities, connection)
    private val stored =
        settings.shared?.let {
            KnownResources(url, settings.subject, it, settings.storeTimeout, settings.namespace, coroutines)
        }
    private val restoring = Mutex()

    private val tokens = CurrentTokens()

    val current: ResourceTokens? get() = tokens.now

    /** What the last authorization brought. */
    val last = LastAuthorization(SourceTime(connection.time.clock))

    /** What the person has signed in for last, where a resource wanted that. */
    @Volatile
    var steppedUp: AccessChallenge.StepUp? = null
        private set

    /** What the resource has said last. */
    @Volatile
    private var found: FoundResource? = null
    private val exchanges = Exchanges()
    private val moves = Flights<Boolean>()

    /** Whether [accessToken] is what is handed out now. */
    fun isUsable(accessToken: String): Boolean = current?.isHandedOut(accessToken) == true

    /**
     * Whether the resource, which [challenge] is of, names another server by now than that of the tokens: it is asked
     * once for all who want to know at the same time, and no longer where it has just moved.
     */
    suspend fun hasMoved(challenge: AccessChallenge): Boolean {
        val issuer = current?.known?.issuer ?: return true
        if (!last.mayBeFollowed()) return false
        val isElsewhere =
            moves.shared(issuer) { attempted { find(challenge) }?.let { it.server.issuer != issuer } == true }
        if (isElsewhere) last.noteFollowed()
        return isElsewhere
    }

    private suspend fun find(challenge: AccessChallenge?): FoundResource =
        finder.find(challenge?.challenge).also { found = it }

    /** What another run of the program, or another instance, has left; null where there is nothing. */
    suspend fun restored(): ResourceTokens? {
        if (stored == null) return null
        return restoring.withLock {
            current ?: stored.load()?.let { known -> made(known, client = null).also(tokens::publish) }
        }
    }

    /** What another instance has left since, of another client or server; null where there is nothing else. */
    suspend fun reloaded(): ResourceTokens? {
        if (stored == null) return null
        return restoring.withLock {
            val other = stored.load()?.takeUnless { current?.known?.isOf(it) == true }
            other?.let { made(it, client = null).also(tokens::publish) }
        }
    }

    /** Does what [wish] is for, and returns the access token of that. */
    suspend fun authorize(wish: Wish): String {
        val found = find(wish.challenge)
        val asking = Asking(found, scopes(found, wish.challenge), wish.challenge as? AccessChallenge.StepUp)
        val grant = settings.service
        val handler = settings.authorize
        return when {
            grant != null -> serve(grant, asking)
            handler != null -> signIn(handler, asking)
            else -> throw required(asking)
        }
    }

    private suspend fun scopes(
        found: FoundResource,
        challenge: AccessChallenge?,
    ): List<String> {
        val before = listOfNotNull(stored?.load(), current?.known).filter(found::isOf)
        val named = challenge?.challenge
        if (before.isEmpty()) return RequestedScopes.first(named, found.resource.metadata, settings.scopes)
        return RequestedScopes.later(before.flatMap { it.scopes }, named)
    }

    private suspend fun required(asking: Asking): AuthorizationRequiredException {
        finder.checkSignIn(asking.found)
        val begun = finder.begin(asking, checkNotNull(settings.redirectUri))
        return AuthorizationRequiredException(
            "${shownUrl(url)}: a person must agree at ${printable(asking.found.server.issuer)} first: send their " +
                "browser to url, keep pending, and give the callback with it to complete(…)",
            begun.request.url,
            begun.request.pending.encode(),
        )
    }

    private suspend fun signIn(
        handler: AuthorizationHandler,
        asking: Asking,
    ): String {
        finder.checkSignIn(asking.found)
        var isFinal = false
        while (true) {
            val begun = AtomicReference<Begun>()
            val callback = handler.authorize { uri -> finder.begin(asking, uri).also(begun::set).request }
            val asked =
                checkNotNull(begun.get()) { "the AuthorizationHandler brought a callback, but has begun no request" }
            try {
                val found = asking.found
                val granted =
                    finish(callback, asked.request.pending, asked.client, found.isNamed) { found.proofAlgorithms }
                steppedUp = asking.stepUp
                return granted
            } catch (e: OAuthException) {
                // registered once more, and only then an error
                if (isFinal || !isInvalidClient(e) || !identities.refused(asked.client.identified)) throw e
                isFinal = true
            }
        }
    }

    /** Finishes what [pending] began in another request of a web application. */
    suspend fun complete(
        callback: AuthorizationCallback,
        pending: String,
    ) {
        val decoded = PendingAuthorization.decode(pending)
        val isNamed = finder.requireOwn(decoded)
        val server = finder.serverOf(decoded.issuer, isNamed)
        val client = finder.clientAt(server, decoded.redirectUri, decoded.clientId)
        try {
            finish(callback, decoded, client, isNamed) { proofAlgorithms(decoded, client.client) }
        } catch (e: OAuthException) {
            // the next request begins with another client
            if (isInvalidClient(e)) identities.refused(client.identified)
            throw e
        }
    }

    /** What the resource of [pending] takes proofs to be signed with, which it may have said to another instance. */
    private suspend fun proofAlgorithms(
        pending: PendingAuthorization,
        client: OpenIdClient,
    ): List<String>? {
        val said = found?.takeIf { it.isOf(pending) }
        if (said != null || client.dpop == null) return said?.proofAlgorithms
        val known = current?.known?.takeIf { it.isOf(pending) } ?: attempted { stored?.load() }
        known?.takeIf { it.isOf(pending) }?.proofAlgorithms?.let { return it }
        // the sign-in does not depend on it: what the server takes will do then
        return attempted { find(challenge = null) }?.takeIf { it.isOf(pending) }?.proofAlgorithms
    }

    private suspend fun <T> attempted(work: suspend () -> T): T? =
        try {
            work()
        } catch (_: OAuthException) {
            null
        }

    private suspend fun finish(
        callback: AuthorizationCallback,
        pending: PendingAuthorization,
        client: ProvenClient,
        isNamed: Boolean,
        proofAlgorithms: suspend () -> List<String>?,
    ): String =
        // nobody is to lose what the server has issued by now
        exchanges.run {
            val granted = client.client.authorizationCodeGrant(callback, pending)
            val known =
                KnownResource(
                    pending.issuer,
                    pending.clientId,
                    pending.resource.firstOrNull() ?: finder.origin,
                    isNamed,
                    pending.redirectUri,
                    RequestedScopes.of(pending),
                    // after the code, which does not live long
                    proofAlgorithms(),
                )
            keep(known, client, granted)
            last.brought(granted.accessToken, pending.authentication)
            granted.accessToken
        }

    private suspend fun keep(
        known: KnownResource,
        client: ProvenClient,
        granted: TokenResponse,
    ) {
        val same = current?.takeIf { it.known.isOf(known) }
        same?.client?.becomes(client)
        val next = same?.with(known) ?: made(known, client)
        next.keep(granted)
        tokens.publish(next)
        stored?.keep(known)
    }

    private suspend fun serve(
        grant: ServiceGrant,
        asking: Asking,
    ): String {
        val found = asking.found
        Preconditions.checkGrant(found.server, grant.grantType)
        val client = finder.clientAt(found.server, redirectUri = null)
        found.resource.requireUsableBy(client.client)
        val known =
            KnownResource(
                found.server.issuer,
                client.client.clientId,
                found.identifier,
                found.isNamed,
                redirectUri = null,
                asking.scopes,
                found.proofAlgorithms,
            )
        val same = current?.takeIf { it.known.isOf(known) && it.known.scopes == known.scopes }
        same?.client?.becomes(client)
        val next = same?.with(known) ?: made(known, client)
        // what the server refuses is the failure of whoever waits, and of no later request
        val accessToken = next.obtain().accessToken
        last.brought(accessToken, asked = null)
        tokens.publish(next)
        stored?.keep(known)
        return accessToken
    }

    private fun made(
        known: KnownResource,
        client: ProvenClient?,
    ): ResourceTokens {
        val source = KnownClient(known, connection, identities, finder::clientOf)
        client?.let(source::becomes)
        val tokens =
            settings.service?.tokensOf(source, settings, known) ?: PersonTokens(
                UserTokens(source) { settings.addTo(this) },
                digestOf(known.issuer, known.clientId, known.resource, settings.subject),
            )
        return ResourceTokens(known, source, tokens)
    }

    suspend fun remove(isRevoked: Boolean) {
        // in this order: what fails can be tried again
        (current ?: restored())?.let {
            it.remove(isRevoked)
            stored?.remove()
            tokens.forget()
        }
        last.forget()
        steppedUp = null
    }

    fun close() {
        exchanges.close()
        // else what they bring is kept first
        if (exchanges.isEnded) tokens.close()
    }

    /** Waits, after [close], for what is on the way. */
    suspend fun closed() {
        exchanges.awaitEnd()
        tokens.close()
        tokens.closed()
    }

    private companion object {
        fun isInvalidClient(e: OAuthException): Boolean = ResourceTokens.isInvalidClient(e)
    }
}

/** What the next authorization is to be. */
internal class Asking(
    val found: FoundResource,
    val scopes: List<String>,
    val stepUp: AccessChallenge.StepUp?,
)
