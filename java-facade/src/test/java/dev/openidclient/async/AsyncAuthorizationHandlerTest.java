package dev.openidclient.async;

import static dev.openidclient.async.Failures.failure;
import static dev.openidclient.async.Failures.success;
import static java.util.concurrent.CompletableFuture.completedFuture;
import static java.util.concurrent.CompletableFuture.failedFuture;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.openidclient.authorization.AuthorizationCallback;
import dev.openidclient.authorization.AuthorizationHandler;
import dev.openidclient.authorization.AuthorizationRequest;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class AsyncAuthorizationHandlerTest {
    private static final String REDIRECT_URI = "https://app.example.com/callback";

    private final StubServer server = new StubServer();
    private final AsyncOpenIdClient client = server.client();

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    private static CompletableFuture<AuthorizationCallback> authorize(
            AsyncAuthorizationHandler handler, Function<String, CompletableFuture<AuthorizationRequest>> begin) {
        AuthorizationHandler view = AsyncAuthorizationHandler.toAuthorizationHandler(handler);
        return Calls.UNOWNED.future(continuation -> view.authorize(
                (redirectUri, k) -> AwaitedStage.await(begin.apply(redirectUri), "begin", k), continuation));
    }

    private CompletableFuture<AuthorizationRequest> request(String redirectUri) {
        return completedFuture(client.authorizationRequest(r -> r.redirectUri(redirectUri)));
    }

    @Test
    @DisplayName("a handler with futures makes the request with its redirect URI, and brings the callback")
    void authorizes() throws Exception {
        var sent = new AtomicReference<String>();
        var callback = success(authorize(
                begin -> begin.apply(REDIRECT_URI)
                        .thenAccept(request -> sent.set(request.getUrl()))
                        .thenApply(nothing -> AuthorizationCallback.url(REDIRECT_URI + "?code=c")),
                this::request));

        assertTrue(sent.get().contains("redirect_uri=https%3A%2F%2Fapp.example.com%2Fcallback"), sent::get);
        assertEquals("c", callback.getParameters().get("code"));
    }

    @Test
    @DisplayName("what a stage fails with is what the sign-in fails with, and null is a failure too")
    void fails() {
        IllegalStateException noWindow = new IllegalStateException("no window");

        var failed = authorize(begin -> failedFuture(noWindow), this::request);
        assertSame(noWindow, failure(IllegalStateException.class, failed));
        assertEquals(
                "the authorization handler completed with null",
                failure(NullPointerException.class, authorize(begin -> completedFuture(null), this::request))
                        .getMessage());
        assertEquals(
                "the authorization handler returned null",
                failure(NullPointerException.class, authorize(begin -> null, this::request))
                        .getMessage());
    }

    @Test
    @DisplayName("a sign-in that is ended cancels the stage, and the request that is being made")
    void cancels() {
        var stage = new CompletableFuture<AuthorizationCallback>();
        var making = new CompletableFuture<AuthorizationRequest>();
        var signIn = authorize(
                begin -> {
                    begin.apply(REDIRECT_URI);
                    return stage;
                },
                redirectUri -> making);

        signIn.cancel(true);

        assertTrue(stage.isCancelled());
        assertTrue(making.isCancelled());
    }
}
