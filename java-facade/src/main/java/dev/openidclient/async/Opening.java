package dev.openidclient.async;

import dev.openidclient.client.OpenIdClient;
import java.util.concurrent.CompletableFuture;

/** Clients that a server must be asked for. */
final class Opening {
    private Opening() {}

    /** The client that {@code suspending} brings, with {@code calls} as its own; where none comes, they are closed. */
    @SuppressWarnings("FutureReturnValueIgnored") // each of the two ends the other
    static CompletableFuture<AsyncOpenIdClient> open(Calls calls, Calls.Suspending<OpenIdClient> suspending) {
        CompletableFuture<AsyncOpenIdClient> result = new CompletableFuture<>();
        result.whenComplete((client, failure) -> {
            if (failure != null) {
                calls.close();
            }
        });
        calls.future(suspending).whenComplete((client, failure) -> {
            if (failure != null) {
                result.completeExceptionally(failure);
            } else if (!result.complete(AsyncOpenIdClient.owning(client, calls))) {
                client.close(); // nobody waits for it any more
            }
        });
        return result;
    }
}
