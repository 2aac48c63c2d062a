package dev.openidclient.samples.javaweb;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class WalkTest {
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8);

    @Test
    void walksFromTheHomePageThroughSignInRefreshAndApiToSignOut() throws Exception {
        assertEquals(0, Main.run(List.of("--walk"), out), this::text);

        assertPrinted("All 10 steps went well.");
    }

    @Test
    void printsNoPasswordCodeStateOrToken() throws Exception {
        try (Demo demo = Demo.start()) {
            assertEquals(0, Walk.walk(demo, out), this::text);

            assertFalse(text().contains(demo.server().user().password()), this::text);
            assertPrinted("code=██&state=██");
            assertFalse(Pattern.compile("[\\w-]{20,}").matcher(text()).find(), this::text);
        }
    }

    @Test
    void failsWhenTheAuthorizationServerIsDown() throws Exception {
        try (Demo demo = Demo.start()) {
            demo.server().close();

            assertEquals(1, Walk.walk(demo, out), this::text);

            assertPrinted("FAILED: ");
        }
    }

    @Test
    void failsWhenTheApplicationIsDown() throws Exception {
        Demo demo = Demo.start();
        demo.close();

        assertEquals(1, Walk.walk(demo, out), this::text);

        assertPrinted("FAILED: no answer from " + demo.url());
    }

    @Test
    void refusesArgumentsThatItDoesNotKnow() throws Exception {
        assertEquals(2, Main.run(List.of("--wlak"), out));

        assertPrinted("--walk");
    }

    private void assertPrinted(String expected) {
        assertTrue(text().contains(expected), this::text);
    }

    private String text() {
        return printed.toString(StandardCharsets.UTF_8);
    }
}
