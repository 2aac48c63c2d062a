package dev.openidclient.samples.javaweb;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class BackChannelLogoutTest {
    @Test
    void ofLogoutRequestWithoutEndNoMoreThan64KiBAreReadAndItIsRefused() throws IOException {
        try (Demo demo = Demo.start()) {
            URI address = URI.create(demo.url());
            try (Socket socket = new Socket(address.getHost(), address.getPort())) {
                socket.setSoTimeout(10_000);
                String head = "POST /backchannel-logout HTTP/1.1\r\nHost: " + address.getAuthority()
                        + "\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 1000000000\r\n\r\n";
                String sent = head + "logout_token=" + "x".repeat(64 * 1024);
                socket.getOutputStream().write(sent.getBytes(StandardCharsets.US_ASCII));
                socket.getOutputStream().flush();
                // the rest never comes
                String status = new BufferedReader(
                                new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))
                        .readLine();
                assertTrue(status.contains(" 400 "), status);
            }
        }
    }
}
