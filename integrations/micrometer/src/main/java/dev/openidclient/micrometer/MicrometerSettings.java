package dev.openidclient.micrometer;

/** The settings of a {@link MicrometerListener}. Read once, when it is made. */
public final class MicrometerSettings {
    private boolean tagsClientId;

    MicrometerSettings() {}

    /**
     * Tags what is counted of tokens with the client, as {@code client.id}. Not by default: a program with many clients
     * would have as many series of each meter.
     */
    public MicrometerSettings tagClientId() {
        tagsClientId = true;
        return this;
    }

    boolean tagsClientId() {
        return tagsClientId;
    }

    @Override
    public String toString() {
        return "MicrometerSettings(tagClientId=" + tagsClientId + ")";
    }
}
