package dev.openidclient.opentelemetry;

import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import kotlin.coroutines.AbstractCoroutineContextElement;
import kotlin.coroutines.CoroutineContext;
import kotlinx.coroutines.ThreadContextElement;

/** Makes a context of OpenTelemetry the current one on whatever thread a coroutine goes on. */
final class CurrentContext extends AbstractCoroutineContextElement implements ThreadContextElement<Scope> {
    private static final class Key implements CoroutineContext.Key<CurrentContext> {
        static final Key INSTANCE = new Key();
    }

    private final Context context;

    CurrentContext(Context context) {
        super(Key.INSTANCE);
        this.context = context;
    }

    @Override
    @SuppressWarnings("MustBeClosedChecker") // restoreThreadContext closes it
    public Scope updateThreadContext(CoroutineContext coroutineContext) {
        return context.makeCurrent();
    }

    @Override
    public void restoreThreadContext(CoroutineContext coroutineContext, Scope oldState) {
        oldState.close();
    }

    @Override
    public String toString() {
        return "CurrentContext";
    }
}
