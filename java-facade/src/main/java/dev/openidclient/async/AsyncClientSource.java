package dev.openidclient.async;

import static java.util.Objects.requireNonNull;

import dev.openidclient.client.ClientSource;
import java.util.concurrent.CompletionStage;

/**
 * Where the client comes from, each time that one is needed: a {@link ClientSource} for Java. Always the same one, as an
 * {@link AsyncOpenIdClient} is of itself, or one that is only discovered now, or was discovered anew, as of an {@link
 * AsyncDiscoveredClient} or an {@link AsyncClientRegistry}.
 */
@FunctionalInterface
public interface AsyncClientSource {
    /**
     * Brings the client to use now; may be called from many threads at once, and must not block. Where the stage fails,
     * what needed the client fails with the same exception.
     */
    CompletionStage<AsyncOpenIdClient> client();

    /** {@code source} as the library takes it. */
    static ClientSource toClientSource(AsyncClientSource source) {
        requireNonNull(source, "source");
        if (source instanceof AsyncOpenIdClient) {
            return ((AsyncOpenIdClient) source).client;
        }
        if (source instanceof AsyncDiscoveredClient) {
            return ((AsyncDiscoveredClient) source).client;
        }
        if (source instanceof AsyncInteractiveTokens) {
            return ((AsyncInteractiveTokens) source).tokens;
        }
        if (source instanceof ClientSourceView) {
            return ((ClientSourceView) source).source;
        }
        return continuation -> AwaitedStage.await(
                source.client(),
                "the client source",
                IllegalStateException::new,
                continuation,
                client -> requireNonNull(client, "the client source completed with null").client);
    }
}
