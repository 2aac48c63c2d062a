/** An authorization server in the process of a test, and contracts for what others implement. */
@SuppressWarnings({"requires-transitive-automatic", "requires-automatic"})
module dev.openidclient.testserver {
    requires transitive dev.openidclient;
    requires kotlinx.coroutines.core;
    requires kotlinx.serialization.core;
    requires com.nimbusds.jose.jwt;
    requires org.slf4j;
    requires java.xml;
    requires java.xml.crypto;
    requires jdk.httpserver;

    exports dev.openidclient.contract;
    exports dev.openidclient.testserver;
}
