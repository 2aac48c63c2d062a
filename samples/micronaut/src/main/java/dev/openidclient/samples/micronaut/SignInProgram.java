package dev.openidclient.samples.micronaut;

import static dev.openidclient.samples.stubserver.SignIns.get;
import static dev.openidclient.samples.stubserver.SignIns.requireAlice;
import static dev.openidclient.samples.stubserver.SignIns.requireClosed;
import static dev.openidclient.samples.stubserver.SignIns.requireEqual;

import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.samples.stubserver.StubServer;
import io.micronaut.context.ApplicationContext;
import io.micronaut.core.version.VersionUtils;
import io.micronaut.runtime.server.EmbeddedServer;
import java.io.IOException;
import java.net.http.HttpClient;
import java.security.GeneralSecurityException;
import java.util.Map;
import kotlin.KotlinVersion;

/**
 * A Micronaut application that calls an API and signs in, with the versions of Kotlin, coroutines and serialization
 * that are there under Micronaut's bill of materials.
 */
public final class SignInProgram {
    private SignInProgram() {}

    public static void main(String[] args) throws IOException, GeneralSecurityException, InterruptedException {
        try (var server = new StubServer()) {
            var properties = Map.<String, Object>of(
                    "openid.issuer",
                    server.issuer(),
                    "openid.client-id",
                    StubServer.CLIENT_ID,
                    "openid.client-secret",
                    "secret",
                    "orders.url",
                    server.issuer() + "/orders",
                    "micronaut.server.host",
                    "127.0.0.1",
                    "micronaut.server.port",
                    -1);
            AsyncOpenIdClient client;
            try (var application = ApplicationContext.run(EmbeddedServer.class, properties)) {
                client = application.getApplicationContext().getBean(AsyncOpenIdClient.class);
                requireEqual("200 orders", get(HttpClient.newHttpClient(), application.getURI() + "/orders"));
                requireAlice(server.issuer());
            }
            requireClosed(client);
            System.out.println("Micronaut " + VersionUtils.getMicronautVersion() + ", Kotlin " + KotlinVersion.CURRENT
                    + ": the orders came through the event loop, and alice is signed in");
        }
    }
}
