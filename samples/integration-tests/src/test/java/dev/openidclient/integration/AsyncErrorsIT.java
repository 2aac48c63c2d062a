package dev.openidclient.integration;

import static dev.openidclient.integration.Steps.await;
import static dev.openidclient.integration.Steps.connect;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.openidclient.async.AsyncErrors;
import dev.openidclient.error.ResponseBodyException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The refusal of a server, as a program finds it behind a future. */
@ForEachServer
record AsyncErrorsIT(SignInServer server) {
    @Test
    @DisplayName("join, get and dependent stages wrap the failure, and unwrapping finds it")
    void unwrap() {
        var refused = connect(server).refreshTokenGrant("no-such-token");

        assertRefusal(assertThrows(CompletionException.class, refused::join));
        assertRefusal(assertThrows(ExecutionException.class, refused::get));
        assertRefusal(assertThrows(CompletionException.class, refused.thenApply(it -> it)::join));
    }

    @Test
    @DisplayName("a stage handles the failure and goes on")
    void handle() {
        var outcome = connect(server)
                .refreshTokenGrant("no-such-token")
                .thenApply(tokens -> "refreshed")
                .exceptionally(failure -> AsyncErrors.unwrap(failure) instanceof ResponseBodyException refusal
                        ? refusal.getError()
                        : "something else");
        assertEquals("invalid_grant", await(outcome));
    }

    private static void assertRefusal(Throwable wrapped) {
        var refusal = assertInstanceOf(ResponseBodyException.class, AsyncErrors.unwrap(wrapped));
        assertEquals("invalid_grant", refusal.getError());
    }
}
