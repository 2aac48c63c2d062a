package dev.openidclient.async;

import java.util.function.Consumer;
import kotlin.Unit;
import kotlin.jvm.functions.Function1;

/** The builder functions of Kotlin. */
final class Dsl {
    private Dsl() {}

    static <B> Function1<B, Unit> dsl(Consumer<? super B> configure) {
        return builder -> {
            configure.accept(builder);
            return Unit.INSTANCE;
        };
    }
}
