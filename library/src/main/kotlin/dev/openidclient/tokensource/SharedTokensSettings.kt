package dev.openidclient.tokensource

import dev.openidclient.tokenstore.InMemoryTokenStore
import dev.openidclient.tokenstore.SharedStore
import dev.openidclient.tokenstore.TokenCipher
import dev.openidclient.tokenstore.TokenStore
import java.time.Duration

/**
 * What token sources have in common whose tokens all instances of a service may share. Read once, when the source is
 * made. [S] is the settings themselves, so that calls chain. The page `docs/many-instances.md` shows them.
 */
public abstract class SharedTokensSettings<S : SharedTokensSettings<S>> internal constructor() :
    TokenSourceSettings<S>() {
        /**
         * Keeps the tokens in [store], sealed with [cipher], for all instances of the service: each has the same store, the
         * same keys and the same [namespace]. The store stays open. Default: in the memory of this process.
         */
        public fun store(
            store: TokenStore,
            cipher: TokenCipher,
        ): S {
            shared = SharedStore(store, cipher)
            return self()
        }

        /** Keeps the tokens in [store], which nobody else can read: for several of one process, as in tests. */
        public fun store(store: InMemoryTokenStore): S {
            shared = SharedStore(store, cipher = null)
            return self()
        }

        /**
         * How long a fresh token is handed out without asking the store that others write too: so long may what another
         * instance does, as a sign-out, go unnoticed here. Zero: never. Default 5 seconds; without a [store] of its own,
         * always. One that is about to end is handed out once more while the store is asked, and for longer while the
         * server cannot be reached.
         */
        @set:JvmSynthetic // Java has the function
        public var nearCopy: Duration = DEFAULT_NEAR_COPY
            set(value) {
                isNearCopySet = true
                field = value
            }

        /** Sets [nearCopy] and returns these settings: for Java. */
        public fun nearCopy(nearCopy: Duration): S = self().apply { this.nearCopy = nearCopy }

        /** The time that one call of [store] or its cipher may take; then it counts as an outage. Default 1 second. */
        @set:JvmSynthetic // Java has the function
        public var storeTimeout: Duration = Duration.ofSeconds(1)

        /** Sets [storeTimeout] and returns these settings: for Java. */
        public fun storeTimeout(storeTimeout: Duration): S = self().apply { this.storeTimeout = storeTimeout }

        /**
         * What tells the entries of this service from those of others in the same [store], where the session ids of two
         * services could be the same. Default empty.
         */
        @set:JvmSynthetic // Java has the function
        public var namespace: String = ""

        /** Sets [namespace] and returns these settings: for Java. */
        public fun namespace(namespace: String): S = self().apply { this.namespace = namespace }

        /** Null: the tokens are in the memory of this process. */
        internal var shared: SharedStore? = null
            private set

        private var isNearCopySet = false

        /** Null: nobody else writes. */
        internal val nearCopyLimit: Duration? get() = nearCopy.takeIf { shared != null || isNearCopySet }

        internal fun checkSharing() {
            requirePositive("storeTimeout", storeTimeout)
            requireNotNegative("nearCopy", nearCopy)
        }

        private companion object {
            val DEFAULT_NEAR_COPY: Duration = Duration.ofSeconds(5)
        }
    }
