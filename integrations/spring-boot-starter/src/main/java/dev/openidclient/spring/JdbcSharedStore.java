package dev.openidclient.spring;

import dev.openidclient.jdbc.JdbcReplayCache;
import dev.openidclient.jdbc.JdbcTokenStore;
import dev.openidclient.tokenstore.ReplayCache;
import dev.openidclient.tokenstore.TokenStore;
import java.util.function.Supplier;
import javax.sql.DataSource;

/** In the database of the application, which is asked for a connection when the first entry is. */
final class JdbcSharedStore implements SharedStore {
    private final TokenStore tokens;
    private final ReplayCache replays;

    JdbcSharedStore(DataSource database, StoreProperties properties) {
        tokens = named("table", () -> new JdbcTokenStore(database, properties.getTable()));
        replays = named("replay-table", () -> new JdbcReplayCache(database, properties.getReplayTable()));
    }

    private static <T> T named(String property, Supplier<T> make) {
        try {
            return make.get();
        } catch (IllegalArgumentException e) {
            throw StoreFactory.wrong(
                    property, "is wrong: " + e.getMessage(), "the name of a table, as auth.openid_token", e);
        }
    }

    @Override
    public TokenStore tokens() {
        return tokens;
    }

    @Override
    public ReplayCache replays() {
        return replays;
    }
}
