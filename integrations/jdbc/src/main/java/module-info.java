/** Stores of openid-client in a database, over JDBC. */
@SuppressWarnings({"requires-transitive-automatic", "requires-automatic"})
module dev.openidclient.jdbc {
    requires transitive dev.openidclient;
    requires transitive java.sql;
    requires kotlinx.coroutines.core;

    exports dev.openidclient.jdbc;
}
