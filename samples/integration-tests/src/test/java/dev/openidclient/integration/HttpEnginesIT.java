package dev.openidclient.integration;

import static dev.openidclient.integration.Steps.await;
import static dev.openidclient.integration.Steps.connect;
import static dev.openidclient.integration.Steps.signIn;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.openidclient.async.AsyncHttpTransport;
import dev.openidclient.http.HttpEngine;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The client's own engines, closed with it, and a transport around another one. */
@ForEachServer
record HttpEnginesIT(SignInServer server) {
    @ParameterizedTest(name = "a person signs in through the engine {0}")
    @EnumSource
    void engines(HttpEngine engine) {
        try (var client = connect(server, server.getConfidentialClient(), settings -> {
            settings.transport(null);
            settings.engine(engine);
            settings.nonRepudiationChecks();
        })) {
            var tokens = signIn(client, server.browser(), server::askForRefreshToken);
            var user = await(client.refreshTokenGrant(tokens).thenCompose(client::userInfo));
            assertEquals("alice", user.getSubject());
        }
    }

    @Test
    @DisplayName("all requests go through the transport that is given")
    void givenTransport() {
        Queue<String> sent = new ConcurrentLinkedQueue<>();
        var client = connect(server, server.getConfidentialClient(), settings -> {
            AsyncHttpTransport inner = AsyncHttpTransport.from(settings.getTransport());
            settings.transport(AsyncHttpTransport.toTransport(request -> {
                sent.add(request.getMethod());
                return inner.send(request.withHeader("x-tenant", "a"));
            }));
        });
        await(client.userInfo(signIn(client, server.browser())));
        assertEquals(List.of("GET", "POST", "GET"), List.copyOf(sent));
    }
}
