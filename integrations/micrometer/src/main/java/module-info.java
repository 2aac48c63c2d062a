/** Metrics of openid-client through Micrometer. */
module dev.openidclient.micrometer {
    requires transitive dev.openidclient;
    requires transitive micrometer.core;
    requires static transitive org.jspecify;

    exports dev.openidclient.micrometer;
}
