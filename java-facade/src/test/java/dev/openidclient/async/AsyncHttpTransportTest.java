package dev.openidclient.async;

import static dev.openidclient.async.Failures.failure;
import static dev.openidclient.async.Failures.success;
import static dev.openidclient.async.StubServer.CLIENT_ID;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.openidclient.error.ErrorCode;
import dev.openidclient.error.TransportException;
import dev.openidclient.http.HttpHeaders;
import dev.openidclient.http.HttpResponse;
import dev.openidclient.http.KtorTransport;
import dev.openidclient.metadata.AuthorizationServerMetadata;
import io.ktor.client.HttpClientKt;
import io.ktor.client.engine.cio.CIO;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import kotlin.Unit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class AsyncHttpTransportTest {
    private static final AuthorizationServerMetadata METADATA =
            AuthorizationServerMetadata.parse(StubServer.metadataDocument("https://as.example.com"));

    private static AsyncOpenIdClient client(AsyncHttpTransport transport) {
        return AsyncOpenIdClient.create(METADATA, CLIENT_ID, settings -> {
            settings.transport(AsyncHttpTransport.toTransport(transport));
            settings.timeout(Duration.ZERO);
        });
    }

    /** What a Java program without Ktor would write. */
    private static AsyncHttpTransport jdk(HttpClient http) {
        return request -> {
            var publisher = request.getBody() == null
                    ? BodyPublishers.noBody()
                    : BodyPublishers.ofByteArray(request.getBody().bytes());
            var builder = java.net.http.HttpRequest.newBuilder(URI.create(request.getUrl()))
                    .method(request.getMethod(), publisher);
            request.getHeaders()
                    .toMap()
                    .forEach((name, values) -> values.forEach(value -> builder.header(name, value)));
            if (request.getBody() != null) {
                builder.header("content-type", request.getBody().getContentType());
            }
            return http.sendAsync(builder.build(), BodyHandlers.ofByteArray())
                    .thenApply(answer -> new HttpResponse(
                            answer.statusCode(), HttpHeaders.of(answer.headers().map()), answer.body()));
        };
    }

    @Test
    @DisplayName("sends through a transport of the caller's own, complete at once or later")
    void sends() throws Exception {
        var response = StubServer.response(StubServer.TOKENS);
        try (var soon = client(request -> CompletableFuture.completedFuture(response));
                var later = client(request -> CompletableFuture.supplyAsync(() -> response))) {
            assertEquals(
                    "the-access-token", success(soon.clientCredentialsGrant()).getAccessToken());
            assertEquals(
                    "the-access-token", success(later.clientCredentialsGrant()).getAccessToken());
        }
    }

    @Test
    @DisplayName("an IOException of a stage, wrapped or not, becomes a TransportException")
    void failingStage() {
        var broken = new IOException("broken");
        try (var direct = client(request -> CompletableFuture.failedFuture(broken));
                var derived = client(request -> CompletableFuture.supplyAsync(() -> true)
                        .thenCompose(ready -> CompletableFuture.failedFuture(broken)))) {
            for (var client : new AsyncOpenIdClient[] {direct, derived}) {
                var failed = failure(TransportException.class, client.clientCredentialsGrant());
                assertEquals(ErrorCode.NETWORK_ERROR, failed.getCode());
                assertEquals(
                        "broken",
                        assertInstanceOf(IOException.class, failed.getCause()).getMessage());
            }
        }
    }

    @Test
    @DisplayName("an exception that is the transport's own arrives as it is")
    void throwingTransport() {
        try (var throwing = client(request -> {
                    throw new UnsupportedOperationException("mine");
                });
                var failing =
                        client(request -> CompletableFuture.failedFuture(new UnsupportedOperationException("mine")))) {
            failure(UnsupportedOperationException.class, throwing.clientCredentialsGrant());
            failure(UnsupportedOperationException.class, failing.clientCredentialsGrant());
        }
    }

    @Test
    @DisplayName("a null stage and a null answer are told as such")
    void nullStage() {
        try (var noStage = client(request -> null);
                var noAnswer = client(request -> CompletableFuture.completedFuture(null))) {
            assertEquals(
                    "the transport returned null",
                    failure(NullPointerException.class, noStage.clientCredentialsGrant())
                            .getMessage());
            assertEquals(
                    "the transport completed with null",
                    failure(NullPointerException.class, noAnswer.clientCredentialsGrant())
                            .getMessage());
        }
    }

    @Test
    @DisplayName("a stage that somebody else cancels is a failure, not a cancellation")
    void cancelledStage() {
        var cancelled = new CompletableFuture<HttpResponse>();
        cancelled.cancel(true);
        try (var client = client(request -> cancelled)) {
            var failed = failure(TransportException.class, client.clientCredentialsGrant());

            assertInstanceOf(
                    CancellationException.class,
                    AsyncErrors.unwrap(failed.getCause()).getCause());
        }
    }

    @Test
    @DisplayName("cancelling the call cancels the stage, and so does closing the client")
    void cancelsTheStage() throws Exception {
        var first = new CompletableFuture<HttpResponse>();
        var second = new CompletableFuture<HttpResponse>();
        try (var client = AsyncOpenIdClient.create(
                METADATA,
                CLIENT_ID,
                settings -> settings.transport(AsyncHttpTransport.toTransport(
                        request -> request.getUrl().endsWith("/userinfo") ? second : first)),
                Runnable::run)) {
            client.clientCredentialsGrant().cancel(true);
            assertTrue(first.isCancelled());
            client.userInfoWithoutSubjectCheck("an-access-token");
            assertFalse(second.isCancelled());
        }
        assertTrue(second.isCancelled());
    }

    @Test
    @DisplayName("a transport on java.net.http sends, and hangs up when the call is cancelled")
    void jdkTransport() throws Exception {
        var http = HttpClient.newHttpClient();
        try (var server = new StubServer().answer("/token", 200, StubServer.TOKENS);
                var silent = new SilentServer()) {
            success(insecure(server.metadata(), jdk(http)).clientCredentialsGrant());
            var grant = insecure(silent.metadata(), jdk(http)).clientCredentialsGrant();
            silent.awaitRequest();

            grant.cancel(true);

            silent.awaitHangUp();
        }
    }

    private static AsyncOpenIdClient insecure(AuthorizationServerMetadata metadata, AsyncHttpTransport transport) {
        return AsyncOpenIdClient.create(
                metadata,
                CLIENT_ID,
                settings -> settings.allowInsecureRequests().transport(AsyncHttpTransport.toTransport(transport)));
    }

    @Test
    @DisplayName("a transport of the library is wrapped, and hangs up when the call is cancelled")
    void wraps() throws Exception {
        try (var ktor = HttpClientKt.HttpClient(CIO.INSTANCE, config -> Unit.INSTANCE);
                var server = new StubServer().answer("/token", 200, StubServer.TOKENS);
                var silent = new SilentServer()) {
            AsyncHttpTransport inner = AsyncHttpTransport.from(new KtorTransport(ktor));
            AsyncHttpTransport outer = request -> inner.send(request.withHeader("x-tenant", "a"));
            success(insecure(server.metadata(), outer).clientCredentialsGrant());
            assertEquals("a", server.lastTo("/token").header("X-tenant"));
            var grant = insecure(silent.metadata(), outer).clientCredentialsGrant();
            silent.awaitRequest();

            grant.cancel(true);

            silent.awaitHangUp();
        }
    }

    @Test
    @DisplayName("a wrapped transport fails its stage and throws nothing")
    void wrappedFailure() {
        AsyncHttpTransport refusing = AsyncHttpTransport.from((request, continuation) -> {
            throw new IllegalArgumentException("no");
        });

        failure(
                IllegalArgumentException.class,
                refusing.send(new dev.openidclient.http.HttpRequest("GET", "https://as.example.com"))
                        .toCompletableFuture());
    }
}
