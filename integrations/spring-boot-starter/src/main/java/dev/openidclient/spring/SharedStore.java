package dev.openidclient.spring;

import dev.openidclient.tokenstore.ReplayCache;
import dev.openidclient.tokenstore.TokenStore;

/** What all instances of the application share: their tokens, and what came already. */
interface SharedStore extends AutoCloseable {
    TokenStore tokens();

    ReplayCache replays();

    /** Whoever made the database, or the client of Redis, closes that. */
    @Override
    default void close() {}
}
