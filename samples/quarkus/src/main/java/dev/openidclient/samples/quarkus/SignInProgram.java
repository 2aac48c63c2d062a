package dev.openidclient.samples.quarkus;

import static dev.openidclient.samples.stubserver.SignIns.get;
import static dev.openidclient.samples.stubserver.SignIns.requireAlice;
import static dev.openidclient.samples.stubserver.SignIns.requireEqual;

import dev.openidclient.samples.stubserver.StubServer;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.QuarkusApplication;
import io.quarkus.runtime.annotations.QuarkusMain;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.http.HttpClient;
import java.security.GeneralSecurityException;
import kotlin.KotlinVersion;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * A Quarkus application that calls an API and signs in, with the versions of Kotlin, coroutines and serialization that
 * are there under Quarkus' bill of materials.
 */
@QuarkusMain
public class SignInProgram implements QuarkusApplication {
    private final String issuer;
    private final int port;

    public SignInProgram(
            @ConfigProperty(name = "openid.issuer") String issuer,
            @ConfigProperty(name = "quarkus.http.port") int port) {
        this.issuer = issuer;
        this.port = port;
    }

    public static void main(String... args) throws IOException, GeneralSecurityException {
        var server = new StubServer(); // until the JVM ends
        System.setProperty("openid.issuer", server.issuer());
        System.setProperty("openid.client-id", StubServer.CLIENT_ID);
        System.setProperty("openid.client-secret", "secret");
        System.setProperty("orders.url", server.issuer() + "/orders");
        System.setProperty("quarkus.http.host", "127.0.0.1");
        System.setProperty("quarkus.http.port", String.valueOf(freePort())); // run() has to know it
        Quarkus.run(SignInProgram.class, args); // ends the JVM, with 1 where run() fails
    }

    @Override
    public int run(String... args) throws IOException, InterruptedException {
        requireEqual("200 orders", get(HttpClient.newHttpClient(), "http://127.0.0.1:" + port + "/orders"));
        requireAlice(issuer);
        System.out.println("Quarkus, Kotlin " + KotlinVersion.CURRENT
                + ": the orders came through the event loop, and alice is signed in");
        return 0;
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 0, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
