package dev.openidclient.integration;

import static dev.openidclient.integration.Steps.await;
import static dev.openidclient.integration.Steps.callback;
import static dev.openidclient.integration.Steps.connect;
import static dev.openidclient.integration.Steps.person;
import static dev.openidclient.integration.Steps.signIn;
import static dev.openidclient.integration.Steps.signInRequest;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.openidclient.samples.server.BrowserStuckException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@WithOidcProvider
class RequiredPushedRequestIT {
    @ParameterizedTest(name = "where the server wants pushed requests, the client {0} pushes")
    @ValueSource(strings = {"public", "basic"})
    void pushed(String id) {
        var client = connect(OidcProvider.getParOnly(), id);
        var request = await(client.push(signInRequest(client)));
        assertEquals("alice", person(signIn(client, OidcProvider.browser(), request)));
    }

    @Test
    @DisplayName("where the server wants pushed requests, another has no URL")
    void noUrl() {
        var request = signInRequest(connect(OidcProvider.getParOnly(), "public"));
        assertThrows(IllegalStateException.class, request::getUrl);
    }

    @Test
    @DisplayName("a request URI works once")
    void once() {
        var client = connect(OidcProvider.getEverything(), "par");
        var request = await(client.push(signInRequest(client)));
        assertEquals("alice", person(signIn(client, OidcProvider.browser(), request)));
        var browser = OidcProvider.browser();
        assertThrows(BrowserStuckException.class, () -> callback(browser, request));
    }
}
