package dev.openidclient.async;

import org.jspecify.annotations.Nullable;

/** The body of an answer; null where that has none, or is discarded. */
final class Judged<T> {
    private final @Nullable T value;

    private Judged(@Nullable T value) {
        this.value = value;
    }

    static <T> Judged<T> of(@Nullable T value) {
        return new Judged<>(value);
    }

    static <T> Judged<T> discarded() {
        return new Judged<>(null);
    }

    @Nullable
    T value() {
        return value;
    }
}
