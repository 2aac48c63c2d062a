package dev.openidclient.async;

import static dev.openidclient.async.Failures.failure;
import static dev.openidclient.async.Failures.success;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.openidclient.clientauth.PrivateKeyJwt;
import dev.openidclient.dpop.Dpop;
import dev.openidclient.error.InvalidResponseException;
import dev.openidclient.error.RegistrationException;
import dev.openidclient.error.ResponseBodyException;
import dev.openidclient.metadata.ClientMetadata;
import dev.openidclient.registration.RegistrationBuilder;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class RegistrationTest {
    private static final String REGISTERED = "{\"client_id\":\"new\",\"client_secret\":\"the-secret\","
            + "\"client_secret_expires_at\":0,\"token_endpoint_auth_method\":\"client_secret_post\"}";
    private static final Consumer<RegistrationBuilder> INSECURE =
            registration -> registration.settings(settings -> settings.allowInsecureRequests());

    private final StubServer server =
            new StubServer().answer("/register", 201, REGISTERED).answer("/token", 200, StubServer.TOKENS);

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    @DisplayName("a client is registered and ready to use")
    void registers() throws Exception {
        var key = new TestKey();
        try (var client = success(AsyncOpenIdClient.register(server.issuer(), registration -> {
            registration
                    .clientName("Orders")
                    .redirectUris("https://rp.example.com/callback")
                    .settings(settings -> {
                        settings.allowInsecureRequests();
                    });
            registration.initialAccessToken("the-initial-token");
            registration.dpop(new Dpop(key.signingKey()));
        }))) {
            var sent = server.lastTo("/register");
            assertEquals(
                    "{\"client_name\":\"Orders\",\"redirect_uris\":[\"https://rp.example.com/callback\"]}", sent.body);
            assertEquals("DPoP the-initial-token", sent.header("Authorization"));
            assertTrue(key.verifies(sent.header("Dpop")));
            assertEquals("new", client.getClientId());
            assertEquals("the-secret", client.getMetadata().getClientSecret());
            success(client.clientCredentialsGrant());
            assertEquals("the-secret", server.lastTo("/token").form.get("client_secret"));
        }
    }

    @Test
    @DisplayName("an executor runs the registration and every call of the client")
    void registersOnAnExecutor() throws Exception {
        List<Runnable> runs = new CopyOnWriteArrayList<>();
        try (var client = success(AsyncOpenIdClient.register(server.issuer(), INSECURE, work -> {
            runs.add(work);
            work.run();
        }))) {
            assertTrue(runs.size() > 0);
            int before = runs.size();
            success(client.clientCredentialsGrant());
            assertTrue(runs.size() > before);
        }
    }

    @Test
    @DisplayName("a client is registered at a server whose metadata is known, without asking for it")
    void registersWithoutDiscovery() throws Exception {
        List<Runnable> runs = new CopyOnWriteArrayList<>();
        Executor executor = work -> {
            runs.add(work);
            work.run();
        };
        try (var client = success(AsyncOpenIdClient.register(server.metadata(), INSECURE));
                var other = success(AsyncOpenIdClient.register(server.metadata(), INSECURE, executor))) {
            assertEquals("new", client.getClientId());
            assertEquals(server.metadata(), other.getServer());
            assertEquals(2, server.received.size());
            assertTrue(runs.size() > 0);
        }
    }

    @Test
    @DisplayName("a registration fails for a key that is missing, before anything is sent")
    void needsItsKey() throws Exception {
        Consumer<RegistrationBuilder> keyed =
                INSECURE.andThen(registration -> registration.tokenEndpointAuthMethod("private_key_jwt"));

        failure(IllegalArgumentException.class, AsyncOpenIdClient.register(server.issuer(), keyed));

        assertTrue(server.received.isEmpty());
        server.answer("/register", 201, "{\"client_id\":\"new\",\"token_endpoint_auth_method\":\"private_key_jwt\"}");
        var authentication = new PrivateKeyJwt(new TestKey().signingKey());
        success(AsyncOpenIdClient.register(
                        server.issuer(),
                        keyed.andThen(registration -> registration.settings(
                                settings -> settings.allowInsecureRequests().authentication(authentication)))))
                .close();
    }

    @Test
    @DisplayName("a registration fails where the server refuses it, or answers without a client id")
    void fails() {
        server.answer("/register", 400, "{\"error\":\"invalid_client_metadata\"}")
                .then("/register", 201, "{}");

        var refused = failure(ResponseBodyException.class, AsyncOpenIdClient.register(server.issuer(), INSECURE));

        assertEquals("invalid_client_metadata", refused.getError());
        failure(InvalidResponseException.class, AsyncOpenIdClient.register(server.issuer(), INSECURE));
    }

    @Test
    @DisplayName("a registration that contradicts the settings fails, and hands over what was registered")
    void contradicts() throws Exception {
        var authentication = new PrivateKeyJwt(new TestKey().signingKey());
        Consumer<RegistrationBuilder> keyed = registration -> registration.settings(
                settings -> settings.allowInsecureRequests().authentication(authentication));

        var failure = failure(RegistrationException.class, AsyncOpenIdClient.register(server.issuer(), keyed));

        assertEquals("the-secret", new ClientMetadata(failure.getRegistration()).getClientSecret());
    }

    @Test
    @DisplayName("a registration is read, changed and deleted, and what is new is in the client that comes")
    void manages() throws Exception {
        String managed = "{\"client_id\":\"new\",\"registration_access_token\":\"%s\","
                + "\"registration_client_uri\":\"" + server.issuer() + "/register/new\"}";
        server.answer("/register", 201, String.format(managed, "token-1"))
                .answer("/register/new", 200, String.format(managed, "token-2"))
                .then("/register/new", 200, String.format(managed, "token-3"))
                .then("/register/new", 204, "");
        try (var client = success(AsyncOpenIdClient.register(server.metadata(), INSECURE))) {
            var read = success(client.readRegistration());
            assertEquals("Bearer token-1", server.lastTo("/register/new").header("Authorization"));
            assertEquals("token-1", client.getRegistration().getAccessToken());
            assertEquals("token-2", read.getRegistration().getAccessToken());

            var updated = success(read.updateRegistration(registration -> registration.clientName("Orders")));
            assertEquals("Bearer token-2", server.lastTo("/register/new").header("Authorization"));
            assertEquals("{\"client_id\":\"new\",\"client_name\":\"Orders\"}", server.lastTo("/register/new").body);

            success(updated.deleteRegistration());
            assertEquals("Bearer token-3", server.lastTo("/register/new").header("Authorization"));
            read.close();
            success(client.clientCredentialsGrant());
        }
    }

    @Test
    @DisplayName("a registration without a place to manage it, or a change of what is the server's, is a mistake")
    void managesNothing() throws Exception {
        try (var client = success(AsyncOpenIdClient.register(server.metadata(), INSECURE))) {
            assertNull(client.getRegistration());
            failure(IllegalStateException.class, client.readRegistration());
            failure(IllegalStateException.class, client.deleteRegistration());
            failure(
                    IllegalArgumentException.class,
                    client.updateRegistration(registration -> registration.member("client_id", "x")));
        }
    }

    @Test
    @DisplayName("cancelling a registration hangs up")
    void cancelHangsUp() throws Exception {
        try (var silent = new SilentServer()) {
            var registration = AsyncOpenIdClient.register(silent.issuer(), INSECURE);
            silent.awaitRequest();

            registration.cancel(true);

            silent.awaitHangUp();
        }
    }
}
