package dev.openidclient.async;

import static java.util.Objects.requireNonNull;

import dev.openidclient.agent.AssertionProvider;
import dev.openidclient.metadata.AuthorizationServerMetadata;
import java.util.concurrent.CompletionStage;

/** Brings the JWT of another party that a server takes in place of a person: an {@link AssertionProvider} for Java. */
@FunctionalInterface
public interface AsyncAssertionProvider {
    /**
     * A JWT whose audience is {@code server}, that lives for some minutes; asked for each token request. Must not block.
     */
    CompletionStage<String> assertion(AuthorizationServerMetadata server);

    /** {@code provider} as the library takes it. */
    static AssertionProvider toAssertionProvider(AsyncAssertionProvider provider) {
        requireNonNull(provider, "provider");
        return (server, continuation) ->
                AwaitedStage.await(provider.assertion(server), "the assertion provider", continuation);
    }
}
