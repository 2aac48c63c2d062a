package dev.openidclient.tokenstore

import dev.openidclient.error.ReplayCacheException
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.ensureActive
import java.time.Instant

/**
 * Remembers what may come once only, as the `jti` of a logout token ([OpenID Connect Back-Channel Logout
 * §2.6](https://openid.net/specs/openid-connect-backchannel-1_0.html#Validation)), for all instances that share it.
 *
 * Keys are URL-safe text of at most 128 characters, from which nothing can be told. Safe for any number of coroutines and
 * threads at once. Whoever cannot remember a key must fail, and never answer true: [ReplayCacheException] where there is
 * no more room; whatever else is thrown counts as an outage, and what was to be judged is refused for the time being.
 *
 * The page `docs/logout.md` shows where it is asked.
 */
public interface ReplayCache {
    /**
     * Remembers [key] until [until] at least, by the clock of this machine, and returns true; false where it is remembered already, which changes
     * nothing. One atomic step: of several callers with the same key one gets true, whichever instance they ask. What
     * [until] has passed for need not be remembered: true.
     */
    public suspend fun register(
        key: String,
        until: Instant,
    ): Boolean
}

/** [ReplayCache.register] for [what], as "the logout token"; whatever else it throws says that it cannot tell. */
@Suppress("SuspendFunSwallowedCancellation") // the first clause judges it
internal suspend fun ReplayCache.isFirst(
    key: String,
    until: Instant,
    what: String,
): Boolean =
    try {
        register(key, until)
    } catch (e: CancellationException) {
        currentCoroutineContext().ensureActive()
        throw untold(what, e)
    } catch (e: ReplayCacheException) {
        throw e
    } catch (
        // what a cache of the program's own throws is written down nowhere
        @Suppress("TooGenericExceptionCaught") e: Exception,
    ) {
        throw untold(what, e)
    }

private fun untold(
    what: String,
    cause: Exception,
) = ReplayCacheException(
    "whether $what came before cannot be told: the replay cache failed (${cause.javaClass.name})",
)
