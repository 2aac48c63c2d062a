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
    requires static java.net.http;
}
