package dev.openidclient.spring;

import org.jspecify.annotations.Nullable;

/** A property of clients is missing, unknown or wrong: its message names the property, and never shows a secret or a key. */
public final class InvalidPropertyException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String property;
    private final String advice;

    InvalidPropertyException(String property, String what, String advice, @Nullable Throwable cause) {
        super(property + " " + what, cause);
        this.property = property;
        this.advice = advice;
    }

    /** The whole name of the property. */
    public String getProperty() {
        return property;
    }

    /** What it may be. */
    public String getAdvice() {
        return advice;
    }
}
