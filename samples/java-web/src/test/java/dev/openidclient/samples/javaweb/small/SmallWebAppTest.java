package dev.openidclient.samples.javaweb.small;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.clientauth.ClientSecretBasic;
import dev.openidclient.samples.server.EmbeddedAuthorizationServer;
import dev.openidclient.samples.server.HeadlessBrowser;
import io.javalin.Javalin;
import java.io.IOException;
import java.net.ServerSocket;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class SmallWebAppTest {
    private static String url;
    private static EmbeddedAuthorizationServer server;
    private static AsyncOpenIdClient client;
    private static Javalin application;

    @BeforeAll
    static void start() throws IOException {
        int port = freePort();
        url = "http://127.0.0.1:" + port;
        server = EmbeddedAuthorizationServer.start(0, List.of(url + "/callback"), List.of(url + "/"));
        client = AsyncOpenIdClient.discover(server.issuer(), server.webClient().id(), settings -> {
                    settings.authentication(
                            new ClientSecretBasic(server.webClient().secret()));
                    settings.allowInsecureRequests();
                })
                .join();
        application = new SmallWebApp(client, url).start(port);
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    @AfterAll
    static void stop() {
        application.stop();
        client.close();
        server.close();
    }

    private static HeadlessBrowser browser() {
        return new HeadlessBrowser(server.user().username(), server.user().password());
    }

    @Test
    void aPersonSignsInAndIsGreeted() {
        var browser = browser();
        var page = browser.deliver(browser.signIn(url + "/login", url + "/callback"));

        assertTrue(page.text().startsWith("Hello, "), page.text());
    }

    @Test
    void aPersonWhoRefusesMayBeginAgain() {
        var browser = browser();
        var page = browser.deliver(browser.denyConsent(url + "/login", url + "/callback"));

        assertEquals(400, page.status());
        assertTrue(page.text().contains("Begin again: " + url + "/login"), page.text());
    }

    @Test
    void aCallbackIsTakenOnceAndInItsOwnBrowserOnly() {
        var browser = browser();
        var callback = browser.signIn(url + "/login", url + "/callback");

        assertEquals(400, browser().deliver(callback).status());
        assertEquals(200, browser.deliver(callback).status());
        assertEquals(400, browser.deliver(callback).status());
    }
}
