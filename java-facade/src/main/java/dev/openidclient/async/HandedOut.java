package dev.openidclient.async;

import dev.openidclient.client.OpenIdClient;
import java.util.concurrent.CompletableFuture;

/**
 * Clients that somebody else makes and closes: their calls run on that one's threads, and end with it. Its end fails no
 * one who waits for a client: he is told by the library how that went.
 */
final class HandedOut {
    final Calls calls;
    private final Calls waiting;

    HandedOut(Calls calls) {
        this.calls = calls;
        this.waiting = calls.beside().inPlace();
    }

    /** The client that {@code suspending} brings; at once where it is at hand. */
    CompletableFuture<AsyncOpenIdClient> client(Calls.Suspending<OpenIdClient> suspending) {
        return waiting.future(suspending, client -> AsyncOpenIdClient.handedOut(client, calls));
    }
}
