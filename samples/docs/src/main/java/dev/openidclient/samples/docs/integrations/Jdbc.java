package dev.openidclient.samples.docs.integrations;

import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.async.AsyncUserTokens;
import dev.openidclient.jdbc.JdbcTokenStore;
import dev.openidclient.tokenstore.StoreKey;
import dev.openidclient.tokenstore.TokenCipher;
import javax.sql.DataSource;

/** The Java blocks of integrations/jdbc/README.md. */
public final class Jdbc {
    private Jdbc() {}

    public static AsyncUserTokens users(AsyncOpenIdClient client, DataSource dataSource, StoreKey key) {
        // region store
        var users = AsyncUserTokens.of(client, s -> s.store(new JdbcTokenStore(dataSource), TokenCipher.of(key)));
        // endregion
        return users;
    }
}
