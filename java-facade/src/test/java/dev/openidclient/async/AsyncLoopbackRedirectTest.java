package dev.openidclient.async;

import static dev.openidclient.async.Failures.failure;
import static dev.openidclient.async.Failures.success;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.openidclient.authorization.AuthorizationRequest;
import dev.openidclient.error.ErrorCode;
import dev.openidclient.error.TransportException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class AsyncLoopbackRedirectTest {
    private final StubServer server = new StubServer().answer("/token", 200, StubServer.TOKENS);
    private final AsyncOpenIdClient client = server.client();

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    private AuthorizationRequest request(AsyncLoopbackRedirect redirect) {
        return client.authorizationRequest(r -> r.redirectUri(redirect.getUri()));
    }

    /** What a browser does at the end. */
    private static HttpResponse<String> callBack(String redirectUri, AuthorizationRequest request) throws Exception {
        var url =
                URI.create(redirectUri + "?code=c&state=" + request.getPending().getState());
        return HttpClient.newHttpClient().send(HttpRequest.newBuilder(url).build(), BodyHandlers.ofString());
    }

    /** Fails where somebody else has the port. */
    private static void assertFree(AsyncLoopbackRedirect redirect) throws IOException {
        var address = InetAddress.getByName("127.0.0.1");
        new ServerSocket(URI.create(redirect.getUri()).getPort(), 1, address).close();
    }

    @Test
    @DisplayName("the browser is opened with the request, and its callback brings the tokens")
    void signsIn() throws Exception {
        var opened = new CompletableFuture<String>();
        try (var redirect = AsyncLoopbackRedirect.open(opened::complete)) {
            var request = request(redirect);
            var tokens = redirect.await(request)
                    .thenCompose(callback -> client.authorizationCodeGrant(callback, request.getPending()));

            assertEquals(request.getUrl(), success(opened));
            var page = callBack(redirect.getUri(), request);

            assertEquals(200, page.statusCode());
            assertTrue(page.body().contains("You may close this window"), page::body);
            assertEquals("bearer", success(tokens).getTokenType());
            assertFree(redirect);
        }
    }

    @Test
    @DisplayName("settings are taken, and the handler for sign-ins signs in the same way")
    void handler() throws Exception {
        int port;
        try (var free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        var opened = new CompletableFuture<String>();
        var handler = AsyncLoopbackRedirect.authorization(
                settings -> settings.port(port).path("/back").completionPage("<p>Bye"), opened::complete);
        var requests = new CompletableFuture<AuthorizationRequest>();
        CompletableFuture<Object> callback = Calls.UNOWNED.future(k -> handler.authorize(
                (redirectUri, continuation) -> {
                    assertEquals("http://127.0.0.1:" + port + "/back", redirectUri);
                    requests.complete(client.authorizationRequest(r -> r.redirectUri(redirectUri)));
                    return requests.join();
                },
                k));

        assertEquals(requests.join().getUrl(), success(opened));
        assertEquals(
                "<p>Bye",
                callBack("http://127.0.0.1:" + port + "/back", requests.join()).body());
        success(callback);
    }

    @Test
    @DisplayName("an opener that blocks holds up neither the callback nor the caller")
    void blockingOpener() throws Exception {
        var opened = new CountDownLatch(1);
        var closed = new CountDownLatch(1);
        OpenBrowser blocking = url -> {
            opened.countDown();
            try {
                closed.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        };
        try (var redirect = AsyncLoopbackRedirect.open(blocking)) {
            var request = request(redirect);
            var callback = redirect.await(request);
            assertTrue(opened.await(10, TimeUnit.SECONDS));
            assertEquals(200, callBack(redirect.getUri(), request).statusCode());

            assertEquals("c", success(callback).getParameters().get("code"));
        } finally {
            closed.countDown();
        }
    }

    @Test
    @DisplayName("cancelling the future, the timeout, an opener that fails and closing free the port")
    void ends() throws Exception {
        try (var redirect = AsyncLoopbackRedirect.open(url -> {})) {
            redirect.await(request(redirect)).cancel(true);
            assertFreeSoon(redirect);
        }
        try (var redirect = AsyncLoopbackRedirect.open(s -> s.timeout(Duration.ofMillis(50)), url -> {})) {
            var late = failure(TransportException.class, redirect.await(request(redirect)));
            assertEquals(ErrorCode.TIMEOUT, late.getCode());
            assertFree(redirect);
        }
        var noBrowser = new IOException("no browser");
        try (var redirect = AsyncLoopbackRedirect.open(url -> {
            throw noBrowser;
        })) {
            assertEquals(
                    "no browser",
                    failure(IOException.class, redirect.await(request(redirect)))
                            .getMessage());
            assertFree(redirect);
        }
        var redirect = AsyncLoopbackRedirect.open(url -> {});
        var callback = redirect.await(request(redirect));
        redirect.close();
        assertFree(redirect);
        failure(IllegalStateException.class, callback);
        failure(IllegalStateException.class, redirect.await(request(redirect)));
    }

    @Test
    @DisplayName("an opener that throws what its signature does not name, or an error, leaves nobody waiting")
    void undeclaredFailure() throws Exception {
        for (Throwable thrown : List.of(new TimeoutException("undeclared"), new AssertionError("an error"))) {
            OpenBrowser sneaky = url -> AsyncLoopbackRedirectTest.<RuntimeException>sneaky(thrown);
            try (var redirect = AsyncLoopbackRedirect.open(sneaky)) {
                var failure = failure(Throwable.class, redirect.await(request(redirect)));
                assertSame(thrown.getClass(), failure.getClass());
                assertFree(redirect);
            }
        }
    }

    /** What the compiler of another language lets through. */
    @SuppressWarnings("unchecked") // the type is gone when it runs
    private static <T extends Throwable> void sneaky(Throwable thrown) throws T {
        throw (T) thrown;
    }

    /** A future is cancelled at once, and what runs behind it a moment later. */
    private static void assertFreeSoon(AsyncLoopbackRedirect redirect) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (System.nanoTime() < end) {
            try {
                assertFree(redirect);
                return;
            } catch (IOException stillBound) {
                Thread.onSpinWait();
            }
        }
        assertFree(redirect);
    }

    @Test
    @DisplayName("a taken port is an IOException when it is opened")
    void takenPort() throws Exception {
        try (var other = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            assertThrows(
                    IOException.class,
                    () -> AsyncLoopbackRedirect.open(settings -> settings.port(other.getLocalPort()), url -> {}));
        }
    }

    @Test
    @DisplayName("it says where it listens")
    void says() throws Exception {
        try (var redirect = AsyncLoopbackRedirect.open(url -> {})) {
            assertEquals("AsyncLoopbackRedirect(" + redirect.getUri() + ")", redirect.toString());
        }
    }
}
