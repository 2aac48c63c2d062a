package dev.openidclient.micrometer;

import static java.util.Objects.requireNonNull;

import dev.openidclient.event.ClientListener;
import dev.openidclient.event.EventSource;
import dev.openidclient.event.Observation;
import dev.openidclient.event.Operation;
import dev.openidclient.event.Outcome;
import dev.openidclient.event.TokenEvent;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Counts and times, in a {@link MeterRegistry}, what clients and token sources do: one for a registry, given to every
 * client as {@code listener}.
 *
 * <pre>{@code
 * var metrics = MicrometerListener.of(registry);
 * var client = AsyncOpenIdClient.lazily(issuer, clientId, settings -> settings.listener(metrics));
 * }</pre>
 *
 * <p>The meters:
 *
 * <ul>
 *   <li>timer {@code oauth.client.operation}: each request, with the tags {@code oauth.operation} (as {@link
 *       Operation#getName}), {@code server.address}, {@code http.response.status_code} and {@code error.type}; the last
 *       two are {@code none} where there is none;
 *   <li>counter {@code oauth.client.token.served}: each token that a caller got, with {@code from} ({@code memory},
 *       {@code flight}, {@code store}) and {@code state} ({@code fresh}, {@code stale}, {@code last_resort});
 *   <li>counter {@code oauth.client.token.failed}: each time that no token was obtained, with {@code class} ({@code
 *       outage}, {@code configuration}, {@code subject_refused}, {@code session_over}, {@code doubt}, {@code store});
 *   <li>counter {@code oauth.client.token.resent}: each refresh token that was sent once more;
 *   <li>counter {@code oauth.client.store.failed}: each failed read, lease or write of a token store;
 *   <li>gauge {@code oauth.client.token.seconds_left}: how long the token lives that is in use, of client
 *       credentials whose settings have a {@code name}, with that as {@code source}. Zero where it has ended.
 * </ul>
 *
 * <p>{@code error.type} is the registered {@code error} of the server's answer, else a code of {@link
 * dev.openidclient.error.ErrorCode}, or {@code CANCELLED}. No tag has a user, session, token or scope in it. The page
 * {@code docs/observing.md} shows how it is used.
 */
public final class MicrometerListener implements ClientListener {
    private static final String ABSENT = "none";
    /** What {@link Outcome#getError} says of one that is not registered. */
    private static final String OTHER = "other";

    private static final String UNKNOWN = "unknown";

    private final MeterRegistry registry;
    /** Null: one for each client. */
    private final @Nullable TokenMeters untagged;

    private final Map<String, TokenMeters> tagged = new ConcurrentHashMap<>();

    private MicrometerListener(MeterRegistry registry, MicrometerSettings settings) {
        this.registry = registry;
        this.untagged = settings.tagsClientId() ? null : new TokenMeters(registry, Tags.empty());
    }

    /** A listener that counts in {@code registry}. */
    public static MicrometerListener of(MeterRegistry registry) {
        return of(registry, settings -> {});
    }

    /** The same, as {@code configure} says. */
    public static MicrometerListener of(MeterRegistry registry, Consumer<? super MicrometerSettings> configure) {
        MicrometerSettings settings = new MicrometerSettings();
        requireNonNull(configure, "configure").accept(settings);
        return new MicrometerListener(requireNonNull(registry, "registry"), settings);
    }

    @Override
    public Observation started(Operation operation) {
        return new Timing(operation);
    }

    @Override
    public void happened(TokenEvent event) {
        metersOf(event.getSource()).happened(event);
    }

    private TokenMeters metersOf(EventSource source) {
        if (untagged != null) {
            return untagged;
        }
        String clientId = source.getClientId() == null ? UNKNOWN : source.getClientId();
        return tagged.computeIfAbsent(clientId, it -> new TokenMeters(registry, Tags.of("client.id", it)));
    }

    @Override
    public String toString() {
        return "MicrometerListener";
    }

    private final class Timing implements Observation {
        private final Operation operation;

        Timing(Operation operation) {
            this.operation = operation;
        }

        @Override
        public void finished(Outcome outcome) {
            Integer status = outcome.getStatus();
            Timer.builder("oauth.client.operation")
                    .description("Requests to the authorization server, and to resource servers")
                    .tags(Tags.of(
                            Tag.of("oauth.operation", operation.getName()),
                            Tag.of("server.address", operation.getServerAddress()),
                            Tag.of("http.response.status_code", status == null ? ABSENT : status.toString()),
                            Tag.of("error.type", errorType(outcome))))
                    .register(registry)
                    .record(outcome.getDuration());
        }
    }

    private static String errorType(Outcome outcome) {
        String error = outcome.getError();
        if (error != null && !error.equals(OTHER)) {
            return error;
        }
        return outcome.getErrorCode() == null ? ABSENT : outcome.getErrorCode();
    }
}
