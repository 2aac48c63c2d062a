package dev.openidclient.tokenstore

import java.time.Duration

/**
 * Keeps entries for all instances of a service, each under an opaque id. Every function is one atomic step of the
 * store, and every time is by the store's own clock, so that the clocks of the instances never meet.
 *
 * Ids, values and owners are URL-safe text. An entry has a version above zero, which each change of its value raises by
 * one, and which never comes again for the same id, also not after [remove]. What a function throws reaches no caller of
 * a token source: it counts as an outage of the store, whatever it is.
 *
 * The page `docs/many-instances.md` shows how sessions are kept in one.
 */
public interface TokenStore {
    /** The entry of [id]; null where there is none, or its lifetime is over. */
    public suspend fun load(id: String): StoredEntry?

    /** Writes [value] whatever is there, and ends its lease. [lifetime] counts from now. */
    public suspend fun put(
        id: String,
        value: String,
        lifetime: Duration,
    )

    /** Lets [owner] alone change the entry of [id] for [duration], if it still has [version] and nobody else does. */
    public suspend fun lease(
        id: String,
        version: Long,
        owner: String,
        duration: Duration,
    ): Lease

    /** Prolongs the lease of [owner] to [duration] from now; false where it has none (any more). */
    public suspend fun renew(
        id: String,
        version: Long,
        owner: String,
        duration: Duration,
    ): Boolean

    /**
     * Writes [value] if the entry still has [version], whoever holds its lease, which ends; false, and nothing, where it
     * has another one or is gone. A [lifetime] of zero removes the entry. A [version] of zero, which no entry has, says
     * that there is none: of several callers one makes the entry, and the others get false.
     */
    public suspend fun commit(
        id: String,
        version: Long,
        value: String,
        lifetime: Duration,
    ): Boolean

    /** Ends the lease of [owner], if it has one on [version]. */
    public suspend fun release(
        id: String,
        version: Long,
        owner: String,
    )

    /** Removes the entry of [id], if there is one. */
    public suspend fun remove(id: String)

    /** Removes the entry of [id] and returns its value: of several callers one gets it. Null where there is none. */
    public suspend fun take(id: String): String?
}

/** What a [TokenStore] has under an id. `toString` does not show the value. */
public class StoredEntry(
    public val version: Long,
    public val value: String,
) {
    override fun toString(): String = "StoredEntry(version=$version)"
}

/** What became of a wish for a lease. */
public sealed interface Lease {
    /** It is the asker's. */
    public class Acquired(
        /** Whether another owner's lease ran out without a word: that one may be dead, or slow. */
        public val abandoned: Boolean,
    ) : Lease {
        override fun toString(): String = "Acquired(abandoned=$abandoned)"
    }

    /** It is another owner's, for [remaining] at the most. */
    public class Held(
        public val remaining: Duration,
    ) : Lease {
        override fun toString(): String = "Held(remaining=$remaining)"
    }

    /** The entry has another version. */
    public object Changed : Lease {
        override fun toString(): String = "Changed"
    }

    /** There is no entry. */
    public object Gone : Lease {
        override fun toString(): String = "Gone"
    }
}
