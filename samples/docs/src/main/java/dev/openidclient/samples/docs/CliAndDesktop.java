package dev.openidclient.samples.docs;

import com.sun.net.httpserver.HttpServer;
import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.http.Parameters;
import dev.openidclient.token.TokenResponse;
import java.awt.Desktop;
import java.awt.GraphicsEnvironment;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

public final class CliAndDesktop {
    private final AsyncOpenIdClient client;

    public CliAndDesktop(AsyncOpenIdClient client) {
        this.client = client;
    }

    public static CompletableFuture<AsyncOpenIdClient> commandLineClient() {
        // region client
        var client =
                AsyncOpenIdClient.discover("https://as.example.com", "my-cli"); // no secret: it authenticates with none
        // endregion
        return client;
    }

    // region loopback
    /** Signs in with the browser of this machine, which {@code open} starts. */
    public CompletableFuture<TokenResponse> signInWithBrowser(Consumer<String> open) throws IOException {
        // 127.0.0.1, which no firewall or hosts file sends elsewhere, and any free port (RFC 8252 §7.3)
        var server = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
        var request = client.authorizationRequest(
                r -> r.redirectUri("http://127.0.0.1:" + server.getAddress().getPort() + "/callback")
                        .scope("openid", "email"));
        var callback = new CompletableFuture<String>();
        server.createContext("/callback", exchange -> {
            var query = exchange.getRequestURI().getRawQuery();
            var isOwn = query != null
                    && request.getPending()
                            .getState()
                            .equals(Parameters.parse(query).get("state"));
            var text = isOwn ? "You may close this window." : "This is not the sign-in that was begun.";
            var page = text.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
            exchange.sendResponseHeaders(isOwn ? 200 : 400, page.length);
            try (var body = exchange.getResponseBody()) {
                body.write(page);
            }
            if (isOwn) {
                callback.complete(exchange.getRequestURI().toString()); // checked below, with everything else
            }
        });
        server.start();
        open.accept(request.getUrl());
        return callback.orTimeout(5, TimeUnit.MINUTES)
                .thenCompose(url -> client.authorizationCodeGrant(url, request.getPending()))
                .whenComplete((tokens, failure) -> server.stop(0));
    }
    // endregion

    // region main
    public CompletableFuture<TokenResponse> signIn() throws IOException {
        var hasBrowser = !GraphicsEnvironment.isHeadless() && Desktop.isDesktopSupported();
        if (hasBrowser) {
            return signInWithBrowser(url -> {
                System.out.println("If no browser opens, go to " + url);
                browse(url);
            });
        }
        var device = client.deviceAuthorization(r -> r.scope("openid", "email")).join(); // over ssh, in a container
        System.out.printf("On any device open %s and enter %s%n", device.getVerificationUri(), device.getUserCode());
        return client.deviceCodeGrant(device);
    }

    private static void browse(String url) {
        try {
            Desktop.getDesktop().browse(URI.create(url));
        } catch (IOException | UnsupportedOperationException e) {
            System.out.println("No browser opens: " + e.getMessage());
        }
    }
    // endregion
}
