package dev.openidclient.samples.cli;

import dev.openidclient.tokenstore.StoreKey;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;

/**
 * The key that seals the token file, in a file of its own: who copies the tokens alone, as a backup may, has nothing. A
 * program that people install keeps this key in the keychain of the system.
 */
final class KeyFile {
    private static final int BYTES = 32;

    private KeyFile() {}

    /** The key of {@code directory}, made where there is none yet. */
    static StoreKey of(Path directory) throws IOException {
        Path file = directory.resolve("key");
        try (FileChannel lock = OwnFiles.open(directory.resolve("key.lock"))) {
            lock.lock(); // two first runs at once have one key
            if (!Files.exists(file)) {
                byte[] fresh = new byte[BYTES];
                new SecureRandom().nextBytes(fresh);
                OwnFiles.replace(file, fresh);
            }
            return new StoreKey("file", Files.readAllBytes(file));
        }
    }
}
