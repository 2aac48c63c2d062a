package dev.openidclient.samples.javaweb;

import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.clientauth.ClientSecretBasic;
import dev.openidclient.samples.server.EmbeddedAuthorizationServer;
import java.io.IOException;
import java.time.Clock;
import java.util.List;

/** An authorization server and a web application that signs people in there, both on loopback. */
public final class Demo implements AutoCloseable {
    private final EmbeddedAuthorizationServer server;
    private final AsyncOpenIdClient client;
    private final Clock clock;
    private final SharedState shared;
    private final WebApp application;

    private Demo(EmbeddedAuthorizationServer server, AsyncOpenIdClient client, Clock clock, int port) {
        this.server = server;
        this.client = client;
        this.clock = clock;
        this.shared = SharedState.inMemory(clock);
        this.application = startInstance(port);
    }

    /** Starts both on free ports. */
    static Demo start() throws IOException {
        return start(FreePort.find(0, "web application", System.out), 0, Clock.systemUTC());
    }

    /** Starts both; {@code serverPort} 0 is any free one. */
    public static Demo start(int port, int serverPort, Clock clock) {
        String url = "http://127.0.0.1:" + port;
        // What the application is registered with: a server sends the browser, and the code, nowhere else.
        EmbeddedAuthorizationServer server =
                EmbeddedAuthorizationServer.start(serverPort, List.of(url + "/callback"), List.of(url + "/"));
        AsyncOpenIdClient client = null;
        Demo demo = null;
        try {
            client = discover(server, clock);
            demo = new Demo(server, client, clock, port);
            return demo;
        } finally {
            if (demo == null) {
                if (client != null) {
                    client.close();
                }
                server.close();
            }
        }
    }

    private static AsyncOpenIdClient discover(EmbeddedAuthorizationServer server, Clock clock) {
        return AsyncOpenIdClient.discover(server.issuer(), server.webClient().id(), settings -> {
                    settings.clock(clock);
                    settings.authentication(
                            new ClientSecretBasic(server.webClient().secret()));
                    // The embedded server has no certificate. A server that is not on loopback has one: leave this out.
                    settings.allowInsecureRequests();
                })
                .join();
    }

    /** One more instance of the application, to be closed before the demo. */
    WebApp startInstance(int port) {
        return new WebApp(client, server.apiUrl(), port, clock, shared);
    }

    public EmbeddedAuthorizationServer server() {
        return server;
    }

    /** Where the application's home page is. */
    public String url() {
        return application.url();
    }

    @Override
    public void close() {
        application.close();
        client.close();
        server.close();
    }
}
