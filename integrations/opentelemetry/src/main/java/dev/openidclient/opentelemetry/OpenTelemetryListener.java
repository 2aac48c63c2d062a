package dev.openidclient.opentelemetry;

import static java.util.Objects.requireNonNull;

import dev.openidclient.event.ClientListener;
import dev.openidclient.event.Observation;
import dev.openidclient.event.Operation;
import dev.openidclient.event.TokenEvent;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.ContextKey;
import java.util.List;
import java.util.function.Consumer;
import kotlin.coroutines.CoroutineContext;
import kotlin.coroutines.EmptyCoroutineContext;
import org.jspecify.annotations.Nullable;

/**
 * Spans and metrics of what clients and token sources do, in OpenTelemetry: one for the program, given to every client as
 * {@code listener}.
 *
 * <pre>{@code
 * var telemetry = OpenTelemetryListener.of(openTelemetry);
 * var client = AsyncOpenIdClient.lazily(issuer, clientId, settings -> settings.listener(telemetry));
 * }</pre>
 *
 * <p>Each request has a span {@code oauth <operation>} of the kind {@code INTERNAL}, with {@code server.address}, {@code
 * server.port}, {@code http.response.status_code} and, where it failed, {@code error.type}: the registered {@code error}
 * of the server's answer, else a code of {@link dev.openidclient.error.ErrorCode}, or {@code CANCELLED}. It is a child of
 * the caller's span, and current while the request is sent, wherever that goes on; the span of the HTTP request is the
 * HTTP client's to make, and becomes its child. What a caller sets off for others too, a renewal of tokens, a discovery
 * or an introspection, is a trace of its own, linked to that caller's span.
 *
 * <p>The metrics: histogram {@code oauth.client.operation.duration}, in seconds, with {@code oauth.operation}, {@code
 * server.address}, {@code http.response.status_code} and {@code error.type}; counters {@code oauth.client.token.served}
 * ({@code from}, {@code state}), {@code oauth.client.token.failed} ({@code class}), {@code oauth.client.token.resent} and
 * {@code oauth.client.store.failed}.
 *
 * <p>No attribute has a user, session, token or scope in it. The page {@code docs/observing.md} shows how it is used.
 */
public final class OpenTelemetryListener implements ClientListener {
    /** The span of who set off what runs now, in a trace of its own. */
    static final ContextKey<SpanContext> SET_OFF_BY = ContextKey.named("dev.openidclient.set-off-by");

    private static final String SCOPE = "dev.openidclient";
    /** As the conventions have them for HTTP requests. */
    private static final List<Double> SECONDS =
            List.of(0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0);

    private final Tracer tracer;
    private final DoubleHistogram durations;
    private final TokenCounters counters;

    private OpenTelemetryListener(OpenTelemetry openTelemetry, OpenTelemetrySettings settings) {
        tracer = openTelemetry.getTracer(SCOPE);
        Meter meter = openTelemetry.getMeter(SCOPE);
        durations = meter.histogramBuilder("oauth.client.operation.duration")
                .setUnit("s")
                .setDescription("Requests to the authorization server, and to resource servers")
                .setExplicitBucketBoundariesAdvice(SECONDS)
                .build();
        counters = new TokenCounters(meter, settings.tagsClientId());
    }

    /** A listener that tells {@code openTelemetry}. */
    public static OpenTelemetryListener of(OpenTelemetry openTelemetry) {
        return of(openTelemetry, settings -> {});
    }

    /** The same, as {@code configure} says. */
    public static OpenTelemetryListener of(
            OpenTelemetry openTelemetry, Consumer<? super OpenTelemetrySettings> configure) {
        OpenTelemetrySettings settings = new OpenTelemetrySettings();
        requireNonNull(configure, "configure").accept(settings);
        return new OpenTelemetryListener(requireNonNull(openTelemetry, "openTelemetry"), settings);
    }

    @Override
    public Observation started(Operation operation) {
        Context current = Context.current();
        SpanBuilder builder = tracer.spanBuilder("oauth " + operation.getName())
                .setSpanKind(SpanKind.INTERNAL)
                .setParent(current)
                .setAttribute(Conventions.SERVER_ADDRESS, operation.getServerAddress());
        if (operation.getServerPort() > 0) {
            builder.setAttribute(Conventions.SERVER_PORT, (long) operation.getServerPort());
        }
        SpanContext setOffBy = current.get(SET_OFF_BY);
        if (setOffBy != null && !Span.fromContext(current).getSpanContext().isValid()) {
            builder.addLink(setOffBy);
        }
        Span span = builder.startSpan();
        return new ObservedOperation(operation, span, current.with(span), durations);
    }

    @Override
    public CoroutineContext backgroundContext() {
        SpanContext caller = caller(Context.current());
        return caller == null
                ? EmptyCoroutineContext.INSTANCE
                : new CurrentContext(Context.root().with(SET_OFF_BY, caller));
    }

    /** Whose work sets off other work; null: nobody's that is traced. */
    private static @Nullable SpanContext caller(Context current) {
        SpanContext span = Span.fromContext(current).getSpanContext();
        return span.isValid() ? span : current.get(SET_OFF_BY);
    }

    @Override
    public void happened(TokenEvent event) {
        counters.happened(event);
    }

    @Override
    public String toString() {
        return "OpenTelemetryListener";
    }
}
