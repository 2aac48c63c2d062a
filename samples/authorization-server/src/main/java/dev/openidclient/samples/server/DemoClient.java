package dev.openidclient.samples.server;

/** A client that the server knows; {@code secret} is empty for a public client, and new at every start. */
public record DemoClient(String id, String secret) {
    @Override
    public String toString() {
        return "DemoClient[id=" + id + ", secret=██]";
    }
}
