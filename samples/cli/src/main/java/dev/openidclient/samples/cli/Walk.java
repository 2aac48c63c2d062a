package dev.openidclient.samples.cli;

import dev.openidclient.async.AsyncErrors;
import dev.openidclient.error.ErrorCode;
import dev.openidclient.error.OAuthException;
import dev.openidclient.testserver.TestAuthorizationServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Comparator;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.regex.Pattern;

/** All commands, one after another, against a server in this process; the person is played by this class. */
final class Walk {
    private static final String CLIENT = "my-cli";
    private static final Pattern USER_CODE = Pattern.compile("enter (\\S+)");

    private final PrintStream out;
    private int steps;

    Walk(PrintStream out) {
        this.out = out;
    }

    /** Throws {@link IllegalStateException} where a step does not go as it should. */
    void run() throws IOException {
        Path directory = Files.createTempDirectory("openid-cli");
        try (var server = new TestAuthorizationServer()) {
            server.client(CLIENT).user("alice", Map.of("email", "alice@example.com"));
            server.listen();
            walk(server, new Config(server.getIssuer(), CLIENT, directory));
        } finally {
            delete(directory);
        }
        out.println("All " + steps + " steps went well.");
    }

    private void walk(TestAuthorizationServer server, Config config) throws IOException {
        say("login", with(config, cli -> cli.loginWithBrowser(url -> browse(server, url))));
        // another run: its tokens come from the file
        say("whoami", with(config, Cli::whoami));
        mustBeSealed(config);
        say("logout", with(config, Cli::logout));
        mustBeSignedOut(config);
        say("login --device", withDevice(server, config));
        say("whoami", with(config, Cli::whoami));
        say("logout", with(config, Cli::logout));
        mustBeSignedOut(config);
    }

    private interface Command {
        void run(Cli cli) throws IOException;
    }

    /** What a run of the program prints. */
    private static String with(Config config, Command command) throws IOException {
        var printed = new ByteArrayOutputStream();
        var to = new PrintStream(printed, true, StandardCharsets.UTF_8);
        try (Cli cli = new Cli(config, Clock.systemUTC(), to)) {
            command.run(cli);
        }
        return printed.toString(StandardCharsets.UTF_8).strip();
    }

    /** The person's part at the browser: they sign in, and the server sends them back to the program. */
    private static void browse(TestAuthorizationServer server, String url) {
        var callback =
                HttpRequest.newBuilder(URI.create(server.signIn(url, "alice"))).build();
        HttpClient.newHttpClient().sendAsync(callback, BodyHandlers.discarding());
    }

    /** The person's part at another device: they type the code there, and agree. */
    private static String withDevice(TestAuthorizationServer server, Config config) throws IOException {
        var printed = new ByteArrayOutputStream();
        var watched = new PrintStream(printed, true, StandardCharsets.UTF_8) {
            @Override
            public PrintStream printf(String format, Object... values) {
                super.printf(format, values);
                var code = USER_CODE.matcher(printed.toString(StandardCharsets.UTF_8));
                if (code.find()) {
                    server.approveDevice(code.group(1), "alice");
                }
                return this;
            }
        };
        try (Cli cli = new Cli(config, Clock.systemUTC(), watched)) {
            cli.loginWithDevice();
        }
        return printed.toString(StandardCharsets.UTF_8).strip();
    }

    private static void mustBeSignedOut(Config config) throws IOException {
        try {
            throw new IllegalStateException("after logout whoami says: " + with(config, Cli::whoami));
        } catch (CompletionException e) {
            boolean isSignedOut = AsyncErrors.unwrap(e) instanceof OAuthException failure
                    && failure.getCode().equals(ErrorCode.SIGN_IN_REQUIRED);
            if (!isSignedOut) {
                throw e;
            }
        }
    }

    /** The file has the session, and no word of it. */
    private static void mustBeSealed(Config config) throws IOException {
        String text = Files.readString(config.directory().resolve("tokens"));
        if (text.contains("access_token")
                || text.contains("alice")
                || text.lines().count() < 2) {
            throw new IllegalStateException("the token file is not as it should be");
        }
    }

    private void say(String command, String printed) {
        steps++;
        out.println("$ my-cli " + command);
        printed.lines().forEach(line -> out.println("  " + line));
    }

    private static void delete(Path directory) throws IOException {
        try (var paths = Files.walk(directory)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
