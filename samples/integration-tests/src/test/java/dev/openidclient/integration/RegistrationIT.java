package dev.openidclient.integration;

import static dev.openidclient.integration.Steps.await;
import static dev.openidclient.integration.Steps.failure;
import static dev.openidclient.integration.Steps.person;
import static dev.openidclient.integration.Steps.signIn;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.clientauth.PrivateKeyJwt;
import dev.openidclient.dpop.Dpop;
import dev.openidclient.error.ResponseBodyException;
import dev.openidclient.error.WwwAuthenticateChallengeException;
import dev.openidclient.jose.JwkSet;
import dev.openidclient.jose.SigningKey;
import dev.openidclient.metadata.ClientMetadata;
import dev.openidclient.registration.RegistrationBuilder;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import kotlinx.serialization.json.JsonArray;
import kotlinx.serialization.json.JsonObject;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 7591. */
@WithOidcProvider
class RegistrationIT {
    private final InteropIssuer issuer = OidcProvider.getEverything();

    private CompletableFuture<AsyncOpenIdClient> register(Consumer<RegistrationBuilder> configure) {
        return AsyncOpenIdClient.register(issuer.getUrl(), registration -> {
            registration.initialAccessToken(issuer.getInitialAccessToken());
            registration.redirectUris(Application.CALLBACK);
            registration.settings(settings -> Connection.reaching(settings, issuer.getUrl()));
            configure.accept(registration);
        });
    }

    @ParameterizedTest(name = "a client registers for {0} and is ready to sign a person in")
    @ValueSource(strings = {"none", "client_secret_basic", "client_secret_post", "client_secret_jwt"})
    void methods(String method) {
        var client = await(register(registration -> registration.tokenEndpointAuthMethod(method)));
        assertEquals(method, client.getMetadata().getTokenEndpointAuthMethod());
        assertEquals("alice", person(signIn(client, OidcProvider.browser())));
    }

    @Test
    @DisplayName("a client registers its public key and authenticates with the private one")
    void privateKeyJwt() {
        var key = SigningKey.generate();
        var keys = new JsonObject(
                Map.of("keys", new JsonArray(List.of(key.getPublicJwk().getJson()))));
        var client = await(register(registration -> registration
                .tokenEndpointAuthMethod("private_key_jwt")
                .jwks(new JwkSet(keys))
                .settings(settings -> {
                    Connection.reaching(settings, issuer.getUrl());
                    settings.authentication(new PrivateKeyJwt(key));
                })));
        assertEquals("alice", person(signIn(client, OidcProvider.browser())));
    }

    @Test
    @DisplayName("what was registered makes the same client again")
    void stored() {
        var registered = await(register(registration -> registration.clientName("Registered")));
        var stored = ClientMetadata.parse(registered.getMetadata().getJson().toString());
        var client = AsyncOpenIdClient.create(registered.getServer(), stored.getClientId(), settings -> {
            Connection.reaching(settings, issuer.getUrl());
            settings.metadata(it -> it.members(stored));
        });
        assertEquals("alice", person(signIn(client, OidcProvider.browser())));
    }

    @Test
    @DisplayName("a client that registers for bound tokens gets them for its key")
    void bound() {
        var client = await(register(RegistrationBuilder::dpopBoundAccessTokens));
        assertTrue(signIn(client.withDpop(new Dpop(SigningKey.generate())), OidcProvider.browser())
                .isSenderConstrained());
    }

    @Test
    @DisplayName("a wrong initial access token is refused")
    void wrongToken() {
        var refused = failure(
                WwwAuthenticateChallengeException.class,
                register(registration -> registration.initialAccessToken("wrong-token")));
        assertEquals(401, refused.getStatus());
    }

    @Test
    @DisplayName("metadata that the server does not accept is refused")
    void refused() {
        var refused =
                failure(ResponseBodyException.class, register(registration -> registration.redirectUris("not a URL")));
        assertEquals("invalid_redirect_uri", refused.getError());
    }
}
