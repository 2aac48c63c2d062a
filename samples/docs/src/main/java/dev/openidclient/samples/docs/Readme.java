package dev.openidclient.samples.docs;

import dev.openidclient.async.AsyncErrors;
import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.authorization.AuthorizationCallback;
import dev.openidclient.authorization.PendingAuthorization;
import dev.openidclient.clientauth.ClientSecretBasic;
import dev.openidclient.error.ResponseBodyException;
import dev.openidclient.error.TransportException;
import dev.openidclient.http.HttpEngine;
import dev.openidclient.http.HttpResponse;
import dev.openidclient.metadata.AuthorizationServerMetadata;
import dev.openidclient.token.TokenResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.slf4j.Logger;

/** The Java blocks of the README. {@code DocsSpec} compares the two. */
final class Readme {
    /** The person's session in an application. */
    interface StoredSession {
        void store(String pending);

        /** What was stored, which is removed. */
        String take();
    }

    private final StoredSession session;
    private final Logger log;
    private final Consumer<String> redirect;

    Readme(StoredSession session, Logger log, Consumer<String> redirect) {
        this.session = session;
        this.log = log;
        this.redirect = redirect;
    }

    void signIn(String secret, String callbackUrl) {
        // region sign-in
        var client = AsyncOpenIdClient.discover(
                        "https://as.example.com",
                        "s6BhdRkqt3",
                        settings -> settings.authentication(new ClientSecretBasic(secret)))
                .join();

        // GET /login
        var request = client.authorizationRequest(r -> r // PKCE, state and nonce are made inside
                .redirectUri("https://rp.example.com/callback")
                .scope("openid", "email"));
        session.store(request.getPending().encode());
        redirect.accept(request.getUrl());

        // GET /callback
        client.authorizationCodeGrant(callbackUrl, PendingAuthorization.decode(session.take()))
                .thenCompose(client::userInfo)
                .thenAccept(user -> log.info("signed in: {}", user.getSubject()));
        // endregion
    }

    CompletableFuture<HttpResponse> service(AsyncOpenIdClient client) {
        // region service
        var orders = client.clientCredentialsGrant(r -> r.scope("orders:read"))
                .thenCompose(tokens -> client.resource("https://api.example.com/orders", tokens));
        // endregion
        return orders;
    }

    CompletableFuture<Optional<TokenResponse>> refresh(AsyncOpenIdClient client, TokenResponse earlier) {
        // region errors
        var tokens = client.refreshTokenGrant(earlier).thenApply(Optional::of).exceptionally(failure -> {
            Throwable cause = AsyncErrors.unwrap(failure); // without CompletionException
            if (cause instanceof ResponseBodyException
                    && ((ResponseBodyException) cause).getError().equals("invalid_grant")) {
                return Optional.empty(); // the refresh token has expired or was revoked: sign in again
            }
            if (cause instanceof TransportException) {
                log.warn("no answer: is the refresh token used up?", cause);
                return Optional.of(earlier); // where refresh tokens rotate, never send this one again
            }
            throw new CompletionException(cause);
        });
        // endregion
        return tokens;
    }

    CompletableFuture<AsyncOpenIdClient> settings() {
        // region settings
        var client = AsyncOpenIdClient.discover(
                "https://as.example.com",
                "s6BhdRkqt3",
                settings -> settings.metadata(
                                m -> m.idTokenSignedResponseAlg("ES256")) // what the server knows of this client
                        .timeout(Duration.ofSeconds(10)) // of one HTTP request, with the body
                        .clockTolerance(Duration.ofSeconds(5))
                        .pendingAuthorizationLifetime(Duration.ofMinutes(10))
                        .nonRepudiationChecks()); // verify the signature of every ID Token
        // endregion
        return client;
    }

    AsyncOpenIdClient offline(String json) {
        // region metadata
        var server = AuthorizationServerMetadata.parse(json);
        var client = AsyncOpenIdClient.create(server, "s6BhdRkqt3", settings -> settings.clientSecret("…"));
        // endregion
        return client;
    }

    CompletableFuture<AsyncOpenIdClient> engine() {
        // region engine
        var client = AsyncOpenIdClient.discover(
                "https://as.example.com",
                "s6BhdRkqt3",
                settings -> settings.engine(HttpEngine.CIO)); // one of the two that come with the library
        // endregion
        return client;
    }

    CompletableFuture<AsyncOpenIdClient> testClient(String issuer) {
        // region insecure
        var client = AsyncOpenIdClient.discover(issuer, "s6BhdRkqt3", settings -> settings.allowInsecureRequests());
        // endregion
        return client;
    }

    CompletableFuture<TokenResponse> formPost(
            AsyncOpenIdClient client, PendingAuthorization pending, String url, String body) {
        // region form-post
        var tokens = client.authorizationCodeGrant(AuthorizationCallback.formPost(url, body), pending);
        // endregion
        return tokens;
    }

    void executor(Executor executor) {
        // region executor
        try (var client = AsyncOpenIdClient.discover("https://as.example.com", "s6BhdRkqt3", settings -> {}, executor)
                .join()) {
            log.info("{} can PKCE: {}", client, client.getServer().supportsPkce());
        }
        // endregion
    }
}
