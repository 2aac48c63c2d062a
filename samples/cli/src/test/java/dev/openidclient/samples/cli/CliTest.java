package dev.openidclient.samples.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CliTest {
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8);

    private int run(Map<String, String> environment, String... arguments) {
        return new Main(environment, out).run(List.of(arguments));
    }

    private String text() {
        return printed.toString(StandardCharsets.UTF_8);
    }

    @Test
    void walksThroughSignInByBrowserAndByDeviceToSignOut() {
        assertEquals(0, run(Map.of(), "--walk"), this::text);

        assertTrue(text().contains("Signed in as alice"), this::text);
        assertTrue(text().contains("You are alice, alice@example.com"), this::text);
        assertTrue(text().contains("All 6 steps went well."), this::text);
        assertFalse(Pattern.compile("[\\w-]{30,}").matcher(text()).find(), this::text);
    }

    @Test
    void saysWhatIsMissing() {
        assertEquals(1, run(Map.of(), "whoami"));
        assertTrue(text().contains("set CLI_ISSUER in the environment"), this::text);
    }

    @Test
    void saysThatTheServerCannotBeReached(@TempDir Path home) {
        var environment =
                Map.of("CLI_ISSUER", "http://127.0.0.1:1", "CLI_CLIENT_ID", "my-cli", "CLI_HOME", home.toString());

        assertEquals(1, run(environment, "whoami"));
        assertTrue(text().contains("FAILED: "), this::text);
    }

    @Test
    void refusesCommandsThatItDoesNotKnow() {
        assertEquals(2, run(Map.of(), "logni"));
        assertTrue(text().contains("--walk"), this::text);
    }
}
