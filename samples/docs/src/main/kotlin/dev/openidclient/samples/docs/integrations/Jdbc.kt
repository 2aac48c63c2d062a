package dev.openidclient.samples.docs.integrations

import dev.openidclient.client.OpenIdClient
import dev.openidclient.jdbc.JdbcTokenStore
import dev.openidclient.tokensource.UserTokens
import dev.openidclient.tokenstore.StoreKey
import dev.openidclient.tokenstore.TokenCipher
import javax.sql.DataSource

fun usersInDatabase(
    client: OpenIdClient,
    dataSource: DataSource,
    key: StoreKey,
): UserTokens {
    // region store
    val users =
        UserTokens(client) {
            store(JdbcTokenStore(dataSource), TokenCipher.of(key)) // the same key in all instances
        }
    // endregion
    return users
}
