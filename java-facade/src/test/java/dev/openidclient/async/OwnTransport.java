package dev.openidclient.async;

import dev.openidclient.http.HttpTransport;

/** Looks into a client for the transport that it made for itself: nothing public shows it. */
final class OwnTransport {
    private OwnTransport() {}

    static HttpTransport of(AsyncOpenIdClient client) throws ReflectiveOperationException {
        return (HttpTransport) field(client.client.getConnection(), "ownTransport");
    }

    private static Object field(Object owner, String name) throws ReflectiveOperationException {
        var field = owner.getClass().getDeclaredField(name);
        field.setAccessible(true);
        return field.get(owner);
    }
}
