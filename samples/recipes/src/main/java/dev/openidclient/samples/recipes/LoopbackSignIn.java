package dev.openidclient.samples.recipes;

import dev.openidclient.async.AsyncLoopbackRedirect;
import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.async.OpenBrowser;
import dev.openidclient.token.TokenResponse;
import java.io.IOException;

public final class LoopbackSignIn {
    private LoopbackSignIn() {}

    /** A command-line or desktop program signs in with the browser of its machine, which {@code open} starts. */
    public static TokenResponse signInWithBrowser(AsyncOpenIdClient client, OpenBrowser open) throws IOException {
        try (var redirect = AsyncLoopbackRedirect.open(open)) { // it listens from here on, so the port is known
            var request = client.authorizationRequest(
                    r -> r.redirectUri(redirect.getUri()).scope("openid"));
            return redirect.await(request)
                    .thenCompose(callback -> client.authorizationCodeGrant(callback, request.getPending()))
                    .join();
        }
    }
}
