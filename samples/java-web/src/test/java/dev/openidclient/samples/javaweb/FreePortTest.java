package dev.openidclient.samples.javaweb;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;

class FreePortTest {
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(printed, true);

    @Test
    void saysThatThePortIsTakenAndFindsAFreeOne() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int port = FreePort.find(taken.getLocalPort(), "web application", out);

            assertNotEquals(taken.getLocalPort(), port);
            assertEquals(
                    "Port " + taken.getLocalPort() + " is taken: the web application listens on port " + port + ".",
                    printed.toString().trim());
        }
    }

    @Test
    void saysNothingWhenAnyPortWillDo() throws IOException {
        assertTrue(FreePort.find(0, "web application", out) > 0);

        assertEquals("", printed.toString());
    }
}
