package dev.openidclient.async;

import java.lang.reflect.Constructor;
import java.util.concurrent.Executor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import kotlin.coroutines.CoroutineContext;
import kotlinx.coroutines.ExecutorCoroutineDispatcher;
import org.jspecify.annotations.Nullable;

/**
 * The threads of a client that was given none: daemons, and one for everything that runs at the same time, so that
 * nobody waits for a thread that a caller's code blocks. They are virtual where the JDK has those (21 and later); else
 * they end when they were idle for a while, and at once after {@link #close}. They have the context class loader of the
 * thread that made the client, and nothing else of any other thread.
 */
final class OwnThreads extends ExecutorCoroutineDispatcher {
    private static final String NAME = "openid-client-";
    private static final long IDLE_SECONDS = 10;
    private static final AtomicLong COUNT = new AtomicLong();
    private static final @Nullable ThreadFactory VIRTUAL = virtual();

    private static final @Nullable Constructor<Thread> WITHOUT_LOCALS = constructorWithoutLocals();

    private final @Nullable ClassLoader loader = Thread.currentThread().getContextClassLoader();
    private final @Nullable ThreadPoolExecutor pool;
    private final Executor executor;

    OwnThreads() {
        this(VIRTUAL);
    }

    OwnThreads(@Nullable ThreadFactory virtual) {
        if (virtual != null) {
            pool = null;
            executor = work -> ofLoader(virtual.newThread(work)).start();
        } else {
            pool = new ThreadPoolExecutor(
                    0, Integer.MAX_VALUE, IDLE_SECONDS, TimeUnit.SECONDS, new SynchronousQueue<>(), this::newThread);
            executor = pool;
        }
    }

    @Override
    public Executor getExecutor() {
        return executor;
    }

    @Override
    public void dispatch(CoroutineContext context, Runnable block) {
        executor.execute(block);
    }

    /** What still runs goes on, on threads that end with it. */
    @Override
    public void close() {
        if (pool != null) {
            pool.setKeepAliveTime(0, TimeUnit.SECONDS);
        }
    }

    @Override
    public String toString() {
        return pool == null ? "virtual threads" : "threads";
    }

    private Thread newThread(Runnable work) {
        Thread thread = withoutLocals(work, NAME + COUNT.incrementAndGet());
        thread.setDaemon(true);
        return ofLoader(thread);
    }

    /** With nothing of the thread that makes it, but on Android, which has no such constructor. */
    private static Thread withoutLocals(Runnable work, String name) {
        try {
            return WITHOUT_LOCALS == null
                    ? new Thread(work, name)
                    : WITHOUT_LOCALS.newInstance(Thread.currentThread().getThreadGroup(), work, name, 0L, false);
        } catch (ReflectiveOperationException e) {
            return new Thread(work, name);
        }
    }

    private Thread ofLoader(Thread thread) {
        thread.setContextClassLoader(loader);
        return thread;
    }

    private static @Nullable Constructor<Thread> constructorWithoutLocals() {
        try {
            return Thread.class.getConstructor(
                    ThreadGroup.class, Runnable.class, String.class, long.class, boolean.class);
        } catch (NoSuchMethodException e) {
            return null;
        }
    }

    /** {@code Thread.ofVirtual()}; null where the JDK has none, or as a preview only. */
    private static @Nullable ThreadFactory virtual() {
        try {
            Class<?> type = Class.forName("java.lang.Thread$Builder");
            Object builder = Thread.class.getMethod("ofVirtual").invoke(null);
            builder = type.getMethod("name", String.class, long.class).invoke(builder, NAME, 1L);
            builder = type.getMethod("inheritInheritableThreadLocals", boolean.class)
                    .invoke(builder, false);
            return (ThreadFactory) type.getMethod("factory").invoke(builder);
        } catch (ReflectiveOperationException e) {
            return null;
        }
    }
}
