package dev.openidclient.samples.javaweb;

import dev.openidclient.async.AsyncErrors;
import dev.openidclient.error.OAuthException;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;

/** Serves until Ctrl-C; with {@code --walk} walks through the application and exits with the outcome. */
public final class Main {
    private static final int APPLICATION_PORT = 8080;
    private static final int SERVER_PORT = 9000;
    private static final String USAGE = """
            Starts an authorization server and a web application that signs people in there.

              (nothing)   serve until Ctrl-C, for a person with a browser
              --walk      sign in and out without a person, print every step, and end; the status is 0 if all went well""";

    private Main() {}

    public static void main(String[] arguments) throws InterruptedException {
        int status = run(List.of(arguments), System.out);
        if (status != 0) {
            System.exit(status);
        }
    }

    /** Runs the program that {@code arguments} ask for and returns its exit status. */
    static int run(List<String> arguments, PrintStream out) throws InterruptedException {
        try {
            if (arguments.isEmpty()) {
                int port = FreePort.find(APPLICATION_PORT, "web application", out);
                return serve(Demo.start(port, SERVER_PORT, Clock.systemUTC()), out);
            }
            if (arguments.equals(List.of("--walk"))) {
                try (Demo demo = Demo.start()) {
                    return Walk.walk(demo, out);
                }
            }
        } catch (IOException e) {
            return failed(e, out);
        } catch (CompletionException e) {
            if (AsyncErrors.unwrap(e) instanceof OAuthException failure) {
                return failed(failure, out);
            }
            throw e;
        }
        out.println(USAGE);
        return arguments.equals(List.of("--help")) ? 0 : 2;
    }

    private static int failed(Exception failure, PrintStream out) {
        out.println("The web application did not start: " + failure.getMessage());
        return 1;
    }

    private static int serve(Demo demo, PrintStream out) throws InterruptedException {
        CountDownLatch stopped = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            demo.close();
            out.println("Stopped.");
            stopped.countDown();
        }));
        out.printf(
                """

                  Open         %s
                  Sign in as   %s
                  Password     %s   (new at every start)

                Ctrl-C stops it.
                """,
                demo.url(),
                demo.server().user().username(),
                demo.server().user().password());
        stopped.await();
        return 0;
    }
}
