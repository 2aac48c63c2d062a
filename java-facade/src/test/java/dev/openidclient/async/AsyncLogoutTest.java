package dev.openidclient.async;

import static dev.openidclient.async.Failures.failure;
import static dev.openidclient.async.Failures.success;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.openidclient.error.ErrorCode;
import dev.openidclient.error.ReplayCacheException;
import dev.openidclient.error.ValidationException;
import dev.openidclient.http.Parameters;
import dev.openidclient.logout.LogoutAnswer;
import dev.openidclient.logout.LogoutRequest;
import dev.openidclient.logout.LogoutTokenChecks;
import dev.openidclient.testserver.TestServerSettings;
import dev.openidclient.token.LogoutToken;
import dev.openidclient.token.TokenResponse;
import dev.openidclient.tokenstore.InMemoryReplayCache;
import dev.openidclient.tokenstore.ReplayCache;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class AsyncLogoutTest {
    private final TokenSourceFixture fixture = new TokenSourceFixture(TestServerSettings::rotateRefreshTokens);
    private final ReplayCache replays = new InMemoryReplayCache();

    @AfterEach
    void stop() {
        fixture.close();
    }

    private String logoutToken(String subject, String sessionId) {
        return fixture.server.logoutToken(fixture.client.getClientId(), subject, sessionId);
    }

    @Test
    @DisplayName("a logout token ends the sessions that it is about")
    void endsSessions() throws Exception {
        try (AsyncUserTokens users = AsyncUserTokens.of(fixture.client, settings -> settings.backChannelLogout())) {
            TokenResponse tokens = fixture.server.tokens("alice", fixture.client.getClientId());
            success(users.put("a-session", tokens));
            success(users.put("another", fixture.server.tokens("bob", fixture.client.getClientId())));
            String form =
                    "logout_token=" + logoutToken("alice", tokens.getClaims().getSessionId());
            LogoutRequest request = LogoutRequest.read("application/x-www-form-urlencoded", form);

            LogoutToken verified = success(fixture.client.verifyLogoutToken(request.getLogoutToken(), replays));

            assertEquals("alice", verified.getSubject());
            assertEquals(1, success(users.endSessions(verified)));
            assertNull(success(users.load("a-session")));
            assertNotNull(success(users.load("another")));
            assertEquals(200, LogoutAnswer.accepted().getStatus());
        }
    }

    @Test
    @DisplayName("a logout token is taken once, and what a program's own cache fails with is told")
    void takenOnce() throws Exception {
        String token = logoutToken("alice", null);
        success(fixture.client.verifyLogoutToken(token, replays, LogoutTokenChecks::requireTyped));

        ValidationException again =
                failure(ValidationException.class, fixture.client.verifyLogoutToken(token, replays));

        assertEquals(ErrorCode.REPLAY_DETECTED, again.getCode());
        assertEquals(
                Map.of("cache-control", "no-store", "content-type", "application/json"),
                LogoutAnswer.refused(again).getHeaders());
        ReplayCache failing = AsyncReplayCache.toReplayCache(
                (String key, Instant until) -> CompletableFuture.failedFuture(new IllegalStateException("secret")));
        failure(ReplayCacheException.class, fixture.client.verifyLogoutToken(token, failing));
    }

    @Test
    @DisplayName("without backChannelLogout() in the settings no session can be found")
    void needsTheSetting() throws Exception {
        LogoutToken verified = success(fixture.client.verifyLogoutToken(logoutToken("alice", null), replays));
        try (AsyncUserTokens users = AsyncUserTokens.of(fixture.client)) {
            failure(IllegalStateException.class, users.endSessions(verified));
        }
    }

    @Test
    @DisplayName("a logout through a frame, and the way back from a logout, are compared at once")
    void compares() {
        TokenResponse tokens = fixture.server.tokens("alice", fixture.client.getClientId());
        var session = tokens.getClaims();
        var own = Parameters.of(Map.of("iss", session.getIssuer(), "sid", session.getSessionId()));
        var foreign = Parameters.of(Map.of("iss", session.getIssuer(), "sid", "another"));

        fixture.client.verifyFrontChannelLogout(own, session);
        fixture.client.verifyEndSessionReturn(Parameters.of(Map.of("state", "s")), "s");

        assertThrows(ValidationException.class, () -> fixture.client.verifyFrontChannelLogout(foreign, session));
        assertThrows(ValidationException.class, () -> fixture.client.verifyEndSessionReturn(Parameters.EMPTY, "s"));
    }
}
