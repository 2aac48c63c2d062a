package dev.openidclient.samples.cli;

import dev.openidclient.async.AsyncErrors;
import dev.openidclient.error.ErrorCode;
import dev.openidclient.error.OAuthException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;

/** One command a run. The exit status is 0 where it went well, 1 where it failed, 2 where there is no such command. */
public final class Main {
    private static final String USAGE = """
            Signs in at an OpenID provider, and keeps the tokens in a sealed file.

              login            sign in: with the browser of this machine where there is one, else with another device
              login --device   sign in with another device, as over ssh
              whoami           say who is signed in
              logout           sign out: forget the tokens here and at the server
              --walk           all of it without a person, at a server of its own; the status is 0 if all went well

            CLI_ISSUER and CLI_CLIENT_ID in the environment name the provider and the client, CLI_HOME the directory""";

    private final Map<String, String> environment;
    private final PrintStream out;

    Main(Map<String, String> environment, PrintStream out) {
        this.environment = environment;
        this.out = out;
    }

    public static void main(String[] arguments) {
        int status = new Main(System.getenv(), System.out).run(List.of(arguments));
        if (status != 0) {
            System.exit(status);
        }
    }

    /** Runs the command that {@code arguments} name. */
    int run(List<String> arguments) {
        try {
            switch (String.join(" ", arguments)) {
                case "login" ->
                    with(cli -> {
                        if (SystemBrowser.isThere(environment)) {
                            cli.loginWithBrowser(new SystemBrowser(out));
                        } else {
                            cli.loginWithDevice();
                        }
                    });
                case "login --device" -> with(Cli::loginWithDevice);
                case "whoami" -> with(Cli::whoami);
                case "logout" -> with(Cli::logout);
                case "--walk" -> new Walk(out).run();
                default -> {
                    out.println(USAGE);
                    return arguments.equals(List.of("--help")) ? 0 : 2;
                }
            }
            return 0;
        } catch (CompletionException e) {
            return failed(AsyncErrors.unwrap(e));
        } catch (OAuthException | IOException | IllegalArgumentException | IllegalStateException e) {
            return failed(e);
        }
    }

    private int failed(Throwable failure) {
        boolean isSignedOut =
                failure instanceof OAuthException refused && refused.getCode().equals(ErrorCode.SIGN_IN_REQUIRED);
        out.println(isSignedOut ? "You are not signed in: login does it" : "FAILED: " + failure.getMessage());
        return 1;
    }

    private interface Command {
        void run(Cli cli) throws IOException;
    }

    private void with(Command command) throws IOException {
        var config = Config.of(environment, Path.of(System.getProperty("user.home")));
        try (Cli cli = new Cli(config, Clock.systemUTC(), out)) {
            command.run(cli);
        }
    }
}
