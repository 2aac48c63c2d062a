package dev.openidclient.async;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ref.WeakReference;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A container that unloads a program with this library in it: both, and all that they need, have one class loader. */
class UnloadingTest {
    private static final Duration LONGEST = Duration.ofSeconds(30);

    private final StubServer server = new StubServer().answer("/token", 200, StubServer.TOKENS);
    private final SilentServer silent = new SilentServer();

    // its thread outlives the program, as a container's do
    private final ExecutorService container = Executors.newSingleThreadExecutor();

    @AfterEach
    void stop() throws IOException {
        container.shutdownNow();
        server.close();
        silent.close();
    }

    @Test
    @DisplayName("after close nothing keeps the class loader of a program that used the library")
    void nothingKeepsTheClassLoader() throws Exception {
        WeakReference<ClassLoader> program = container.submit(this::runProgram).get(2, TimeUnit.MINUTES);

        long end = System.nanoTime() + LONGEST.toNanos();
        while (program.get() != null && System.nanoTime() - end < 0) {
            System.gc();
            TimeUnit.MILLISECONDS.sleep(100);
        }

        assertNull(program.get(), "the class loader is still there");
    }

    private WeakReference<ClassLoader> runProgram() throws Exception {
        var thread = Thread.currentThread();
        var before = thread.getContextClassLoader();
        try (var loader = new URLClassLoader(classPath(), ClassLoader.getPlatformClassLoader())) {
            thread.setContextClassLoader(loader);
            Class<?> program = Class.forName(UnloadedProgram.class.getName(), true, loader);
            assertNotSame(UnloadedProgram.class, program);
            var run = program.getMethod("run", String.class, String.class, String.class);
            assertEquals(
                    "ended", run.invoke(null, server.metadata().getJson().toString(), silent.issuer(), "a-secret"));
            return new WeakReference<>(loader);
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    private static URL[] classPath() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                // a provider of cryptography that is native has a thread of its own, which never ends
                .filter(entry -> !entry.contains("CorrettoCrypto") && !entry.contains("conscrypt"))
                .map(entry -> {
                    try {
                        return Path.of(entry).toUri().toURL();
                    } catch (MalformedURLException e) {
                        throw new UncheckedIOException(e);
                    }
                })
                .toArray(URL[]::new);
    }
}
