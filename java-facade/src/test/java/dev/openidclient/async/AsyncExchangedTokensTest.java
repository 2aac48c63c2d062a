package dev.openidclient.async;

import static dev.openidclient.async.Failures.failure;
import static dev.openidclient.async.Failures.success;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.openidclient.error.ResponseBodyException;
import dev.openidclient.token.TokenResponse;
import dev.openidclient.token.TokenType;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class AsyncExchangedTokensTest {
    private final TokenSourceFixture fixture = new TokenSourceFixture();
    private final AsyncExchangedTokens billing = AsyncExchangedTokens.tokenExchange(
            fixture.client, settings -> settings.audience("billing").scope("read"));

    @AfterEach
    void stop() {
        billing.close();
        fixture.close();
    }

    private String incoming(String subject) {
        return fixture.server
                .tokens(subject, TokenSourceFixture.CLIENT_ID, signIn -> signIn.scope("openid", "read"))
                .getAccessToken();
    }

    @Test
    @DisplayName("a subject token is exchanged once, and each subject has tokens of its own")
    void exchanges() throws Exception {
        String alice = incoming("alice");

        TokenResponse first = success(billing.source(alice).token());
        var again = billing.source(alice).token();

        assertTrue(again.isDone());
        assertSame(first, again.join());
        assertNotEquals(
                first.getAccessToken(),
                success(billing.source(incoming("bob")).token()).getAccessToken());
        assertEquals(2, fixture.tokenRequests());
        var sent = fixture.server.getRequests().get(0);
        assertEquals("billing", sent.parameter("audience"));
        assertEquals("read", sent.parameter("scope"));
        assertEquals(alice, sent.parameter("subject_token"));
    }

    @Test
    @DisplayName("what is known of the subject is sent and kept apart")
    void subject() throws Exception {
        String alice = incoming("alice");
        String actor = incoming("a-service");

        success(billing.source(alice).token());
        success(billing.source(alice, null, subject -> subject.actorToken(actor))
                .token());
        success(billing.source(alice, Instant.now().plusSeconds(600)).token());

        assertEquals(3, fixture.tokenRequests());
        var sent = fixture.server.getRequests().get(1);
        assertEquals(actor, sent.parameter("actor_token"));
        assertEquals(TokenType.ACCESS_TOKEN, sent.parameter("actor_token_type"));
    }

    @Test
    @DisplayName("the JWT bearer grant sends the subject token as its assertion")
    void jwtBearer() throws Exception {
        fixture.server.getTokenEndpoint().changeNextAnswer(answer -> StubServer.response(StubServer.TOKENS));
        try (var onBehalf = AsyncExchangedTokens.jwtBearer(fixture.client, settings -> settings.scope("read"))) {
            success(onBehalf.source("the-incoming-jwt").token());

            var sent = fixture.server.getRequests().get(0);
            assertEquals("urn:ietf:params:oauth:grant-type:jwt-bearer", sent.parameter("grant_type"));
            assertEquals("the-incoming-jwt", sent.parameter("assertion"));
            assertThrows(
                    IllegalArgumentException.class,
                    () -> onBehalf.source("a-jwt", null, subject -> subject.actorToken("another")));
        }
    }

    @Test
    @DisplayName("a subject token that the server refuses is a failure of the future")
    void refusedSubject() throws Exception {
        fixture.server.getTokenEndpoint().failNext(400, "invalid_grant");
        var source = billing.source("expired");

        assertEquals(
                "invalid_grant",
                failure(ResponseBodyException.class, source.token()).getError());
        failure(ResponseBodyException.class, source.token());
        assertEquals(1, fixture.tokenRequests());
    }

    @Test
    @DisplayName("cancelling one future ends that waiting alone")
    void cancelledWaiter() throws Exception {
        var source = billing.source(incoming("alice"));
        fixture.shutGate();
        var starter = source.token();
        var other = source.token();
        fixture.awaitRequest();

        starter.cancel(true);
        fixture.openGate();

        success(other);
        assertEquals(1, fixture.tokenRequests());
    }

    @Test
    @DisplayName("closing fails those who wait and those who ask afterwards")
    void closed() throws Exception {
        String alice = incoming("alice");
        var source = billing.source(alice);
        fixture.shutGate();
        var waiting = source.token();
        fixture.awaitRequest();

        success(billing.closeAsync());

        failure(IllegalStateException.class, waiting);
        failure(IllegalStateException.class, source.token());
        assertThrows(IllegalStateException.class, () -> billing.source(alice));
    }

    @Test
    @DisplayName("tokens are exchanged on the executor that is given")
    void executor() throws Exception {
        var executor = Executors.newSingleThreadExecutor(work -> new Thread(work, "renewals"));
        try (var other = AsyncExchangedTokens.tokenExchange(fixture.client, settings -> {}, executor)) {
            success(other.source(incoming("alice")).token());

            assertEquals(List.of("renewals"), fixture.threads);
        } finally {
            executor.shutdown();
        }
    }

    @Test
    @DisplayName("an empty subject token and settings that contradict themselves are refused at once")
    void badInput() {
        assertEquals(
                "the subject token must not be empty",
                assertThrows(IllegalArgumentException.class, () -> billing.source(""))
                        .getMessage());
        assertThrows(
                IllegalArgumentException.class,
                () -> AsyncExchangedTokens.jwtBearer(fixture.client, settings -> settings.maximumEntries(0)));
    }

    @Test
    @DisplayName("no subject token is shown")
    void shown() {
        String alice = incoming("alice");
        var source = billing.source(alice);

        assertFalse(source.toString().contains(alice), source::toString);
        assertTrue(billing.toString().startsWith("AsyncExchangedTokens("), billing::toString);
    }
}
