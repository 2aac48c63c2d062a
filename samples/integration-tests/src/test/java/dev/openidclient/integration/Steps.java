package dev.openidclient.integration;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.openidclient.async.AsyncErrors;
import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.authorization.AuthorizationCallback;
import dev.openidclient.authorization.AuthorizationRequest;
import dev.openidclient.authorization.AuthorizationRequestBuilder;
import dev.openidclient.authorization.PendingAuthorization;
import dev.openidclient.client.ClientSettings;
import dev.openidclient.samples.server.HeadlessBrowser;
import dev.openidclient.token.TokenResponse;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/** What the tests in Java do again and again. */
final class Steps {
    private Steps() {}

    /** A client for the one that {@code issuer} registered as {@code client}. */
    static AsyncOpenIdClient connect(String issuer, InteropClient client, Consumer<? super ClientSettings> configure) {
        return await(AsyncOpenIdClient.discover(issuer, client.getId(), settings -> {
            Connection.registeredAs(settings, client, issuer);
            configure.accept(settings);
        }));
    }

    static AsyncOpenIdClient connect(InteropIssuer issuer, String id, Consumer<? super ClientSettings> configure) {
        return connect(issuer.getUrl(), issuer.client(id), configure);
    }

    static AsyncOpenIdClient connect(InteropIssuer issuer, String id) {
        return connect(issuer, id, settings -> {});
    }

    static AsyncOpenIdClient connect(
            SignInServer server, InteropClient client, Consumer<? super ClientSettings> configure) {
        return connect(server.getIssuer(), client, configure);
    }

    static AsyncOpenIdClient connect(SignInServer server, InteropClient client) {
        return connect(server, client, settings -> {});
    }

    /** The confidential client of {@code server}. */
    static AsyncOpenIdClient connect(SignInServer server) {
        return connect(server, server.getConfidentialClient());
    }

    /** {@code openid email} for the application's callback, and what {@code configure} adds. */
    static AuthorizationRequest signInRequest(
            AsyncOpenIdClient client, Consumer<? super AuthorizationRequestBuilder> configure) {
        return client.authorizationRequest(request -> {
            request.redirectUri(Application.CALLBACK).scope("openid", "email");
            configure.accept(request);
        });
    }

    static AuthorizationRequest signInRequest(AsyncOpenIdClient client) {
        return signInRequest(client, request -> {});
    }

    /** What comes back to the application when the person has signed in. */
    static AuthorizationCallback callback(HeadlessBrowser browser, AuthorizationRequest request) {
        return SignInSteps.received(browser.signIn(request.getUrl(), Application.CALLBACK));
    }

    /** A whole sign-in: request, browser, callback, tokens. */
    static TokenResponse signIn(
            AsyncOpenIdClient client,
            HeadlessBrowser browser,
            Consumer<? super AuthorizationRequestBuilder> configure) {
        return signIn(client, browser, signInRequest(client, configure));
    }

    static TokenResponse signIn(AsyncOpenIdClient client, HeadlessBrowser browser) {
        return signIn(client, browser, request -> {});
    }

    /** The rest of a sign-in, from the browser on. */
    static TokenResponse signIn(AsyncOpenIdClient client, HeadlessBrowser browser, AuthorizationRequest request) {
        String stored = request.getPending().encode();
        return await(client.authorizationCodeGrant(callback(browser, request), PendingAuthorization.decode(stored)));
    }

    /** Who signed in. */
    static String person(TokenResponse tokens) {
        return SignInSteps.getPerson(tokens);
    }

    /** The result of {@code future}, which must succeed. */
    static <T> T await(CompletableFuture<T> future) {
        try {
            return future.get(30, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new AssertionError("the call failed", AsyncErrors.unwrap(e));
        } catch (InterruptedException | TimeoutException e) {
            throw new AssertionError("the call did not end", e);
        }
    }

    /** What {@code future} fails with, without what futures put around it. */
    static <T extends Throwable> T failure(Class<T> type, CompletableFuture<?> future) {
        ExecutionException failed = assertThrows(ExecutionException.class, () -> future.get(30, TimeUnit.SECONDS));
        return assertInstanceOf(type, AsyncErrors.unwrap(failed));
    }
}
