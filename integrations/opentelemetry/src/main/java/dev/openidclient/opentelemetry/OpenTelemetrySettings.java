package dev.openidclient.opentelemetry;

/** The settings of a {@link OpenTelemetryListener}. Read once, when it is made. */
public final class OpenTelemetrySettings {
    private boolean tagsClientId;

    OpenTelemetrySettings() {}

    /**
     * Adds the client to what is counted of tokens, as the attribute {@code client.id}. Not by default: a program with many clients
     * would have as many series of each meter.
     */
    public OpenTelemetrySettings tagClientId() {
        tagsClientId = true;
        return this;
    }

    boolean tagsClientId() {
        return tagsClientId;
    }

    @Override
    public String toString() {
        return "OpenTelemetrySettings(tagClientId=" + tagsClientId + ")";
    }
}
