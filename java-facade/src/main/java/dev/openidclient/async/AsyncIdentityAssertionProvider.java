package dev.openidclient.async;

import static java.util.Objects.requireNonNull;

import dev.openidclient.agent.AssertionRequest;
import dev.openidclient.agent.IdentityAssertion;
import dev.openidclient.agent.IdentityAssertionProvider;
import java.util.concurrent.CompletionStage;

/**
 * Brings what an identity provider says of a person to the server of a resource, in place of their agreement there: an
 * {@link IdentityAssertionProvider} for Java. Follows a draft, which may still change.
 */
@FunctionalInterface
public interface AsyncIdentityAssertionProvider {
    /**
     * An assertion as {@code identityAssertion(…)} of the provider's client brings it, for the issuer of the server, with
     * the resource and the scopes of {@code request}. Asked again only where the last one has expired, or was refused.
     * Must not block.
     */
    CompletionStage<IdentityAssertion> assertion(AssertionRequest request);

    /** {@code provider} as the library takes it. */
    static IdentityAssertionProvider toIdentityAssertionProvider(AsyncIdentityAssertionProvider provider) {
        requireNonNull(provider, "provider");
        return (request, continuation) ->
                AwaitedStage.await(provider.assertion(request), "the identity assertion provider", continuation);
    }
}
