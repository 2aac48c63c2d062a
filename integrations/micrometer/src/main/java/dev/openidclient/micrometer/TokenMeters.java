package dev.openidclient.micrometer;

import static java.util.Locale.ROOT;

import dev.openidclient.event.EventSource;
import dev.openidclient.event.FailureClass;
import dev.openidclient.event.ServedFrom;
import dev.openidclient.event.ServedState;
import dev.openidclient.event.TokenEvent;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** What is counted of tokens, with the same tags: every counter is there from the beginning, so that a rate is right. */
final class TokenMeters {
    private static final double MILLIS = 1000.0;

    private final MeterRegistry registry;
    private final Tags tags;
    private final Map<ServedFrom, Map<ServedState, Counter>> served = new EnumMap<>(ServedFrom.class);
    private final Map<FailureClass, Counter> failed = new EnumMap<>(FailureClass.class);
    private final Counter resent;
    private final Counter storeFailed;
    /** When the token of a source ends, in milliseconds since 1970. */
    private final Map<String, AtomicLong> ends = new ConcurrentHashMap<>();

    TokenMeters(MeterRegistry registry, Tags tags) {
        this.registry = registry;
        this.tags = tags;
        for (ServedFrom from : ServedFrom.values()) {
            Map<ServedState, Counter> states = new EnumMap<>(ServedState.class);
            for (ServedState state : ServedState.values()) {
                states.put(state, servedCounter(from, state));
            }
            served.put(from, states);
        }
        for (FailureClass failure : FailureClass.values()) {
            failed.put(failure, failedCounter(failure));
        }
        resent = counter("oauth.client.token.resent", "Refresh tokens that were sent once more", Tags.empty());
        storeFailed = counter("oauth.client.store.failed", "Failed calls of a token store", Tags.empty());
    }

    private Counter servedCounter(ServedFrom from, ServedState state) {
        Tags which = Tags.of("from", shown(from), "state", shown(state));
        return counter("oauth.client.token.served", "Tokens that callers got", which);
    }

    private Counter failedCounter(FailureClass failure) {
        return counter("oauth.client.token.failed", "Tokens that were not obtained", Tags.of("class", shown(failure)));
    }

    private Counter counter(String name, String description, Tags which) {
        return Counter.builder(name)
                .description(description)
                .tags(tags.and(which))
                .register(registry);
    }

    void happened(TokenEvent event) {
        if (event instanceof TokenEvent.Served) {
            TokenEvent.Served it = (TokenEvent.Served) event;
            increment(served.getOrDefault(it.getFrom(), Map.of()).get(it.getState()));
            held(it.getSource(), it.getExpiresAt());
        } else if (event instanceof TokenEvent.Obtained) {
            held(event.getSource(), ((TokenEvent.Obtained) event).getExpiresAt());
        } else if (event instanceof TokenEvent.RefreshFailed) {
            increment(failed.get(((TokenEvent.RefreshFailed) event).getFailure()));
        } else if (event instanceof TokenEvent.Resent) {
            resent.increment();
        } else if (event instanceof TokenEvent.StoreFailed || event instanceof TokenEvent.StoreWriteFailed) {
            storeFailed.increment();
        }
    }

    /** What another instance obtained is served too. */
    private void held(EventSource source, Instant expiresAt) {
        String name = source.getName();
        if (name != null && source.getKind().equals("client_credentials")) {
            ends.computeIfAbsent(name, this::gauge).set(expiresAt.toEpochMilli());
        }
    }

    private AtomicLong gauge(String name) {
        AtomicLong end = new AtomicLong();
        Gauge.builder("oauth.client.token.seconds_left", end, this::secondsUntil)
                .description("How long the token lives that is in use")
                .tags(tags.and("source", name))
                .register(registry);
        return end;
    }

    private double secondsUntil(AtomicLong end) {
        return Math.max(0, end.get() - registry.config().clock().wallTime()) / MILLIS;
    }

    private static void increment(@Nullable Counter counter) {
        if (counter != null) {
            counter.increment();
        }
    }

    private static String shown(Enum<?> value) {
        return value.name().toLowerCase(ROOT);
    }
}
