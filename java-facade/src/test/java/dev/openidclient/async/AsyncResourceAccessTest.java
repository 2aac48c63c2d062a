package dev.openidclient.async;

import static dev.openidclient.async.Failures.success;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.openidclient.http.HttpHeaders;
import dev.openidclient.resource.Verdict;
import dev.openidclient.token.TokenResponse;
import dev.openidclient.tokensource.TokenState;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class AsyncResourceAccessTest {
    private static final String URL = "https://api.example.com/orders";

    private final TokenSourceFixture fixture = new TokenSourceFixture();
    private final AsyncClientCredentialsTokens service = AsyncClientCredentialsTokens.of(fixture.client);
    private final AsyncResourceAccess access = AsyncResourceAccess.of(
            fixture.client, service.source(), settings -> settings.allow("https://api.example.com"));

    @AfterEach
    void stop() {
        service.close();
        fixture.close();
    }

    @Test
    @DisplayName("a request to an allowed origin gets the token of the source, and none elsewhere")
    void authorizes() throws Exception {
        var authorization = success(access.authorize("GET", URL));
        var tokens = success(service.source().token());

        assertEquals("Bearer", authorization.getScheme());
        assertEquals(
                "Bearer " + tokens.getAccessToken(), authorization.getHeaders().get("authorization"));
        assertTrue(access.isAllowed(URL));
        assertNull(access.authorize("GET", "https://other.example.net/orders").get());
    }

    @Test
    @DisplayName("a refused token is renewed, once, and only where the request can be repeated")
    void judges() throws Exception {
        var none = HttpHeaders.of(Map.of());
        var first = success(access.authorize("GET", URL));
        assertEquals(Verdict.DELIVER, success(access.judge(first, 200, none)));
        assertEquals(Verdict.DELIVER, success(access.judge(first, 401, none, false)));

        var second = success(access.authorize("GET", URL));
        assertNotEquals(first.getHeaders(), second.getHeaders());
        assertEquals(Verdict.SEND_AGAIN, success(access.judge(second, 401, none)));

        var third = success(access.authorize("GET", URL, null, second));
        assertEquals(Verdict.DELIVER, success(access.judge(third, 401, none)));
    }

    @Test
    @DisplayName("a request has the tokens of another source where it says so")
    void otherSource() throws Exception {
        List<TokenResponse> refused = new CopyOnWriteArrayList<>();
        TokenResponse tokens = fixture.server.tokens("alice", TokenSourceFixture.CLIENT_ID);
        var alice = new AsyncTokenSource() {
            @Override
            public CompletableFuture<TokenResponse> token() {
                return CompletableFuture.completedFuture(tokens);
            }

            @Override
            public void invalidate(TokenResponse tokens) {
                refused.add(tokens);
            }

            @Override
            public TokenState state() {
                return TokenState.Fresh.INSTANCE;
            }
        };

        var authorization = success(access.authorize("GET", URL, alice));
        success(access.judge(authorization, 401, HttpHeaders.of(Map.of())));

        assertEquals(
                "Bearer " + tokens.getAccessToken(), authorization.getHeaders().get("authorization"));
        assertEquals(List.of(tokens), refused);
        assertEquals(0, fixture.tokenRequests());
    }

    @Test
    @DisplayName("it is a view of the library's own, which it hands out")
    void view() {
        assertSame(
                access.toResourceAccess(),
                AsyncResourceAccess.from(access.toResourceAccess()).toResourceAccess());
        assertEquals("AsyncResourceAccess(https://api.example.com)", access.toString());
    }

    @Test
    @DisplayName("no origin, or one that is not https, is refused at once")
    void refusesSettings() {
        assertThrows(
                IllegalArgumentException.class,
                () -> AsyncResourceAccess.of(fixture.client, service.source(), settings -> {}));
        assertThrows(
                IllegalArgumentException.class,
                () -> AsyncResourceAccess.of(
                        fixture.client, service.source(), settings -> settings.allow("http://api.example.com")));
    }
}
