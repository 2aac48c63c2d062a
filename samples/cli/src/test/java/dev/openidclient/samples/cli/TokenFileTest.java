package dev.openidclient.samples.cli;

import static java.util.stream.Collectors.toList;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.openidclient.async.AsyncTokenStore;
import dev.openidclient.contract.TokenStoreContract;
import dev.openidclient.testserver.TestClock;
import dev.openidclient.tokenstore.TokenStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import kotlin.Unit;
import kotlin.coroutines.Continuation;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

class TokenFileTest {
    private static final Duration HOUR = Duration.ofHours(1);

    /** Another process, which has the lock of the file until its input ends. */
    private static final String HOLDER = """
            import java.nio.channels.FileChannel;
            import java.nio.file.*;
            class Holder {
                public static void main(String[] arguments) throws Exception {
                    try (var channel = FileChannel.open(Path.of(arguments[0]), StandardOpenOption.WRITE)) {
                        channel.lock();
                        System.out.println("held");
                        System.in.read();
                    }
                }
            }
            """;

    @TempDir
    private Path directory;

    private static final class Contract extends TokenStoreContract {
        private final Path file;
        private final TestClock clock = new TestClock();

        Contract(Path file) {
            this.file = file;
        }

        @Override
        public TokenStore store() {
            return AsyncTokenStore.toTokenStore(new TokenFile(file, clock));
        }

        /** As another run of the program has it. */
        @Override
        public TokenStore otherInstance(TokenStore store) {
            return store();
        }

        @Override
        public Object pass(Duration duration, Continuation<? super Unit> continuation) {
            clock.advance(duration);
            return Unit.INSTANCE;
        }
    }

    private TokenFile file() {
        return new TokenFile(directory.resolve("tokens"), Clock.systemUTC());
    }

    private void put(String value) {
        file().put("id", value, HOUR).toCompletableFuture().join();
    }

    @TestFactory
    List<DynamicTest> keepsWhatEveryTokenStoreOwes() {
        return new Contract(directory.resolve("tokens"))
                .checks().stream()
                        .map(check -> dynamicTest(check.getName(), check::run))
                        .collect(toList());
    }

    @Test
    void isReadByItsOwnerAlone() throws Exception {
        put("value");
        for (String name : List.of("tokens", "tokens.lock")) {
            var permissions = Files.getPosixFilePermissions(directory.resolve(name));
            assertEquals("rw-------", PosixFilePermissions.toString(permissions), name);
        }
    }

    @Test
    void isReplacedWhole() throws Exception {
        put("value");
        // of a run that was ended in the middle of it
        Files.writeString(directory.resolve("tokens.new"), "1\nhalf a li");

        put("other");

        assertEquals("other", file().load("id").toCompletableFuture().join().getValue());
        assertEquals(2, Files.readAllLines(directory.resolve("tokens")).size());
    }

    @Test
    void waitsForAnotherProcess() throws Exception {
        put("value");
        var java = ProcessHandle.current().info().command().orElseThrow();
        var source = Files.writeString(directory.resolve("Holder.java"), HOLDER);
        var lock = directory.resolve("tokens.lock");
        var holder = new ProcessBuilder(java, source.toString(), lock.toString()).start();
        try (var said = holder.inputReader()) {
            assertEquals("held", said.readLine());
            var load = file().load("id").toCompletableFuture();
            assertThrows(TimeoutException.class, () -> load.get(200, TimeUnit.MILLISECONDS));

            holder.outputWriter().close();

            assertEquals("value", load.get(10, TimeUnit.SECONDS).getValue());
        } finally {
            holder.destroy();
        }
    }

    @Test
    void failsWhereTheFileIsNotItsOwn() throws Exception {
        Files.writeString(directory.resolve("tokens"), "something else");
        assertThrows(
                CompletionException.class,
                () -> file().load("id").toCompletableFuture().join());
    }
}
