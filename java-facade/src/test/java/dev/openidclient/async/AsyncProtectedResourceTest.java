package dev.openidclient.async;

import static dev.openidclient.async.Failures.failure;
import static dev.openidclient.async.Failures.success;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.openidclient.client.ServerDiscoverySettings;
import dev.openidclient.error.ErrorCode;
import dev.openidclient.error.MetadataException;
import dev.openidclient.error.ValidationException;
import dev.openidclient.error.WwwAuthenticateChallenge;
import dev.openidclient.metadata.AuthorizationServerMetadata;
import dev.openidclient.resource.ProtectedResource;
import dev.openidclient.resource.ProtectedResourceSettings;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class AsyncProtectedResourceTest {
    private static final String WELL_KNOWN = "/.well-known/oauth-protected-resource";

    private final StubServer server = new StubServer();
    private final String url = server.issuer() + "/mcp";

    @AfterEach
    void stop() {
        server.close();
    }

    private static Consumer<ProtectedResourceSettings> insecure() {
        return settings -> settings.connection(connection -> connection.allowInsecureRequests());
    }

    private String document(String resource) {
        return "{\"resource\":\"" + resource + "\",\"authorization_servers\":[\"" + server.issuer() + "\"]}";
    }

    @Test
    @DisplayName("a resource names its server, and that its endpoints")
    void leadsToItsServer() throws Exception {
        server.answer(WELL_KNOWN + "/mcp", 200, document(url));
        var resource = success(AsyncProtectedResource.discover(url, insecure()));

        assertEquals(url, resource.getUrl());
        assertEquals(url, resource.getMetadata().getResource());
        assertEquals(server.issuer() + WELL_KNOWN + "/mcp", resource.getDocumentUrl());
        assertEquals("AsyncProtectedResource(" + url + ")", resource.toString());
        assertTrue(resource.covers(url + "/x"));
        assertFalse(resource.covers(server.issuer() + "/other"));
        var metadata = success(resource.authorizationServer());
        assertEquals(server.issuer() + "/token", metadata.getTokenEndpoint());
        assertEquals(metadata, success(resource.authorizationServer(server.issuer())));
        assertFalse(resource.isListedBy(metadata));
        failure(IllegalArgumentException.class, resource.authorizationServer("https://evil.example.com"));
    }

    @Test
    @DisplayName("a challenge leads to the document that it names")
    void followsTheChallenge() throws Exception {
        server.answer("/meta", 200, document(url));
        var challenge =
                new WwwAuthenticateChallenge("bearer", Map.of("resource_metadata", server.issuer() + "/meta"), null);

        assertEquals(
                server.issuer() + "/meta",
                success(AsyncProtectedResource.discover(url, challenge, insecure()))
                        .getDocumentUrl());
        failure(MetadataException.class, AsyncProtectedResource.discover(url, challenge));
    }

    @Test
    @DisplayName("a resource without metadata fails the future with the places that were asked")
    void failsWithoutMetadata() {
        var e = failure(MetadataException.class, AsyncProtectedResource.discover(url, insecure()));

        assertEquals(ErrorCode.RESOURCE_METADATA_NOT_FOUND, e.getCode());
        assertTrue(String.valueOf(e.getMessage()).contains(WELL_KNOWN + "/mcp answered 404"), e::getMessage);
        failure(IllegalArgumentException.class, AsyncProtectedResource.discover("mcp.example.com"));
    }

    @Test
    @DisplayName("another resource is refused, and one that covers it is taken where the settings say so")
    void coveringResource() throws Exception {
        server.answer(WELL_KNOWN, 200, document(server.issuer()));

        failure(ValidationException.class, AsyncProtectedResource.discover(url, insecure()));
        var resource = success(AsyncProtectedResource.discover(
                url, insecure().andThen(ProtectedResourceSettings::acceptCoveringResource)));
        assertEquals(server.issuer(), resource.getMetadata().getResource());
    }

    @Test
    @DisplayName("an old server without metadata has the endpoints that it must have")
    void legacyServer() throws Exception {
        var resource = success(
                AsyncProtectedResource.discover(url, insecure().andThen(ProtectedResourceSettings::legacyEndpoints)));

        assertNull(resource.getDocumentUrl());
    }

    @Test
    @DisplayName("an executor that is given runs the calls")
    void runsOnTheExecutor() throws Exception {
        server.answer(WELL_KNOWN + "/mcp", 200, document(url));
        var runs = new AtomicInteger();
        var resource = success(AsyncProtectedResource.discover(url, null, insecure(), work -> {
            runs.incrementAndGet();
            work.run();
        }));

        int before = runs.get();
        assertTrue(before > 0);
        success(resource.authorizationServer());
        assertTrue(runs.get() > before);
    }

    @Test
    @DisplayName("a server is asked at each place where its metadata may be")
    void discoversServerMetadata() throws Exception {
        Consumer<ServerDiscoverySettings> insecure =
                settings -> settings.connection(connection -> connection.allowInsecureRequests());
        String issuer = server.issuer();

        assertEquals(
                issuer,
                success(AsyncAuthorizationServerMetadata.discover(issuer, insecure))
                        .getIssuer());
        assertEquals(
                issuer,
                success(AsyncAuthorizationServerMetadata.discover(issuer, insecure, Runnable::run))
                        .getIssuer());
        assertEquals(
                List.of("/.well-known/oauth-authorization-server", "/.well-known/openid-configuration"),
                server.received.stream().limit(2).map(received -> received.path).collect(Collectors.toList()));
        failure(MetadataException.class, AsyncAuthorizationServerMetadata.discover(issuer));
        failure(
                IllegalArgumentException.class,
                AsyncAuthorizationServerMetadata.discover(issuer + "/.well-known/openid-configuration", insecure));
    }

    @Test
    @DisplayName("every operation of the library has its counterpart with futures")
    void isComplete() {
        assertEquals(
                List.of(),
                LibraryOperation.of(ProtectedResource.class).stream()
                        .flatMap(operation -> operation.violations(AsyncProtectedResource.class).stream())
                        .collect(Collectors.toList()));
        assertEquals(
                List.of(),
                LibraryOperation.of(ProtectedResource.Companion.getClass()).stream()
                        .flatMap(operation -> operation.violations(AsyncProtectedResource.class).stream())
                        .collect(Collectors.toList()));
        assertEquals(
                List.of(),
                LibraryOperation.of(AuthorizationServerMetadata.Companion.getClass()).stream()
                        .filter(operation -> operation.name().equals("discover"))
                        .flatMap(operation -> operation.violations(AsyncAuthorizationServerMetadata.class).stream())
                        .collect(Collectors.toList()));
    }
}
