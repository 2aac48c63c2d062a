/** Traces and metrics of openid-client through OpenTelemetry. */
module dev.openidclient.opentelemetry {
    requires transitive dev.openidclient;
    requires transitive io.opentelemetry.api;
    requires io.opentelemetry.context;
    requires kotlin.stdlib;
    requires kotlinx.coroutines.core;
    requires static transitive org.jspecify;

    exports dev.openidclient.opentelemetry;
}
