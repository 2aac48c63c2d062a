package dev.openidclient.integration;

import static dev.openidclient.integration.Steps.connect;
import static dev.openidclient.integration.Steps.failure;
import static dev.openidclient.integration.Steps.person;
import static dev.openidclient.integration.Steps.signIn;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.error.ErrorCode;
import dev.openidclient.error.MetadataException;
import dev.openidclient.error.ValidationException;
import dev.openidclient.metadata.DiscoveryAlgorithm;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@ForEachServer
record DiscoveryIT(SignInServer server) {
    @Test
    @DisplayName("OpenID Connect discovery finds what the server says of itself")
    void byIssuer() {
        var metadata = connect(server).getServer();
        assertEquals(server.getIssuer(), metadata.getIssuer());
        assertTrue(metadata.getTokenEndpoint().startsWith(server.getIssuer()));
        assertTrue(metadata.supportsPkce());
    }

    @Test
    @DisplayName("OAuth 2 discovery finds the same server")
    void byOAuth2() {
        var client = connect(
                server,
                server.getConfidentialClient(),
                settings -> settings.discoveryAlgorithm(DiscoveryAlgorithm.OAUTH2));
        assertEquals(server.getIssuer(), client.getServer().getIssuer());
        assertEquals("alice", person(signIn(client, server.browser())));
    }

    @Test
    @DisplayName("the document itself may be named, and is signed in with")
    void byDocument() {
        var client =
                connect(server.getIssuer() + "/.well-known/openid-configuration", server.getPublicClient(), it -> {});
        assertEquals(server.getIssuer(), client.getServer().getIssuer());
        assertEquals("alice", person(signIn(client, server.browser())));
    }

    @Test
    @DisplayName("an issuer that gives itself another name is refused")
    void otherName() {
        var other = server.getIssuer().replace("127.0.0.1", "localhost");
        var refused = failure(
                ValidationException.class,
                AsyncOpenIdClient.discover(
                        other,
                        server.getPublicClient().getId(),
                        settings -> Connection.registeredAs(settings, server.getPublicClient(), other)));
        assertEquals(ErrorCode.JSON_ATTRIBUTE_COMPARISON_FAILED, refused.getCode());
    }

    @Test
    @DisplayName("a client of known metadata needs no discovery")
    void knownMetadata() {
        var known = connect(server).getServer();
        var client = AsyncOpenIdClient.create(
                known,
                server.getPublicClient().getId(),
                settings -> Connection.registeredAs(settings, server.getPublicClient(), known.getIssuer()));
        assertEquals("alice", person(signIn(client, server.browser())));
    }

    @Test
    @DisplayName("plain http is refused before anything is sent")
    void plainHttp() {
        var refused = failure(MetadataException.class, AsyncOpenIdClient.discover(server.getIssuer(), "any"));
        assertEquals(ErrorCode.HTTP_REQUEST_FORBIDDEN, refused.getCode());
    }
}
