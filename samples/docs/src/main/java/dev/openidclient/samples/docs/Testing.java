package dev.openidclient.samples.docs;

import dev.openidclient.async.AsyncClientCredentialsTokens;
import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.authorization.PendingAuthorization;
import dev.openidclient.testserver.TestAuthorizationServer;
import dev.openidclient.testserver.TestClock;
import dev.openidclient.token.TokenResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

public final class Testing {
    private final TestAuthorizationServer server;
    private final AsyncOpenIdClient client;

    public Testing(TestClock clock) {
        // region server
        var server = TestAuthorizationServer.of(settings -> settings.client(
                        "s6BhdRkqt3", "secret", app -> app.redirectUris("https://rp.example.com/callback"))
                .rotateRefreshTokens()
                .accessTokenLifetime(Duration.ofMinutes(5))
                .clock(clock));
        var client = AsyncOpenIdClient.create(
                server.getMetadata(),
                "s6BhdRkqt3",
                settings -> settings.transport(server).clientSecret("secret").clock(clock));
        // endregion
        this.server = server;
        this.client = client;
    }

    public TestAuthorizationServer server() {
        return server;
    }

    public String signIn() throws Exception {
        // region sign-in
        // what your GET /login does
        var request = client.authorizationRequest(
                r -> r.redirectUri("https://rp.example.com/callback").scope("openid", "email"));
        var stored = request.getPending().encode();

        var callbackUrl = server.signIn(request.getUrl(), "alice"); // or server.deny(request.getUrl())

        // what your GET /callback does
        var tokens = client.authorizationCodeGrant(callbackUrl, PendingAuthorization.decode(stored))
                .get();
        var subject = tokens.getClaims().getSubject(); // "alice"
        // endregion
        return subject;
    }

    public TokenResponse tokens() {
        // region tokens
        var tokens = server.tokens(
                "alice",
                "s6BhdRkqt3",
                person -> person.claim("email", "alice@example.com").scope("openid", "email"));
        // endregion
        return tokens;
    }

    public CompletableFuture<TokenResponse> outage() {
        // region outage
        server.getTokenEndpoint().failNext(503, null, Duration.ofSeconds(7));
        var service = AsyncClientCredentialsTokens.of(client);
        var orders = service.source(r -> r.scope("orders:read"));

        var failed = orders.token(); // completes with a ResponseException of status 503
        var again = failed.handle((tokens, failure) -> orders.token()); // the same, and nothing is sent for 7 seconds
        // endregion
        return again.thenCompose(token -> token).whenComplete((tokens, failure) -> service.close());
    }

    public static CompletableFuture<AsyncOpenIdClient> testClient(String issuer) {
        // region insecure
        var client = AsyncOpenIdClient.discover(issuer, "s6BhdRkqt3", settings -> settings.allowInsecureRequests());
        // endregion
        return client;
    }
}
