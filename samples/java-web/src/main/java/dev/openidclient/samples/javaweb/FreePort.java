package dev.openidclient.samples.javaweb;

import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/** Finds a port to listen on. */
final class FreePort {
    private FreePort() {}

    /** {@code wanted}, or, where it is 0 or taken, a port that is free; the latter is said on {@code out}. */
    static int find(int wanted, String what, PrintStream out) throws IOException {
        try {
            return bound(wanted);
        } catch (IOException e) {
            if (wanted == 0) {
                throw e;
            }
        }
        int port = bound(0);
        out.println("Port " + wanted + " is taken: the " + what + " listens on port " + port + ".");
        return port;
    }

    private static int bound(int port) throws IOException {
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return socket.getLocalPort();
        }
    }
}
