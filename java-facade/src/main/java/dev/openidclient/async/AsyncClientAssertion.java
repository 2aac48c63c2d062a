package dev.openidclient.async;

import static java.util.Objects.requireNonNull;

import dev.openidclient.clientauth.ClientAssertion;
import dev.openidclient.clientauth.ClientAuthentication;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * Another party's token as the credential of this client: {@link ClientAssertion} for Java, whose source is a stage.
 * A token in a file has {@link ClientAssertion#fromFile(java.nio.file.Path)}.
 *
 * <pre>{@code
 * settings.authentication(AsyncClientAssertion.from(() -> tokenService.fetch("api://AzureADTokenExchange")));
 * }</pre>
 *
 * <p>The page {@code docs/workload-identity.md} shows where it comes from.
 */
public final class AsyncClientAssertion {
    private AsyncClientAssertion() {}

    /**
     * What {@code source} gives, once for each request: a JWT. {@code source} is called from many threads at once and
     * must not block. Where the stage fails, the operation fails with the same exception, before anything is sent; with
     * {@link IllegalArgumentException} where the assertion is empty or not of one line.
     */
    public static ClientAuthentication from(Supplier<? extends CompletionStage<String>> source) {
        return from(ClientAssertion.JWT_BEARER, source);
    }

    /**
     * The same for an assertion of {@code type} ({@code client_assertion_type}). Throws {@link
     * IllegalArgumentException} where that is empty.
     */
    public static ClientAuthentication from(String type, Supplier<? extends CompletionStage<String>> source) {
        requireNonNull(source, "source");
        return ClientAssertion.Companion.from(
                type, continuation -> AwaitedStage.await(source.get(), "the client assertion", continuation));
    }
}
