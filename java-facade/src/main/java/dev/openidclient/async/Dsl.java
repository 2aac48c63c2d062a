package dev.openidclient.async;

import static java.util.Objects.requireNonNull;

import java.util.function.Consumer;
import kotlin.Unit;
import kotlin.jvm.functions.Function1;

/** The builder functions of Kotlin. */
final class Dsl {
    private Dsl() {}

    static <B> Function1<B, Unit> dsl(Consumer<? super B> configure) {
        requireNonNull(configure, "configure");
        return builder -> {
            configure.accept(builder);
            return Unit.INSTANCE;
        };
    }
}
