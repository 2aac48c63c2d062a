package dev.openidclient.integration;

import static dev.openidclient.integration.Steps.await;
import static dev.openidclient.integration.Steps.connect;
import static dev.openidclient.integration.Steps.failure;
import static dev.openidclient.integration.Steps.signIn;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.openidclient.error.ErrorCode;
import dev.openidclient.error.ValidationException;
import dev.openidclient.error.WwwAuthenticateChallengeException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@ForEachServer
record UserInfoIT(SignInServer server) {
    @Test
    @DisplayName("claims about the person who signed in")
    void claims() {
        var client = connect(server);
        var user = await(client.userInfo(signIn(client, server.browser())));
        assertEquals("alice", user.getSubject());
        assertEquals(server.getEmail(), user.getEmail());
    }

    @Test
    @DisplayName("claims for an access token and the subject that is expected")
    void expectedSubject() {
        var client = connect(server);
        var accessToken = signIn(client, server.browser()).getAccessToken();
        assertEquals(
                server.getEmail(), await(client.userInfo(accessToken, "alice")).getEmail());
        assertEquals(
                "alice", await(client.userInfoWithoutSubjectCheck(accessToken)).getSubject());
    }

    @Test
    @DisplayName("claims about another person are refused")
    void otherPerson() {
        var client = connect(server);
        var accessToken = signIn(client, server.browser()).getAccessToken();
        var refused = failure(ValidationException.class, client.userInfo(accessToken, "mallory"));
        assertEquals(ErrorCode.JSON_ATTRIBUTE_COMPARISON_FAILED, refused.getCode());
    }

    @Test
    @DisplayName("an access token that the server does not know is refused with a challenge")
    void challenge() {
        var refused = failure(
                WwwAuthenticateChallengeException.class, connect(server).userInfo("not-an-access-token", "alice"));
        assertEquals(401, refused.getStatus());
        assertEquals("bearer", refused.getChallenges().get(0).getScheme());
        assertEquals("invalid_token", refused.getChallenges().get(0).getError());
        assertFalse(refused.getMessage().contains("not-an-access-token"));
    }
}
