package dev.openidclient.signin

import dev.openidclient.authorization.AuthorizationRequest
import dev.openidclient.authorization.PendingAuthorization
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.TokenSourceException
import dev.openidclient.tokenstore.InMemoryTokenStore
import dev.openidclient.tokenstore.SharedStore
import dev.openidclient.tokenstore.TokenCipher
import dev.openidclient.tokenstore.TokenStore

/**
 * What is pending between authorization requests and their callbacks, for all instances of a service: a callback is
 * taken once, by whichever instance it comes to. The browser has nothing but a random handle, in a cookie of its own.
 *
 * Each is kept under a hash of its handle and never under its `state`: a callback alone must not find what another
 * browser has begun ([RFC 6749 §10.12](https://www.rfc-editor.org/rfc/rfc6749#section-10.12)). All instances have the
 * same store, keys and [namespace][PendingAuthorizationsSettings.namespace]. The store stays open. Safe for any number
 * of coroutines and threads at once. The page `docs/sign-in-sessions.md` shows how it is used.
 */
public class PendingAuthorizations private constructor(
    shared: SharedStore,
    settings: PendingAuthorizationsSettings,
) {
    private val lifetime = settings.checked().pendingAuthorizationLifetime
    private val entries = OneTimeEntries(shared, settings.namespace, settings.storeTimeout)

    /**
     * In [store], sealed with [cipher]. Throws [IllegalArgumentException] where the settings contradict themselves.
     */
    @JvmOverloads
    public constructor(
        store: TokenStore,
        cipher: TokenCipher,
        configure: PendingAuthorizationsSettings.() -> Unit = {},
    ) : this(SharedStore(store, cipher), PendingAuthorizationsSettings().apply(configure))

    /** In [store], which nobody else can read: for one process, as in tests. */
    @JvmOverloads
    public constructor(
        store: InMemoryTokenStore,
        configure: PendingAuthorizationsSettings.() -> Unit = {},
    ) : this(SharedStore(store, cipher = null), PendingAuthorizationsSettings().apply(configure))

    /**
     * Keeps what is pending of [request], and returns the handle for the browser's cookie: 43 URL-safe characters, a
     * secret of that browser.
     *
     * Throws [TokenSourceException] with [ErrorCode.TOKEN_STORE_FAILED] where the store or its cipher fails.
     */
    public suspend fun begin(request: AuthorizationRequest): String = begin(request.pending)

    /** The same for [pending]. */
    public suspend fun begin(pending: PendingAuthorization): String = entries.put(pending.encode(), lifetime)

    /**
     * What was kept under [handle], which is there no more from now on: of several callers, at whatever instances, one
     * gets it. Null where there is nothing: it was taken before, it is too old, or [handle] is no handle at all, as a
     * cookie can bring anything. The person then begins again.
     *
     * Throws [TokenSourceException] with [ErrorCode.TOKEN_STORE_FAILED] where the store or its cipher fails, and with
     * [ErrorCode.TOKEN_STORE_UNREADABLE] where the entry was sealed with a key that is not known here, or was changed.
     */
    public suspend fun take(handle: String): PendingAuthorization? =
        entries.take(handle, PendingAuthorization.Companion::decode)

    override fun toString(): String = "PendingAuthorizations(for $lifetime)"
}
