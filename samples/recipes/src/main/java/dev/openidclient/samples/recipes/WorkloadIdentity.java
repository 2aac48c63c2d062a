package dev.openidclient.samples.recipes;

import dev.openidclient.async.AsyncCustomTokens;
import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.async.AsyncTokenSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

public final class WorkloadIdentity {
    private WorkloadIdentity() {}

    /**
     * Tokens for the JWT that the platform keeps in {@code file} and replaces before it ends, as Kubernetes does. One for
     * the program; close it before the client. {@code token()}, back-off and the rest are as those of any other source.
     */
    public static AsyncCustomTokens workloadTokens(AsyncOpenIdClient client, Path file) {
        return AsyncTokenSource.of(
                settings -> settings.name("workload"),
                () -> client.jwtBearerGrant(read(file), request -> request.scope("orders:read")));
    }

    /** On a thread of the source's own, which may block. */
    private static String read(Path file) {
        try {
            return Files.readString(file).trim();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
