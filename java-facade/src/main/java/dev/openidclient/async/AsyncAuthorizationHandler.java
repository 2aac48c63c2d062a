package dev.openidclient.async;

import static java.util.Objects.requireNonNull;

import dev.openidclient.authorization.AuthorizationCallback;
import dev.openidclient.authorization.AuthorizationHandler;
import dev.openidclient.authorization.AuthorizationRequest;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * Sends a person to the authorization server and brings what comes back: an {@link AuthorizationHandler} for Java, with
 * the same duties.
 *
 * <pre>{@code
 * AsyncAuthorizationHandler handler = begin -> begin.apply("https://app.example.com/callback")
 *         .thenCompose(request -> window.show(request.getUrl()))
 *         .thenApply(AuthorizationCallback::url);
 * }</pre>
 */
@FunctionalInterface
public interface AsyncAuthorizationHandler {
    /**
     * Makes the request with {@code begin}, which is called once, with the redirect URI at which this handler receives
     * the callback; sends the person to the {@code url} of that request; and brings the callback as it came. Must not
     * block. Nothing of the callback need be checked here: the code exchange checks {@code state}, {@code iss} and all
     * the rest.
     *
     * <p>The stage fails with what {@code begin} fails with, and with an {@link dev.openidclient.error.OAuthException}
     * where the person does not come back within a time; one who refuses is a callback, with {@code error}. Where the
     * sign-in is ended, the stage is told so by {@code cancel(true)} if it is a {@link java.util.concurrent.Future}.
     */
    CompletionStage<AuthorizationCallback> authorize(
            Function<? super String, ? extends CompletableFuture<AuthorizationRequest>> begin);

    /** {@code handler} as the library takes it. */
    @SuppressWarnings("FutureReturnValueIgnored") // the end of the one ends the other
    static AuthorizationHandler toAuthorizationHandler(AsyncAuthorizationHandler handler) {
        requireNonNull(handler, "handler");
        return (begin, continuation) -> {
            CompletableFuture<AuthorizationCallback> ended = new CompletableFuture<>();
            var stage = requireNonNull(
                    handler.authorize(redirectUri -> {
                        CompletableFuture<AuthorizationRequest> request =
                                Calls.UNOWNED.future(k -> begin.invoke(redirectUri, k));
                        // nobody waits for it any more
                        ended.whenComplete((callback, failure) -> request.cancel(true));
                        return request;
                    }),
                    "the authorization handler returned null");
            stage.whenComplete((callback, failure) -> ended.complete(callback));
            return AwaitedStage.await(stage, "the authorization handler", continuation);
        };
    }
}
