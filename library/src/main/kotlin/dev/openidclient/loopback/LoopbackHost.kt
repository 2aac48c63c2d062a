package dev.openidclient.loopback

/** The name of this machine in the redirect URI of a [LoopbackRedirect]. */
public enum class LoopbackHost(
    /** As it stands in the redirect URI. */
    internal val text: String,
) {
    /** `127.0.0.1`, which no hosts file and no resolver sends elsewhere: what RFC 8252 wants. */
    IPV4("127.0.0.1"),

    /**
     * `localhost`, for servers that know no other name ([RFC 8252
     * §8.3](https://www.rfc-editor.org/rfc/rfc8252#section-8.3) advises against it). Both `127.0.0.1` and `::1` are
     * bound then, for nobody knows which one a browser takes.
     */
    LOCALHOST("localhost"),
}
