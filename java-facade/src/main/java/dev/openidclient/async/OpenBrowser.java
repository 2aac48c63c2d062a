package dev.openidclient.async;

import java.io.IOException;

/** Starts the browser of this machine: what {@link AsyncLoopbackRedirect} sends a person away with. */
@FunctionalInterface
public interface OpenBrowser {
    /**
     * Opens {@code url} in a browser and returns without waiting for it. Called on a thread of its own, so it may
     * block.
     *
     * @throws IOException where no browser can be opened, which ends the sign-in; a program that prints the URL instead
     *     goes on
     */
    void open(String url) throws IOException;
}
