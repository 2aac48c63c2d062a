package dev.openidclient.agent

import dev.openidclient.authorization.AskedAuthentication
import dev.openidclient.authorization.AuthorizationCallback
import dev.openidclient.authorization.AuthorizationHandler
import dev.openidclient.authorization.PendingAuthorization
import dev.openidclient.client.Connection
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
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.sync.Mutex
import kotlinx.coroutines.sync.withLock
import kotlinx.coroutines.withContext
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

    @Volatile
    var current: ResourceTokens? = null
        private set

    /** What the person has signed in for last, where a resource wanted that. */
    @Volatile
    var steppedUp: AccessChallenge.StepUp? = null
        private set

    /** What the resource takes DPoP proofs to be signed with; null: it has not said, or was not asked yet. */
    @Volatile
    var proofAlgorithms: List<String>? = null
        private set

    /** What the last authorization brought. */
    @Volatile
    private var granted: Granted? = null
    private val time = SourceTime(connection.time.clock)

    /** Who may still be asking them: the first one is the oldest. */
    private val retired = ArrayDeque<ResourceTokens>()

    fun isGranted(tokens: TokenResponse): Boolean = tokens.accessToken == granted?.accessToken

    /** Whether [tokens] are of an authorization that ended a moment ago. */
    fun isGrantedLately(tokens: TokenResponse): Boolean =
        isGranted(tokens) && granted?.let { time.monotonicMillis - it.at < A_MOMENT_MILLIS } == true

    /** Whether the last authorization was the sign-in that [challenge] wants. */
    fun isFor(challenge: AccessChallenge.StepUp): Boolean =
        granted?.asked?.let { it.isStepUp && it.acrValues == challenge.acrValues && it.maxAge == challenge.maxAge } ==
            true

    /** What another run of the program, or another instance, has left; null where there is nothing. */
    suspend fun restored(): ResourceTokens? {
        if (stored == null) return null
        return restoring.withLock {
            current ?: stored.load()?.let { known -> made(known, client = null).also(::publish) }
        }
    }

    /** What another instance has left since, of another client or server; null where there is nothing else. */
    suspend fun reloaded(): ResourceTokens? {
        if (stored == null) return null
        return restoring.withLock {
            val other = stored.load()?.takeUnless { current?.known?.isOf(it) == true }
            other?.let { made(it, client = null).also(::publish) }
        }
    }

    /** Does what [wish] is for. */
    suspend fun authorize(wish: Wish) {
        val found = finder.find(wish.challenge?.challenge)
        proofAlgorithms = found.resource.metadata.dpopSigningAlgValuesSupported
        val asking = Asking(found, scopes(found, wish.challenge), wish.challenge as? AccessChallenge.StepUp)
        val grant = settings.service
        val handler = settings.authorize
        when {
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
    ) {
        finder.checkSignIn(asking.found)
        var isFinal = false
        while (true) {
            val begun = AtomicReference<Begun>()
            val callback = handler.authorize { uri -> finder.begin(asking, uri).also(begun::set).request }
            val asked =
                checkNotNull(begun.get()) { "the AuthorizationHandler brought a callback, but has begun no request" }
            try {
                finish(callback, asked.request.pending, asked.client, asking.found.isNamed)
                steppedUp = asking.stepUp
                return
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
            finish(callback, decoded, client, isNamed)
        } catch (e: OAuthException) {
            // the next request begins with another client
            if (isInvalidClient(e)) identities.refused(client.identified)
            throw e
        }
    }

    private suspend fun finish(
        callback: AuthorizationCallback,
        pending: PendingAuthorization,
        client: ProvenClient,
        isNamed: Boolean,
    ) {
        // nobody is to lose what the server has issued by now
        withContext(NonCancellable) {
            val tokens = client.client.authorizationCodeGrant(callback, pending)
            val known =
                KnownResource(
                    pending.issuer,
                    pending.clientId,
                    pending.resource.firstOrNull() ?: finder.origin,
                    isNamed,
                    pending.redirectUri,
                    pending.scope
                        .orEmpty()
                        .split(' ')
                        .filter(String::isNotEmpty),
                )
            keep(known, client, tokens)
            granted = Granted(tokens.accessToken, time.monotonicMillis, pending.authentication)
        }
    }

    private suspend fun keep(
        known: KnownResource,
        client: ProvenClient,
        tokens: TokenResponse,
    ) {
        val same = current?.takeIf { it.known.isOf(known) }
        same?.client?.becomes(client)
        val next = same?.with(known) ?: made(known, client)
        next.keep(tokens)
        publish(next)
        stored?.keep(known)
    }

    private suspend fun serve(
        grant: ServiceGrant,
        asking: Asking,
    ) {
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
            )
        val same = current?.takeIf { it.known.isOf(known) && it.known.scopes == known.scopes }
        same?.client?.becomes(client)
        val next = same ?: made(known, client)
        // what the server refuses is the failure of whoever waits, and of no later request
        granted = Granted(next.obtain().accessToken, time.monotonicMillis, asked = null)
        publish(next)
        stored?.keep(known)
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

    private fun publish(next: ResourceTokens) {
        val tooOld =
            synchronized(retired) {
                val before = current
                current = next
                if (before != null && !before.hasSameTokens(next)) retired.addLast(before)
                if (retired.size > MOST_RETIRED) retired.removeFirst() else null
            }
        tooOld?.close()
    }

    suspend fun remove(isRevoked: Boolean) {
        val tokens = current ?: restored() ?: return
        // in this order: what fails can be tried again
        tokens.remove(isRevoked)
        stored?.remove()
        current = null
    }

    fun close() = all().forEach(ResourceTokens::close)

    /** After [close]. */
    suspend fun closed() = all().forEach { it.closed() }

    private fun all(): List<ResourceTokens> = synchronized(retired) { retired.toList() + listOfNotNull(current) }

    private companion object {
        const val MOST_RETIRED = 10
        const val A_MOMENT_MILLIS = 60_000L

        fun isInvalidClient(e: OAuthException): Boolean = ResourceTokens.isInvalidClient(e)
    }
}

/** What an authorization brought, and when by [SourceTime.monotonicMillis]. */
private class Granted(
    val accessToken: String,
    val at: Long,
    /** What the sign-in had to be; null: there was none. */
    val asked: AskedAuthentication?,
)

/** What the next authorization is to be. */
internal class Asking(
    val found: FoundResource,
    val scopes: List<String>,
    val stepUp: AccessChallenge.StepUp?,
)
