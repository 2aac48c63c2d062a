package dev.openidclient.async;

import org.jspecify.annotations.Nullable;

/** The body of an answer, or that it is discarded. */
final class Judged<T> {
    private final boolean delivered;
    private final @Nullable T value;

    private Judged(boolean delivered, @Nullable T value) {
        this.delivered = delivered;
        this.value = value;
    }

    static <T> Judged<T> of(@Nullable T value) {
        return new Judged<>(true, value);
    }

    static <T> Judged<T> discarded() {
        return new Judged<>(false, null);
    }

    boolean isDelivered() {
        return delivered;
    }

    @Nullable
    T value() {
        return value;
    }
}
