package dev.openidclient.async;

import static java.util.Objects.requireNonNull;

import dev.openidclient.agent.ClientQuestion;
import dev.openidclient.metadata.AuthorizationServerMetadata;
import dev.openidclient.metadata.ClientMetadata;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Asks whoever may know the client of a server that nothing else is known of, as the person in front of the program: a
 * {@link ClientQuestion} for Java, for the setting {@code ask}. {@link #of} makes one of a function that returns the
 * answer, and not a stage.
 */
@FunctionalInterface
public interface AsyncClientQuestion {
    /**
     * What this program is at {@code server}: its {@code client_id}, and {@code client_secret} where it has one; the stage
     * completes with null where nobody knows. {@code server} may be anybody's: show its issuer to the person.
     *
     * <p>Asked once for all who need it at the time. What the stage fails with, or what this throws, reaches those who do.
     */
    CompletionStage<@Nullable ClientMetadata> ask(AuthorizationServerMetadata server);

    /** A question that is answered by what {@code ask} returns, null where nobody knows. It may block. */
    static AsyncClientQuestion of(
            Function<? super AuthorizationServerMetadata, ? extends @Nullable ClientMetadata> ask) {
        requireNonNull(ask, "ask");
        return server -> CompletableFuture.<@Nullable ClientMetadata>completedFuture(ask.apply(server));
    }

    /** {@code question} as the setting {@code ask} takes it. */
    static ClientQuestion toClientQuestion(AsyncClientQuestion question) {
        requireNonNull(question, "question");
        return (server, continuation) -> AwaitedStage.awaitNullable(question.ask(server), "the question", continuation);
    }
}
