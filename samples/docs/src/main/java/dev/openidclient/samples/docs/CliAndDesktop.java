package dev.openidclient.samples.docs;

import dev.openidclient.async.AsyncLoopbackRedirect;
import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.async.OpenBrowser;
import dev.openidclient.loopback.LoopbackHost;
import dev.openidclient.token.TokenResponse;
import java.awt.Desktop;
import java.awt.GraphicsEnvironment;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

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
    public TokenResponse signInWithBrowser(OpenBrowser open) throws IOException {
        try (var redirect = AsyncLoopbackRedirect.open(open)) { // listens from here on: the port is known
            var request = client.authorizationRequest(
                    r -> r.redirectUri(redirect.getUri()).scope("openid", "email"));
            return redirect.await(request)
                    .thenCompose(callback -> client.authorizationCodeGrant(callback, request.getPending()))
                    .join();
        }
    }
    // endregion

    // region main
    public TokenResponse signIn() throws IOException {
        var hasBrowser = !GraphicsEnvironment.isHeadless() && Desktop.isDesktopSupported();
        if (hasBrowser) {
            return signInWithBrowser(url -> {
                System.out.println("If no browser opens, go to " + url);
                browse(url);
            });
        }
        var device = client.deviceAuthorization(r -> r.scope("openid", "email")).join(); // over ssh, in a container
        System.out.printf("On any device open %s and enter %s%n", device.getVerificationUri(), device.getUserCode());
        return client.deviceCodeGrant(device).join();
    }

    private static void browse(String url) {
        try {
            Desktop.getDesktop().browse(URI.create(url));
        } catch (IOException | UnsupportedOperationException e) {
            System.out.println("No browser opens: " + e.getMessage());
        }
    }
    // endregion

    public static AsyncLoopbackRedirect ownRedirect(OpenBrowser open) throws IOException {
        // region settings
        var redirect = AsyncLoopbackRedirect.open(
                settings -> settings.host(LoopbackHost.LOCALHOST) // for a server that knows no other name
                        .port(8400) // and no other port than the registered one
                        .path("/oauth/callback")
                        .timeout(Duration.ofMinutes(10))
                        .completionRedirect("https://app.example.com/signed-in"), // or completionPage(html)
                open);
        // endregion
        return redirect;
    }
}
