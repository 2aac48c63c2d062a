package dev.openidclient.integration;

import static dev.openidclient.integration.Steps.connect;
import static dev.openidclient.integration.Steps.person;
import static dev.openidclient.integration.Steps.signIn;
import static dev.openidclient.integration.Steps.signInRequest;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.openidclient.client.ClientSettings;
import dev.openidclient.clientauth.ClientSecretBasic;
import dev.openidclient.clientauth.ClientSecretPost;
import dev.openidclient.clientauth.NoClientAuthentication;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The authorization code flow with PKCE, state and nonce. */
@ForEachServer
record SignInIT(SignInServer server) {
    @Test
    @DisplayName("a person signs in with a public client")
    void publicClient() {
        var client = connect(
                server, server.getPublicClient(), settings -> settings.authentication(NoClientAuthentication.INSTANCE));
        var tokens = signIn(client, server.browser());
        assertEquals("bearer", tokens.getTokenType());
        assertFalse(tokens.isSenderConstrained());
        assertEquals("alice", tokens.getClaims().getSubject());
        assertEquals(server.getIssuer(), tokens.getClaims().getIssuer());
        assertTrue(tokens.getClaims()
                .getAudience()
                .contains(server.getPublicClient().getId()));
    }

    @Test
    @DisplayName("a person signs in with a client that authenticates by client_secret_basic")
    void basic() {
        var registered = server.getConfidentialClient();
        var client = connect(
                server, registered, settings -> settings.authentication(new ClientSecretBasic(registered.getSecret())));
        assertEquals("alice", person(signIn(client, server.browser())));
    }

    @Test
    @DisplayName("a person signs in with a client that authenticates by client_secret_post")
    void post() {
        var registered = server.getPostClient();
        var client = connect(
                server, registered, settings -> settings.authentication(new ClientSecretPost(registered.getSecret())));
        assertEquals("alice", person(signIn(client, server.browser())));
    }

    @Test
    @DisplayName("the signature of the ID Token is verified where that is asked for")
    void verified() {
        var client = connect(server, server.getConfidentialClient(), ClientSettings::nonRepudiationChecks);
        assertEquals("alice", person(signIn(client, server.browser())));
    }

    @Test
    @DisplayName("the ID Token tells when the person signed in, where max_age asks for that")
    void maxAge() {
        var start = Instant.now();
        var tokens = signIn(connect(server), server.browser(), request -> request.maxAge(Duration.ofMinutes(5)));
        assertFalse(tokens.getClaims().getAuthTime().isBefore(start.minusSeconds(5)));
    }

    @Test
    @DisplayName("each request has its own state, nonce and code challenge")
    void freshValues() {
        var client = connect(server);
        var one = signInRequest(client).getParameters();
        var other = signInRequest(client).getParameters();
        for (var name : List.of("state", "nonce", "code_challenge")) {
            assertNotEquals(one.get(name), other.get(name));
        }
    }
}
