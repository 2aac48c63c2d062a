/** A plugin of Ktor's HTTP client that puts the tokens of openid-client on requests. */
@SuppressWarnings({"requires-transitive-automatic", "requires-automatic"})
module dev.openidclient.ktor {
    requires transitive dev.openidclient;
    requires io.ktor.http;
    requires io.ktor.utils;

    exports dev.openidclient.ktor;
}
