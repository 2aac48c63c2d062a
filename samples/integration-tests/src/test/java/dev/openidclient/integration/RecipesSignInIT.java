package dev.openidclient.integration;

import static dev.openidclient.integration.Steps.await;
import static dev.openidclient.integration.Steps.connect;
import static dev.openidclient.integration.Steps.failure;
import static dev.openidclient.integration.Steps.person;
import static dev.openidclient.integration.Steps.signInRequest;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.error.OAuthException;
import dev.openidclient.error.ValidationException;
import dev.openidclient.samples.recipes.CookieSignIn;
import dev.openidclient.samples.recipes.ErrorHandling;
import dev.openidclient.samples.recipes.ExtensionGrant;
import dev.openidclient.samples.recipes.Introspection;
import dev.openidclient.samples.recipes.KnownKeys;
import dev.openidclient.samples.recipes.Logout;
import dev.openidclient.samples.recipes.ManualChecks;
import dev.openidclient.samples.recipes.RefreshTokens;
import dev.openidclient.samples.recipes.Revocation;
import dev.openidclient.samples.recipes.SignIn;
import dev.openidclient.samples.recipes.UserInfoClaims;
import dev.openidclient.samples.recipes.VerifyIdToken;
import dev.openidclient.token.TokenResponse;
import dev.openidclient.tokenstore.InMemoryTokenStore;
import dev.openidclient.tokenstore.StoreKey;
import dev.openidclient.tokenstore.TokenCipher;
import java.security.SecureRandom;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The recipes of a sign-in, as every server can run them. */
@ForEachServer
record RecipesSignInIT(SignInServer server) {
    private TokenResponse signInForLong(AsyncOpenIdClient client) {
        return Steps.signIn(client, server.browser(), server::askForRefreshToken);
    }

    private String callbackUrl(String url) {
        return server.browser().signIn(url, Application.CALLBACK).url();
    }

    @Test
    @DisplayName("SignIn")
    void signIn() {
        var client = connect(server);
        var request = SignIn.begin(client);
        var callback = callbackUrl(request.getUrl());
        assertEquals(
                "alice",
                person(await(
                        SignIn.finish(client, callback, request.getPending().encode()))));
    }

    @Test
    @DisplayName("CookieSignIn")
    void cookieSignIn() {
        var cipher = TokenCipher.of(new StoreKey("k", SecureRandom.getSeed(32)));
        var signIn = CookieSignIn.cookieSignIn(connect(server), new InMemoryTokenStore(), cipher);
        var begun = await(CookieSignIn.begin(signIn, null, "/orders"));
        var callback = callbackUrl(begun.getUrl());
        var cookie = begun.getCookies().get(0);
        var cookies = cookie.getName() + "=" + cookie.getValue();
        failure(ValidationException.class, CookieSignIn.finish(signIn, callback, null));
        var done = await(CookieSignIn.finish(signIn, callback, cookies));
        assertEquals("alice", person(done.getTokens()));
        assertEquals("/orders", done.getReturnTo());
        failure(ValidationException.class, CookieSignIn.finish(signIn, callback, cookies));
    }

    @Test
    @DisplayName("ManualChecks")
    void manualChecks() {
        var client = connect(server);
        var own = ManualChecks.OwnChecks.generate();
        var callback = callbackUrl(ManualChecks.begin(client, own));
        assertEquals("alice", person(await(ManualChecks.finish(client, callback, own))));
        var other = ManualChecks.OwnChecks.generate();
        failure(ValidationException.class, ManualChecks.finish(client, callback, other));
    }

    @Test
    @DisplayName("RefreshTokens")
    void refreshTokens() {
        var client = connect(server);
        var tokens = signInForLong(client);
        assertFalse(RefreshTokens.isDue(tokens));
        assertEquals(
                "alice", person(await(RefreshTokens.refresh(client, tokens)).orElseThrow()));
        assertTrue(await(RefreshTokens.refresh(client, tokens)).isEmpty());
    }

