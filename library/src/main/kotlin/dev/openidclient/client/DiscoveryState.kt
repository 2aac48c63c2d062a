package dev.openidclient.client

import java.time.Instant

/** How a [DiscoveredClient] stands. */
public sealed interface DiscoveryState {
    /** Nothing was asked yet, or the first answer is still awaited. */
    public object Unused : DiscoveryState {
        override fun toString(): String = "UNUSED"
    }

    /** The metadata of the server are known. */
    public object Fresh : DiscoveryState {
        override fun toString(): String = "FRESH"
    }

    /** The metadata of the server are known, and asked for anew at the next use. */
    public object Stale : DiscoveryState {
        override fun toString(): String = "STALE"
    }

    /** The last attempt to get them failed. */
    public class Failing internal constructor(
        /** When the first attempt failed that no success has followed. */
        public val since: Instant,
        /** One of [ErrorCode][dev.openidclient.error.ErrorCode]; `OTHER` where a program's own transport failed. */
        public val code: String,
        /** Whether there is a client all the same: with the metadata that were known before, or are the fallback. */
        public val hasClient: Boolean,
    ) : DiscoveryState {
        override fun toString(): String = "FAILING(since $since, $code)"
    }
}
