package dev.openidclient.async;

import static dev.openidclient.async.Failures.failure;
import static dev.openidclient.async.Failures.success;
import static dev.openidclient.async.StubServer.CLIENT_ID;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.openidclient.authorization.AuthorizationRequest;
import dev.openidclient.client.AuthorizationDetail;
import dev.openidclient.error.MetadataException;
import dev.openidclient.error.ResponseBodyException;
import dev.openidclient.metadata.AuthorizationServerMetadata;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class RequestObjectsTest {
    private static final String PUSHED = "{\"request_uri\":\"urn:example:pushed\",\"expires_in\":60}";

    private final TestKey key = new TestKey();
    private final StubServer server = new StubServer();
    private final AsyncOpenIdClient client = server.client();

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    private AuthorizationRequest request() {
        return client.authorizationRequest(request ->
                request.redirectUri("https://rp.example.com/callback").scope("openid"));
    }

    @Test
    @DisplayName("a request is signed, and keeps what is pending")
    void signs() throws Exception {
        var request = request();

        var signed = success(client.sign(request, key.signingKey()));

        String object = signed.getParameters().get("request");
        assertTrue(key.verifies(object));
        assertTrue(TestKey.claims(object).contains("\"scope\":\"openid\""), object);
        assertEquals(CLIENT_ID, signed.getParameters().get("client_id"));
        assertEquals("openid", signed.getParameters().get("scope"));
        assertNull(signed.requestObjectOnly().getParameters().get("scope"));
        assertSame(request.getPending(), signed.getPending());
        assertTrue(server.received.isEmpty());
    }

    @Test
    @DisplayName("header and claims may be changed before they are signed")
    void modifiesTheAssertion() throws Exception {
        var signed = success(client.sign(request(), key.signingKey(), assertion -> assertion.claim("tenant", "a")));

        assertTrue(
                TestKey.claims(signed.getParameters().get("request")).contains("\"tenant\":\"a\""), signed::toString);
    }

    @Test
    @DisplayName("a signed request goes by reference, and one that is not signed does not")
    void goesByReference() throws Exception {
        var signed = success(client.sign(request(), key.signingKey()));

        var referenced = client.byReference(signed, "https://rp.example.com/requests/1");

        assertEquals(signed.getParameters().get("request"), referenced.getContent());
        assertTrue(referenced.getUri().startsWith("https://rp.example.com/requests/1#"), referenced::getUri);
        assertTrue(referenced.getUrl().contains("request_uri="), referenced::getUrl);
        assertSame(signed.getPending(), referenced.getPending());
        assertThrows(
                IllegalArgumentException.class,
                () -> client.byReference(request(), "https://rp.example.com/requests/1"));
    }

    @Test
    @DisplayName("single claims, and the person of an earlier sign-in, are asked for")
    void asksForClaims() {
        var request = client.authorizationRequest(builder -> builder.claims(claims ->
                claims.idToken("acr", acr -> acr.essential().values("phr")).userinfo("email")));

        assertEquals(
                "{\"id_token\":{\"acr\":{\"essential\":true,\"values\":[\"phr\"]}},\"userinfo\":{\"email\":null}}",
                request.getParameters().get("claims"));
    }

    @Test
    @DisplayName("a request that is signed already, and what the modification throws, fail the future")
    void signingFails() throws Exception {
        var signed = success(client.sign(request(), key.signingKey()));

        failure(IllegalArgumentException.class, client.sign(signed, key.signingKey()));
        failure(UnsupportedOperationException.class, client.sign(request(), key.signingKey(), assertion -> {
            throw new UnsupportedOperationException("mine");
        }));
    }

    @Test
    @DisplayName("a request is pushed")
    void pushes() throws Exception {
        server.answer("/par", 201, PUSHED);
        var request = request();

        var pushed = success(client.push(request));

        assertEquals(
                server.issuer() + "/authorize?request_uri=urn%3Aexample%3Apushed&client_id=" + CLIENT_ID,
                pushed.getUrl());
        assertEquals(Duration.ofSeconds(60), pushed.getRequestUriLifetime());
        assertEquals(request.getPending().getState(), server.lastTo("/par").form.get("state"));
    }

    @Test
    @DisplayName("a signed request is pushed, by a method reference")
    void pushesASignedRequest() throws Exception {
        server.answer("/par", 201, PUSHED);

        var pushed = success(client.sign(request(), key.signingKey()).thenCompose(client::push));

        assertTrue(key.verifies(server.lastTo("/par").form.get("request")));
        assertEquals("urn:example:pushed", pushed.getParameters().get("request_uri"));
    }

    @Test
    @DisplayName("a push fails where the server refuses it, it is pushed already, or there is no endpoint")
    void pushFails() throws Exception {
        server.answer("/par", 201, PUSHED).then("/par", 400, "{\"error\":\"invalid_request\"}");
        var pushed = success(client.push(request()));

        failure(IllegalArgumentException.class, client.push(pushed));
        assertEquals(
                "invalid_request",
                failure(ResponseBodyException.class, client.push(request())).getError());
        var metadata = AuthorizationServerMetadata.parse("{\"issuer\":\"" + server.issuer() + "\"}");
        try (var bare = AsyncOpenIdClient.create(metadata, CLIENT_ID)) {
            failure(MetadataException.class, bare.push(request()));
        }
    }

    @Test
    @DisplayName("an authorization detail is built with a lambda")
    void authorizationDetails() {
        var detail = new AuthorizationDetail("payment", builder -> builder.actions("initiate"));
        var block = new AuthorizationDetail("payment", builder -> {
            builder.actions("initiate");
        });

        var request = client.authorizationRequest(
                builder -> builder.authorizationDetails(detail, new AuthorizationDetail("account")));

        assertEquals(block, detail);
        assertEquals(
                "[{\"type\":\"payment\",\"actions\":[\"initiate\"]},{\"type\":\"account\"}]",
                request.getParameters().get("authorization_details"));
    }
}
