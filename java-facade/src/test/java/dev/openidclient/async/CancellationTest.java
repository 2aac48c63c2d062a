package dev.openidclient.async;

import static dev.openidclient.async.Failures.failure;
import static dev.openidclient.async.Failures.success;
import static dev.openidclient.async.StubServer.CLIENT_ID;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.openidclient.error.ErrorCode;
import dev.openidclient.error.TransportException;
import dev.openidclient.http.HttpResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import kotlin.ResultKt;
import kotlin.coroutines.Continuation;
import kotlin.coroutines.intrinsics.IntrinsicsKt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class CancellationTest {
    private final SilentServer server = new SilentServer();
    private final AsyncOpenIdClient client = server.client();

    @AfterEach
    void stop() throws IOException {
        client.close();
        server.close();
    }

    @Test
    @DisplayName("cancelling the future closes the connection")
    void cancelHangsUp() throws Exception {
        var grant = client.clientCredentialsGrant();
        server.awaitRequest();

        assertTrue(grant.cancel(true));

        server.awaitHangUp();
        assertThrows(CancellationException.class, grant::join);
    }

    @Test
    @DisplayName("cancelling a discovery closes the connection")
    void cancelledDiscoveryHangsUp() throws Exception {
        var discovery = AsyncOpenIdClient.discover(server.issuer(), CLIENT_ID, SilentServer::insecure);
        server.awaitRequest();

        discovery.cancel(true);

        server.awaitHangUp();
        assertTrue(discovery.isCancelled());
    }

    @Test
    @DisplayName("orTimeout closes the connection")
    void orTimeoutHangsUp() throws Exception {
        var grant = client.clientCredentialsGrant().orTimeout(50, TimeUnit.MILLISECONDS);

        failure(TimeoutException.class, grant);

        server.awaitHangUp();
    }

    @Test
    @DisplayName("completing the future closes the connection")
    void completingHangsUp() throws Exception {
        var user = client.userInfoWithoutSubjectCheck("an-access-token");
        server.awaitRequest();

        user.completeExceptionally(new IllegalStateException("not needed any more"));

        server.awaitHangUp();
    }

    @Test
    @DisplayName("cancelling a dependent stage does not reach the call")
    void cancelledDependentStageChangesNothing() throws Exception {
        var grant = client.clientCredentialsGrant();
        var dependent = grant.thenApply(tokens -> tokens.getAccessToken());
        server.awaitRequest();

        dependent.cancel(true);

        assertFalse(grant.isDone());
        assertFalse(server.hasHungUp());
        grant.cancel(true);
        server.awaitHangUp();
    }

    @Test
    @DisplayName("the client's own timeout is an OAuth error and closes the connection")
    void ownTimeoutHangsUp() throws Exception {
        try (var impatient = AsyncOpenIdClient.create(server.metadata(), CLIENT_ID, settings -> {
            SilentServer.insecure(settings);
            settings.timeout(Duration.ofMillis(50));
        })) {
            var timeout = failure(TransportException.class, impatient.clientCredentialsGrant());

            assertEquals(ErrorCode.TIMEOUT, timeout.getCode());
            server.awaitHangUp();
        }
    }

    @Test
    @DisplayName("closing the client ends the calls in flight")
    void closeHangsUp() throws Exception {
        var grant = client.clientCredentialsGrant();
        server.awaitRequest();

        client.close();

        var cancelled = assertThrows(CancellationException.class, () -> success(grant));
        // get() wraps it in one of its own since JDK 23
        var original = cancelled.getCause() == null ? cancelled : cancelled.getCause();
        assertEquals("the client was closed", original.getMessage());
        server.awaitHangUp();
    }

    @Test
    @DisplayName("cancelling one call leaves the others alone")
    void cancelsOneCallOnly() throws Exception {
        var answer = new CompletableFuture<HttpResponse>();
        try (var other = AsyncOpenIdClient.create(
                server.metadata(),
                CLIENT_ID,
                settings -> settings.allowInsecureRequests()
                        .transport(AsyncHttpTransport.toTransport(request -> answer.copy())))) {
            var first = other.clientCredentialsGrant();
            var second = other.clientCredentialsGrant();
            var failing = other.grant("");

            first.cancel(true);
            failure(IllegalArgumentException.class, failing);
            answer.complete(StubServer.response(StubServer.TOKENS));

            assertEquals("the-access-token", success(second).getAccessToken());
        }
    }

    @Test
    @DisplayName("a failure after the cancellation goes to nobody's uncaught exception handler")
    void lateFailureIsSilent() {
        var late = new AtomicReference<Continuation<? super HttpResponse>>();
        var uncaught = new AtomicReference<Throwable>();
        var previous = Thread.getDefaultUncaughtExceptionHandler();
        Thread.setDefaultUncaughtExceptionHandler((thread, failure) -> uncaught.set(failure));
        try (var deaf = AsyncOpenIdClient.create(
                server.metadata(),
                CLIENT_ID,
                settings -> settings.allowInsecureRequests().transport((request, continuation) -> {
                    late.set(continuation);
                    return IntrinsicsKt.getCOROUTINE_SUSPENDED();
                }),
                Runnable::run)) {
            var grant = deaf.clientCredentialsGrant();

            grant.cancel(true);
            late.get().resumeWith(ResultKt.createFailure(new IOException("aborted")));
        } finally {
            Thread.setDefaultUncaughtExceptionHandler(previous);
        }

        assertNull(uncaught.get());
    }
}
