package dev.openidclient.async;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.openidclient.error.OAuthException;
import dev.openidclient.error.ResponseBodyException;
import java.io.IOException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class AsyncErrorsTest {
    @Test
    @DisplayName("takes off every CompletionException and ExecutionException")
    void unwraps() {
        var failure = new IOException("inner");

        assertSame(failure, AsyncErrors.unwrap(new CompletionException(failure)));
        assertSame(failure, AsyncErrors.unwrap(new ExecutionException(new CompletionException(failure))));
    }

    @Test
    @DisplayName("leaves everything else as it is")
    void leavesOthers() {
        var nested = new RuntimeException(new IOException("cause"));
        var cancelled = new CancellationException();
        var empty = new CompletionException("without a cause", null);

        assertSame(nested, AsyncErrors.unwrap(nested));
        assertSame(cancelled, AsyncErrors.unwrap(cancelled));
        assertSame(empty, AsyncErrors.unwrap(empty));
    }

    @Test
    @DisplayName("the failure of an operation is the same by join, by get, at the future and at a dependent stage")
    void unwrapsAnOperation() {
        try (var server = new StubServer().answer("/token", 400, "{\"error\":\"invalid_grant\"}");
                var client = server.client()) {
            var grant = client.clientCredentialsGrant();

            var joined = assertThrows(CompletionException.class, grant::join);
            var got = assertThrows(ExecutionException.class, grant::get);
            Throwable direct = grant.handle((tokens, failure) -> AsyncErrors.unwrap(failure))
                    .join();
            Throwable dependent = grant.thenApply(tokens -> tokens)
                    .handle((tokens, failure) -> AsyncErrors.unwrap(failure))
                    .join();

            OAuthException failure = assertInstanceOf(ResponseBodyException.class, AsyncErrors.unwrap(joined));
            assertEquals("OAUTH_RESPONSE_BODY_ERROR", failure.getCode());
            assertSame(failure, AsyncErrors.unwrap(got));
            assertSame(failure, direct);
            assertSame(failure, dependent);
        }
    }
}
