package dev.openidclient.opentelemetry;

import dev.openidclient.event.Observation;
import dev.openidclient.event.Operation;
import dev.openidclient.event.Outcome;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Context;
import java.time.Duration;
import kotlin.coroutines.CoroutineContext;

/** One request, with its span. */
final class ObservedOperation implements Observation {
    private static final double NANOS = 1e9;

    private final Operation operation;
    private final Span span;
    private final Context context;
    private final DoubleHistogram durations;

    ObservedOperation(Operation operation, Span span, Context context, DoubleHistogram durations) {
        this.operation = operation;
        this.span = span;
        this.context = context;
        this.durations = durations;
    }

    @Override
    public CoroutineContext getContext() {
        return new CurrentContext(context);
    }

    @Override
    public void finished(Outcome outcome) {
        AttributesBuilder metric = Attributes.builder()
                .put(Conventions.OPERATION, operation.getName())
                .put(Conventions.SERVER_ADDRESS, operation.getServerAddress());
        Integer status = outcome.getStatus();
        if (status != null) {
            span.setAttribute(Conventions.STATUS, status.longValue());
            metric.put(Conventions.STATUS, status.longValue());
        }
        String errorType = Conventions.errorType(outcome);
        if (errorType != null) {
            span.setAttribute(Conventions.ERROR_TYPE, errorType);
            metric.put(Conventions.ERROR_TYPE, errorType);
        }
        if (Conventions.isFailure(errorType)) {
            span.setStatus(StatusCode.ERROR);
        }
        durations.record(seconds(outcome.getDuration()), metric.build(), context);
        span.end();
    }

    private static double seconds(Duration duration) {
        return duration.toNanos() / NANOS;
    }
}
