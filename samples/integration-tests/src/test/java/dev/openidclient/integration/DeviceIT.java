package dev.openidclient.integration;

import static dev.openidclient.integration.Steps.await;
import static dev.openidclient.integration.Steps.connect;
import static dev.openidclient.integration.Steps.failure;
import static dev.openidclient.integration.Steps.person;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.error.ResponseBodyException;
import dev.openidclient.token.Poll;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** RFC 8628. */
@WithOidcProvider
class DeviceIT {
    private final AsyncOpenIdClient client = connect(OidcProvider.getEverything(), "device");

    @Test
    @DisplayName("a person allows the device")
    void allowed() {
        var device = await(client.deviceAuthorization(request -> request.scope("openid")));
        assertEquals(Duration.ofSeconds(1), device.getInterval());
        OidcProvider.browser().approveDevice(device.getVerificationUriComplete());
        assertEquals("alice", person(await(client.deviceCodeGrant(device))));
    }

    @Test
    @DisplayName("a person refuses the device")
    void refused() {
        var device = await(client.deviceAuthorization(request -> request.scope("openid")));
        OidcProvider.browser().denyDevice(device.getVerificationUriComplete());
        var refused = failure(ResponseBodyException.class, client.deviceCodeGrant(device));
        assertEquals("access_denied", refused.getError());
    }

    @Test
    @DisplayName("a listener sees each poll until the person allows it")
    void polls() {
        var device = await(client.deviceAuthorization(request -> request.scope("openid")));
        List<Poll> polls = new CopyOnWriteArrayList<>();
        var tokens = client.deviceCodeGrant(device, request -> {}, poll -> {
            polls.add(poll);
            if (polls.size() == 1) {
                OidcProvider.browser().approveDevice(device.getVerificationUriComplete());
            }
        });
        assertEquals("alice", person(await(tokens)));
        assertInstanceOf(Poll.Pending.class, polls.get(0));
        assertInstanceOf(Poll.Granted.class, polls.get(1));
    }

    @Test
    @DisplayName("cancelling the future stops the polling, and another goes on")
    void cancelled() {
        var device = await(client.deviceAuthorization(request -> request.scope("openid")));
        CompletableFuture<Poll> polled = new CompletableFuture<>();
        var tokens = client.deviceCodeGrant(device, request -> {}, polled::complete);
        assertInstanceOf(Poll.Pending.class, await(polled));
        assertTrue(tokens.cancel(true));
        OidcProvider.browser().approveDevice(device.getVerificationUriComplete());
        // the code is taken once, so nothing has taken it
        assertEquals("alice", person(await(client.deviceCodeGrant(device))));
    }
}
