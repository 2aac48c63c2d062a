package dev.openidclient.async;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/** Assertions on futures. */
final class Failures {
    private Failures() {}

    /** Waits for {@code future}, which must fail with a {@code type}. */
    static <T extends Throwable> T failure(Class<T> type, CompletableFuture<?> future) {
        ExecutionException failed = assertThrows(ExecutionException.class, () -> future.get(10, TimeUnit.SECONDS));
        return assertInstanceOf(type, AsyncErrors.unwrap(failed));
    }

    /** Waits for {@code future}, which must succeed. */
    static <T> T success(CompletableFuture<T> future) throws Exception {
        return future.get(10, TimeUnit.SECONDS);
    }
}
