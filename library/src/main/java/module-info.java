/** OAuth 2 and OpenID Connect client for Kotlin, on coroutines. */
@SuppressWarnings({"requires-transitive-automatic", "requires-automatic"})
module dev.openidclient {
    requires transitive kotlin.stdlib;
    requires transitive kotlinx.coroutines.core;
    requires transitive kotlinx.serialization.json;
    requires transitive io.ktor.client.core;
    requires io.ktor.client.cio;
    requires io.ktor.http;
    requires io.ktor.utils;
    requires io.ktor.io;
    requires kotlinx.io.core;
    requires kotlinx.serialization.core;
    requires com.nimbusds.jose.jwt;
    requires org.slf4j;
    // the transport of HttpEngine.JAVA; Android has no such module, and reads no module-info
    requires java.net.http;
    // the server of LoopbackRedirect, which says so where it is missing
    requires static jdk.httpserver;

    exports dev.openidclient.agent;
    exports dev.openidclient.authorization;
    exports dev.openidclient.ciba;
    exports dev.openidclient.client;
    exports dev.openidclient.clientauth;
    exports dev.openidclient.device;
    exports dev.openidclient.dpop;
    exports dev.openidclient.error;
    exports dev.openidclient.event;
    exports dev.openidclient.http;
    exports dev.openidclient.jose;
    exports dev.openidclient.json;
    exports dev.openidclient.logout;
    exports dev.openidclient.loopback;
    exports dev.openidclient.metadata;
    exports dev.openidclient.registration;
    exports dev.openidclient.resource;
    exports dev.openidclient.resourceserver;
    exports dev.openidclient.signin;
    exports dev.openidclient.token;
    exports dev.openidclient.tokensource;
    exports dev.openidclient.tokenstore;
    exports dev.openidclient.userinfo;
}
