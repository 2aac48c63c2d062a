package dev.openidclient.async;

import static dev.openidclient.async.Failures.failure;
import static dev.openidclient.async.Failures.success;
import static java.util.concurrent.CompletableFuture.completedFuture;
import static java.util.stream.Collectors.joining;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.openidclient.authorization.AuthorizationCallback;
import dev.openidclient.error.ValidationException;
import dev.openidclient.error.ValidationSubject;
import dev.openidclient.signin.BegunSignIn;
import dev.openidclient.signin.SignInSettings;
import dev.openidclient.tokenstore.InMemoryTokenStore;
import dev.openidclient.tokenstore.StoreKey;
import dev.openidclient.tokenstore.TokenCipher;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class AsyncSignInTest {
    private final TokenSourceFixture fixture = new TokenSourceFixture();

    private AsyncSignIn signIn(Consumer<SignInSettings> configure) {
        return AsyncSignIn.of(fixture.client, settings -> {
            settings.redirectUri("https://rp.example.com/callback");
            configure.accept(settings);
        });
    }

    private static String cookies(BegunSignIn begun) {
        return begun.getCookies().stream()
                .map(cookie -> cookie.getName() + "=" + cookie.getValue())
                .collect(joining("; "));
    }

    private static TokenCipher cipher() {
        byte[] bytes = new byte[32];
        new SecureRandom().nextBytes(bytes);
        return TokenCipher.of(new StoreKey("k", bytes));
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    @Test
    @DisplayName("a sign-in brings tokens and where the person wanted to go, in a store as in a cookie")
    void bringsTokens() throws Exception {
        var store = new InMemoryTokenStore();
        for (var signIn : List.of(
                signIn(s -> {}),
                signIn(s -> s.store(store)),
                signIn(s -> s.store(store, cipher())),
                signIn(s -> s.sealedCookie(cipher())))) {
            var begun = success(signIn.begin(null, "/orders", r -> r.scope("openid")));
            var done = success(signIn.complete(fixture.server.signIn(begun.getUrl(), "alice"), cookies(begun)));

            var claims = done.getTokens().getClaims();
            assertNotNull(claims);
            assertEquals("alice", claims.getSubject());
            assertEquals("/orders", done.getReturnTo());
            assertEquals(
                    begun.getCookies().get(0).getName() + "=; Path=/; Max-Age=0; Secure; HttpOnly; SameSite=Lax",
                    done.getCookies().get(0).headerValue());
        }
    }

    @Test
    @DisplayName("another browser is told to begin again, and nothing is sent")
    void anotherBrowser() throws Exception {
        var signIn = signIn(s -> {});
        var begun = success(signIn.begin(null, null));
        var callback = fixture.server.signIn(begun.getUrl());
        var failure = failure(ValidationException.class, signIn.complete(callback, null));

        assertEquals(ValidationSubject.PENDING_AUTHORIZATION, failure.getSubject());
        assertEquals(0, fixture.tokenRequests());
        assertNull(success(signIn.complete(callback, cookies(begun))).getReturnTo());
    }

    @Test
    @DisplayName("a posted form is taken, with parameters of the token request")
    void formPost() throws Exception {
        var signIn = signIn(s -> s.cookieName("shop"));
        var begun = success(
                signIn.begin(null, null, r -> r.responseMode("form_post").scope("openid")));
        assertTrue(begun.getCookies().get(0).headerValue().endsWith("; Secure; HttpOnly; SameSite=None"));
        var form = fixture.server.signInForm(begun.getUrl());
        var callback = AuthorizationCallback.formPost("/callback", form);

        assertNotNull(success(signIn.complete(callback, cookies(begun), r -> r.parameter("x", "y")))
                .getTokens());
        failure(ValidationException.class, signIn.complete(callback, cookies(begun)));
        failure(ValidationException.class, signIn.complete("https://rp.example.com/callback", cookies(begun), r -> {}));
    }

    @Test
    @DisplayName("calls run on the executor that was given, and with a client that is only found now")
    void executor() throws Exception {
        var threads = new CopyOnWriteArrayList<String>();
        AsyncClientSource source = () -> completedFuture(fixture.client);
        var signIn = AsyncSignIn.of(
                source, s -> s.redirectUri("https://rp.example.com/callback").pushRequests(), task -> {
                    threads.add("used");
                    task.run();
                });
        var begun = success(signIn.begin(null, "//attacker.example"));

        assertTrue(begun.getUrl().contains("request_uri="));
        assertFalse(threads.isEmpty());
        var other = AsyncSignIn.of(source, s -> s.redirectUri("https://rp.example.com/callback"));
        var again = success(other.begin(null, "//attacker.example"));
        assertNull(success(other.complete(fixture.server.signIn(again.getUrl()), cookies(again)))
                .getReturnTo());
    }

    @Test
    @DisplayName("settings without a redirect URI are refused; printed is the redirect URI alone")
    void settings() {
        assertThrows(IllegalArgumentException.class, () -> AsyncSignIn.of(fixture.client, s -> {}));
        var local = AsyncSignIn.of(
                fixture.client, s -> s.redirectUri("http://localhost:8080/cb").insecureCookies());
        assertEquals("AsyncSignIn(http://localhost:8080/cb)", local.toString());
    }
}
