package dev.openidclient.samples.cli;

import java.nio.file.Path;
import java.util.Map;

/** Where the program signs in, as which client, and where it keeps what it knows. */
record Config(String issuer, String clientId, Path directory) {
    /** From the environment: {@code CLI_ISSUER}, {@code CLI_CLIENT_ID}, and {@code CLI_HOME} for the directory. */
    static Config of(Map<String, String> environment, Path home) {
        String directory = environment.get("CLI_HOME");
        return new Config(
                required(environment, "CLI_ISSUER"),
                required(environment, "CLI_CLIENT_ID"),
                directory == null ? home.resolve(".config").resolve("openid-cli") : Path.of(directory));
    }

    private static String required(Map<String, String> environment, String name) {
        String value = environment.get(name);
        if (value == null || value.isBlank()) {
            throw new IllegalArgumentException("set " + name + " in the environment");
        }
        return value;
    }

    /** A server on this machine, as that of the walk, may be one without TLS. */
    boolean isLocal() {
        return issuer.startsWith("http://127.0.0.1:");
    }
}
