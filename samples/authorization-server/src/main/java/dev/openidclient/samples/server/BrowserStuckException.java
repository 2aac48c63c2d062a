package dev.openidclient.samples.server;

/** Thrown where a person would not know how to go on; names the page and what was missing there, and no secret. */
public final class BrowserStuckException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    BrowserStuckException(String message) {
        super(message);
    }

    BrowserStuckException(String message, Throwable cause) {
        super(message, cause);
    }
}
