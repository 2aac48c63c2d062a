package dev.openidclient.integration;

import static dev.openidclient.integration.Steps.await;
import static dev.openidclient.integration.Steps.connect;
import static dev.openidclient.integration.Steps.failure;
import static dev.openidclient.integration.Steps.person;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.openidclient.client.ClientSettings;
import dev.openidclient.error.ResponseBodyException;
import dev.openidclient.token.Poll;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import kotlinx.serialization.json.JsonElementKt;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** OpenID Connect Client-Initiated Backchannel Authentication, by poll and by ping. */
@WithOidcProvider
class CibaIT {
    private final InteropIssuer issuer = OidcProvider.getEverything();

    @Test
    @DisplayName("a person agrees on a device of their own")
    void agreed() {
        var client = connect(issuer, "ciba", ClientSettings::nonRepudiationChecks);
        var response = await(client.backchannelAuthentication(
                request -> request.scope("openid").loginHint("carol").bindingMessage("W4SCT")));
        issuer.approve(response.getAuthReqId());
        assertEquals("carol", person(await(client.backchannelAuthenticationGrant(response))));
    }

    @Test
    @DisplayName("a person refuses")
    void refused() {
        var client = connect(issuer, "ciba");
        var response = await(client.backchannelAuthentication(
                request -> request.scope("openid").loginHint("carol")));
        issuer.deny(response.getAuthReqId());
        var refused = failure(ResponseBodyException.class, client.backchannelAuthenticationGrant(response));
        assertEquals("access_denied", refused.getError());
    }

    @Test
    @DisplayName("a listener sees each poll until the person agrees")
    void polls() {
        var client = connect(issuer, "ciba");
        var response = await(client.backchannelAuthentication(
                request -> request.scope("openid").loginHint("carol")));
        List<Poll> polls = new CopyOnWriteArrayList<>();
        var tokens = client.backchannelAuthenticationGrant(response, request -> {}, poll -> {
            polls.add(poll);
            if (polls.size() == 1) {
                issuer.approve(response.getAuthReqId());
            }
        });
        assertEquals("carol", person(await(tokens)));
        assertInstanceOf(Poll.Pending.class, polls.get(0));
        assertInstanceOf(Poll.Granted.class, polls.get(1));
    }

    @Test
    @DisplayName("the server pings, then the tokens are there")
    void ping() {
        var client = connect(issuer, "ciba-ping");
        var response = await(client.backchannelAuthentication(
                request -> request.scope("openid").loginHint("carol").clientNotificationToken("a-notification-token")));
        assertNull(issuer.notification(response.getAuthReqId()));
        issuer.approve(response.getAuthReqId());
        var ping = issuer.notification(response.getAuthReqId());
        assertEquals(JsonElementKt.JsonPrimitive("Bearer a-notification-token"), ping.get("authorization"));
        assertEquals("carol", person(await(client.backchannelAuthenticationGrant(response))));
    }
}
