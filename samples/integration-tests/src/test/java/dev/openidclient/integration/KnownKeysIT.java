package dev.openidclient.integration;

import static dev.openidclient.integration.Steps.connect;
import static dev.openidclient.integration.Steps.person;
import static dev.openidclient.integration.Steps.signIn;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.openidclient.async.AsyncHttpTransport;
import dev.openidclient.client.ClientSettings;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The server's keys, kept for a runtime without memory. */
@ForEachServer
record KnownKeysIT(SignInServer server) {
    @Test
    @DisplayName("keys that were exported are not downloaded again")
    void exported() {
        var first = connect(server, server.getConfidentialClient(), ClientSettings::nonRepudiationChecks);
        assertNull(first.exportJwks());
        signIn(first, server.browser());
        var keys = first.exportJwks();

        Queue<String> requested = new ConcurrentLinkedQueue<>();
        var next = connect(server, server.getConfidentialClient(), settings -> {
            settings.nonRepudiationChecks();
            AsyncHttpTransport inner = AsyncHttpTransport.from(settings.getTransport());
            settings.transport(AsyncHttpTransport.toTransport(request -> {
                requested.add(request.getUrl());
                return inner.send(request);
            }));
        });
        assertTrue(next.importJwks(keys));
        assertEquals("alice", person(signIn(next, server.browser())));
        assertTrue(requested.contains(next.getServer().getTokenEndpoint()));
        assertFalse(requested.contains(next.getServer().getJwksUri()));
    }
}
