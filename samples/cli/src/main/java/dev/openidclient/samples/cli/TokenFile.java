package dev.openidclient.samples.cli;

import dev.openidclient.async.AsyncTokenStore;
import dev.openidclient.tokenstore.Lease;
import dev.openidclient.tokenstore.StoredEntry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;

/**
 * A token store in one file, for all runs of the program of one person. Each step holds the lock of a file beside it,
 * so that of two runs at once one waits; and replaces the file whole. The values are sealed before they come here.
 */
final class TokenFile implements AsyncTokenStore {
    private static final Duration LONGEST = Duration.ofDays(36_500);
    private static final String NOBODY = "-";

    /** Of one process: its threads cannot hold the lock of a file against each other. */
    private static final Object ONE_AT_A_TIME = new Object();

    private static final ExecutorService THREAD = Executors.newSingleThreadExecutor(work -> {
        Thread thread = new Thread(work, "token-file");
        thread.setDaemon(true);
        return thread;
    });

    private final Path file;
    private final Path lock;
    private final Clock clock;

    TokenFile(Path file, Clock clock) {
        this.file = file;
        this.lock = file.resolveSibling(file.getFileName() + ".lock");
        this.clock = clock;
    }

    /** One line of the file. */
    private record Entry(long version, long end, String owner, long leaseEnd, String value) {
        Entry leasedTo(String newOwner, long newEnd) {
            return new Entry(version, end, newOwner, newEnd, value);
        }
    }

    /** What the file has, while the lock is held. */
    private final class Content {
        private final Map<String, Entry> entries = new HashMap<>();
        private final long now = clock.millis();
        private long highest;
        private boolean isChanged;

        /** The first line is the highest version that ever was: no version comes twice. */
        void read() throws IOException {
            List<String> lines;
            try {
                lines = Files.readAllLines(file, StandardCharsets.US_ASCII);
            } catch (NoSuchFileException none) {
                return;
            }
            highest = Long.parseLong(lines.get(0));
            for (String line : lines.subList(1, lines.size())) {
                String[] parts = line.split(" ", -1);
                Entry entry = new Entry(
                        Long.parseLong(parts[1]),
                        Long.parseLong(parts[2]),
                        parts[3],
                        Long.parseLong(parts[4]),
                        parts[5]);
                if (entry.end() > now) {
                    entries.put(parts[0], entry);
                }
            }
        }

        void write() throws IOException {
            StringBuilder text = new StringBuilder().append(highest).append('\n');
            entries.forEach((id, entry) -> text.append(id)
                    .append(' ')
                    .append(entry.version())
                    .append(' ')
                    .append(entry.end())
                    .append(' ')
                    .append(entry.owner())
                    .append(' ')
                    .append(entry.leaseEnd())
                    .append(' ')
                    .append(entry.value())
                    .append('\n'));
            OwnFiles.replace(file, text.toString().getBytes(StandardCharsets.US_ASCII));
        }

        void set(String id, Entry entry) {
            entries.put(id, entry);
            highest = Math.max(highest, entry.version());
            isChanged = true;
        }

        /** In place of what was there, with the next version. */
        void put(String id, String value, Duration lifetime) {
            Entry before = entries.get(id);
            long version = before == null ? highest + 1 : before.version() + 1;
            set(id, new Entry(version, after(lifetime), NOBODY, 0, value));
        }

        void drop(String id) {
            isChanged |= entries.remove(id) != null;
        }

        long after(Duration time) {
            return Instant.ofEpochMilli(now)
                    .plus(time.compareTo(LONGEST) < 0 ? time : LONGEST)
                    .toEpochMilli();
        }

        boolean isLeased(String id, long version, String owner) {
            Entry entry = entries.get(id);
            return entry != null && entry.version() == version && entry.owner().equals(owner);
        }
    }

    @Override
    public CompletionStage<StoredEntry> load(String id) {
        return step(content -> {
            Entry entry = content.entries.get(id);
            return entry == null ? null : new StoredEntry(entry.version(), entry.value());
        });
    }

    @Override
    public CompletionStage<?> put(String id, String value, Duration lifetime) {
        return step(content -> {
            content.put(id, value, lifetime);
            return true;
        });
    }

    @Override
    public CompletionStage<Lease> lease(String id, long version, String owner, Duration duration) {
        return step(content -> {
            Entry entry = content.entries.get(id);
            if (entry == null) {
                return Lease.Gone.INSTANCE;
            }
            if (entry.version() != version) {
                return Lease.Changed.INSTANCE;
            }
            boolean isOthers = !entry.owner().equals(NOBODY) && !entry.owner().equals(owner);
            if (isOthers && entry.leaseEnd() > content.now) {
                return new Lease.Held(Duration.ofMillis(entry.leaseEnd() - content.now));
            }
            content.set(id, entry.leasedTo(owner, content.after(duration)));
            return new Lease.Acquired(isOthers);
        });
    }

    @Override
    public CompletionStage<Boolean> renew(String id, long version, String owner, Duration duration) {
        return step(content -> {
            boolean isOwn = content.isLeased(id, version, owner);
            if (isOwn) {
                content.set(id, content.entries.get(id).leasedTo(owner, content.after(duration)));
            }
            return isOwn;
        });
    }

    @Override
    public CompletionStage<Boolean> commit(String id, long version, String value, Duration lifetime) {
        return step(content -> {
            Entry entry = content.entries.get(id);
            if ((entry == null ? 0 : entry.version()) != version) {
                return false;
            }
            if (lifetime.isZero()) {
                content.drop(id);
            } else {
                content.put(id, value, lifetime);
            }
            return true;
        });
    }

    @Override
    public CompletionStage<?> release(String id, long version, String owner) {
        return step(content -> {
            if (content.isLeased(id, version, owner)) {
                content.set(id, content.entries.get(id).leasedTo(NOBODY, 0));
            }
            return true;
        });
    }

    @Override
    public CompletionStage<?> remove(String id) {
        return step(content -> {
            content.drop(id);
            return true;
        });
    }

    @Override
    public CompletionStage<String> take(String id) {
        return step(content -> {
            Entry entry = content.entries.get(id);
            content.drop(id);
            return entry == null ? null : entry.value();
        });
    }

    @Override
    public String toString() {
        return "TokenFile(" + file + ")";
    }

    private <T> CompletionStage<T> step(Function<Content, T> change) {
        return CompletableFuture.supplyAsync(
                () -> {
                    synchronized (ONE_AT_A_TIME) {
                        return locked(change);
                    }
                },
                THREAD);
    }

    private <T> T locked(Function<Content, T> change) {
        try (FileChannel channel = OwnFiles.open(lock)) {
            channel.lock(); // until the channel is closed
            Content content = new Content();
            content.read();
            T result = change.apply(content);
            if (content.isChanged) {
                content.write();
            }
            return result;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
