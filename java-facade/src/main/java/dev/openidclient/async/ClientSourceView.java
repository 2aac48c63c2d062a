package dev.openidclient.async;

import dev.openidclient.client.ClientSource;
import java.util.concurrent.CompletableFuture;

/** A {@link ClientSource} of the library's with futures. */
final class ClientSourceView implements AsyncClientSource {
    final ClientSource source;
    final HandedOut clients;

    ClientSourceView(ClientSource source, HandedOut clients) {
        this.source = source;
        this.clients = clients;
    }

    @Override
    public CompletableFuture<AsyncOpenIdClient> client() {
        return clients.client(source::client);
    }

    @Override
    public String toString() {
        return source.toString();
    }
}