    @Test
    @DisplayName("UserInfoClaims")
    void userInfoClaims() {
        var client = connect(server);
        var tokens = Steps.signIn(client, server.browser());
        assertEquals(
                server.getEmail(), await(UserInfoClaims.emailOf(client, tokens)).orElseThrow());
        var profile = await(UserInfoClaims.profileOf(client, tokens.getAccessToken(), "alice"));
        assertEquals(server.getEmail(), profile.get("email"));
        failure(ValidationException.class, UserInfoClaims.profileOf(client, tokens.getAccessToken(), "mallory"));
    }

    @Test
    @DisplayName("Logout")
    void logout() {
        var client = connect(server);
        var browser = server.browser();
        var url = Logout.logoutUrl(client, Steps.signIn(client, browser));
        assertEquals(
                Application.SIGNED_OUT,
                browser.signOut(url, Application.SIGNED_OUT).url());
    }

    @Test
    @DisplayName("VerifyIdToken")
    void verifyIdToken() {
        var app = connect(server);
        var request = signInRequest(app);
        var idToken = Steps.signIn(app, server.browser(), request).getIdToken();
        var backend = connect(server);
        assertEquals(
                "alice",
                await(VerifyIdToken.personOf(
                        backend, idToken, request.getPending().getNonce())));
        failure(ValidationException.class, VerifyIdToken.personOf(backend, idToken, "another-nonce"));
    }

    @Test
    @DisplayName("KnownKeys")
    void knownKeys() {
        var first = connect(server, server.getConfidentialClient(), settings -> settings.nonRepudiationChecks());
        assertTrue(KnownKeys.toCache(first).isEmpty());
        Steps.signIn(first, server.browser());
        var next = connect(server);
        KnownKeys.useCached(next, null);
        KnownKeys.useCached(next, KnownKeys.toCache(first).orElseThrow());
        assertEquals(KnownKeys.toCache(first), KnownKeys.toCache(next));
    }

    @Test
    @DisplayName("ErrorHandling")
    void errorHandling() {
        var client = connect(server, server.getPublicClient());
        var pending = signInRequest(client);
        var callback = callbackUrl(pending.getUrl());
        var request = pending.getPending();
        assertEquals("Hello alice", await(ErrorHandling.signInOrExplanation(client, callback, request)));
        assertEquals(
                "That took too long: begin again.",
                await(ErrorHandling.signInOrExplanation(client, callback, request)));
        assertEquals(
                "Begin again.",
                await(ErrorHandling.signInOrExplanation(
                        client, callback, signInRequest(client).getPending())));
        assertEquals(
                "Begin again.",
                ErrorHandling.explain(failure(OAuthException.class, client.userInfo("unknown", "alice"))));
    }

    @Test
    @DisplayName("ErrorHandling: a person who refuses")
    void denied() {
        var client = connect(server, server.getPublicClient());
        var request = signInRequest(client);
        var callback = server.browser()
                .denyConsent(request.getUrl(), Application.CALLBACK)
                .url();
        assertEquals(
                "You did not agree, or could not.",
                await(ErrorHandling.signInOrExplanation(client, callback, request.getPending())));
    }

    @Test
    @DisplayName("Introspection")
    void introspection() {
        var client = connect(server);
        var token = Steps.signIn(client, server.browser()).getAccessToken();
        assertEquals(
                "alice",
                await(Introspection.acceptedToken(client, token, "email"))
                        .orElseThrow()
                        .getSubject());
        assertTrue(await(Introspection.acceptedToken(client, token, "orders:write"))
                .isEmpty());
        assertTrue(
                await(Introspection.acceptedToken(client, "unknown", "email")).isEmpty());
    }

    @Test
    @DisplayName("Revocation")
    void revocation() {
        var client = connect(server);
        var tokens = signInForLong(client);
        await(Revocation.revokeAll(client, tokens));
        assertFalse(await(client.introspect(tokens.getAccessToken())).isActive());
        assertTrue(await(RefreshTokens.refresh(client, tokens)).isEmpty());
    }

    @Test
    @DisplayName("ExtensionGrant")
    void extensionGrant() {
        var client = connect(server, server.getServiceClient());
        var tokens = await(ExtensionGrant.tokensByGrant(client, "client_credentials", Map.of("scope", "orders:read")));
        assertEquals("bearer", tokens.getTokenType());
    }
}
