package dev.openidclient.samples.cli;

import dev.openidclient.async.OpenBrowser;
import java.awt.Desktop;
import java.awt.GraphicsEnvironment;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.util.Map;

/** The browser of this machine. */
final class SystemBrowser implements OpenBrowser {
    private final PrintStream out;

    SystemBrowser(PrintStream out) {
        this.out = out;
    }

    /** Whether there is one, and the person sits in front of it: not over ssh, and not in a container. */
    static boolean isThere(Map<String, String> environment) {
        return environment.get("SSH_CONNECTION") == null
                && !GraphicsEnvironment.isHeadless()
                && Desktop.isDesktopSupported()
                && Desktop.getDesktop().isSupported(Desktop.Action.BROWSE);
    }

    @Override
    public void open(String url) {
        out.println("If no browser opens, go to " + url);
        try {
            Desktop.getDesktop().browse(URI.create(url));
        } catch (IOException | UnsupportedOperationException e) {
            out.println("No browser opens: " + e.getMessage());
        }
    }
}
