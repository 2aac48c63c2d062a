package dev.openidclient.async;

import static dev.openidclient.async.Failures.failure;
import static dev.openidclient.async.Failures.success;
import static java.util.stream.Collectors.toList;
import static java.util.stream.Collectors.toSet;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.openidclient.error.ErrorCode;
import dev.openidclient.error.OAuthException;
import dev.openidclient.error.ResponseBodyException;
import dev.openidclient.error.TokenSourceException;
import dev.openidclient.testserver.TestServerSettings;
import dev.openidclient.token.TokenResponse;
import dev.openidclient.tokensource.AfterDoubt;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class AsyncUserTokensTest {
    private static final String SESSION = "the-session";

    private final TokenSourceFixture fixture = new TokenSourceFixture(TestServerSettings::rotateRefreshTokens);
    private final AsyncUserTokens sessions = AsyncUserTokens.of(fixture.client);
    private final AsyncTokenSource source = sessions.source(SESSION);

    @AfterEach
    void stop() {
        sessions.close();
        fixture.close();
    }

    private TokenResponse signIn() throws Exception {
        TokenResponse tokens = fixture.server.tokens();
        success(sessions.put(SESSION, tokens));
        return tokens;
    }

    /** So that the next call refreshes. */
    private void refuse() throws Exception {
        source.invalidate(success(source.token()));
    }

    @Test
    @DisplayName("the tokens of a sign-in are handed out without a request, the second time at once")
    void keeps() throws Exception {
        TokenResponse tokens = signIn();

        assertEquals(tokens.getAccessToken(), success(source.token()).getAccessToken());
        assertTrue(source.token().isDone());
        assertEquals(0, fixture.tokenRequests());
        assertEquals(tokens.getClaims(), success(sessions.load(SESSION)).getClaims());
    }

    @Test
    @DisplayName("a refresh is one request for all callers, and no refresh token is sent twice")
    void refreshesOnce() throws Exception {
        signIn();
        refuse();

        var futures = Stream.generate(source::token).limit(50).collect(toList());

        Set<String> brought = futures.stream()
                .map(CompletableFuture::join)
                .map(TokenResponse::getAccessToken)
                .collect(toSet());
        assertEquals(1, brought.size());
        assertEquals(1, fixture.tokenRequests());
        assertEquals(0, fixture.server.getReusedRefreshTokens());
    }

    @Test
    @DisplayName("a refresh whose callers have all given up is kept: the next call has its tokens")
    void allCancelled() throws Exception {
        TokenResponse first = signIn();
        refuse();
        fixture.shutGate();
        var waiters = Stream.generate(source::token).limit(3).collect(toList());
        fixture.awaitRequest();

        waiters.forEach(waiter -> waiter.cancel(true));
        fixture.openGate();

        TokenResponse next = success(source.token());
        assertNotEquals(first.getRefreshToken(), next.getRefreshToken());
        assertEquals(1, fixture.tokenRequests());
        assertEquals(0, fixture.server.getReusedRefreshTokens());
    }

    @Test
    @DisplayName("a session that nobody knows needs a sign-in")
    void unknownSession() throws Exception {
        var failed = failure(TokenSourceException.class, source.token());

        assertEquals(ErrorCode.SIGN_IN_REQUIRED, failed.getCode());
        assertFalse(failed.getMessage().contains(SESSION), failed::getMessage);
        assertNull(success(sessions.load(SESSION)));
    }

    @Test
    @DisplayName("a session that the server has ended needs a sign-in, with the answer as the cause")
    void endedSession() throws Exception {
        signIn();
        refuse();
        fixture.server.revoke();

        var failed = failure(TokenSourceException.class, source.token());

        assertEquals(ErrorCode.SIGN_IN_REQUIRED, failed.getCode());
        assertEquals("invalid_grant", ((ResponseBodyException) failed.getCause()).getError());
        assertNull(success(sessions.load(SESSION)));
    }

    @Test
    @DisplayName("removed tokens are gone here, revoked ones at the server too")
    void removes() throws Exception {
        signIn();
        success(sessions.remove(SESSION));
        assertNull(success(sessions.load(SESSION)));
        assertEquals(0, fixture.server.getRevocationEndpoint().getRequestCount());

        signIn();
        success(sessions.revoke(SESSION));
        assertNull(success(sessions.load(SESSION)));
        assertEquals(1, fixture.server.getRevocationEndpoint().getRequestCount());
        success(sessions.revoke(SESSION));
        assertEquals(1, fixture.server.getRevocationEndpoint().getRequestCount());
    }

    @Test
    @DisplayName("a revocation that fails ends the session all the same")
    void failedRevocation() throws Exception {
        signIn();
        fixture.server.getRevocationEndpoint().failNext(503);

        failure(OAuthException.class, sessions.revoke(SESSION));

        assertNull(success(sessions.load(SESSION)));
    }

    @Test
    @DisplayName("a source with narrower scopes has access tokens of its own")
    void narrowerScopes() throws Exception {
        success(sessions.put(
                SESSION, fixture.server.tokens("alice", "app", signIn -> signIn.scope("openid", "read", "write"))));
        var narrow = sessions.source(SESSION, request -> request.scope("read"));

        assertEquals(Set.of("read"), success(narrow.token()).getScopes());
        assertTrue(success(source.token()).getScopes().contains("write"));
    }

    @Test
    @DisplayName("closing lets a refresh go on to its end: who waits has its tokens, and what comes later is refused")
    void closing() throws Exception {
        TokenResponse first = signIn();
        refuse();
        fixture.shutGate();
        var waiting = source.token();
        fixture.awaitRequest();

        var closed = sessions.closeAsync();
        failure(IllegalStateException.class, source.token());
        assertFalse(closed.isDone());
        fixture.openGate();

        success(closed);
        assertNotEquals(first.getAccessToken(), success(waiting).getAccessToken());
        failure(IllegalStateException.class, sessions.put(SESSION, first));
        failure(IllegalStateException.class, sessions.load(SESSION));
        assertThrows(IllegalStateException.class, () -> sessions.source(SESSION));
        success(fixture.client.clientCredentialsGrant());
    }

    @Test
    @DisplayName("cancelling the future of the end changes nothing")
    void cancelledEnd() throws Exception {
        signIn();
        refuse();
        fixture.shutGate();
        var waiting = source.token();
        fixture.awaitRequest();

        assertTrue(sessions.closeAsync().cancel(true));
        fixture.openGate();

        success(waiting);
        success(sessions.closeAsync());
    }

    @Test
    @DisplayName("tokens are renewed on the executor that is given")
    void executor() throws Exception {
        var executor = Executors.newSingleThreadExecutor(work -> new Thread(work, "renewals"));
        try (var other = AsyncUserTokens.of(fixture.client, settings -> {}, executor)) {
            success(other.put(SESSION, fixture.server.tokens()));
            var own = other.source(SESSION);
            own.invalidate(success(own.token()));
            success(own.token());

            assertEquals(List.of("renewals"), fixture.threads);
        } finally {
            executor.shutdown();
        }
    }

    @Test
    @DisplayName("an empty session id, another client's tokens and settings that contradict themselves are refused")
    void badInput() throws Exception {
        assertEquals(
                "the session id must not be empty",
                assertThrows(IllegalArgumentException.class, () -> sessions.source(""))
                        .getMessage());
        failure(IllegalArgumentException.class, sessions.put("", fixture.server.tokens()));
        failure(IllegalArgumentException.class, sessions.load(""));
        failure(IllegalArgumentException.class, sessions.remove(""));
        failure(IllegalArgumentException.class, sessions.revoke(""));
        failure(IllegalArgumentException.class, sessions.put(SESSION, fixture.server.tokens("alice", "another-app")));
        assertThrows(
                IllegalArgumentException.class,
                () -> AsyncUserTokens.of(fixture.client, settings -> settings.sessionLifetime(Duration.ZERO)));
        assertThrows(IllegalArgumentException.class, () -> AfterDoubt.within(Duration.ZERO));
    }

    @Test
    @DisplayName("every setting can be given from Java")
    void settings() {
        try (var other = AsyncUserTokens.of(
                fixture.client,
                settings -> settings.afterDoubt(AfterDoubt.within(Duration.ofSeconds(30)))
                        .maximumEntries(10)
                        .sessionLifetime(Duration.ofHours(8))
                        .name("web")
                        .expiryMargin(Duration.ofSeconds(5)))) {
            assertTrue(other.toString().startsWith("AsyncUserTokens(web"), other::toString);
        }
    }
}
