package dev.openidclient.async;

import static dev.openidclient.async.Failures.failure;
import static dev.openidclient.async.Failures.success;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.openidclient.error.InvalidResponseException;
import dev.openidclient.http.HttpHeaders;
import dev.openidclient.http.HttpResponse;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class FindIssuerTest {
    private final List<String> asked = new CopyOnWriteArrayList<>();

    private CompletableFuture<String> find(String identifier, String answer) {
        return AsyncOpenIdClient.findIssuer(
                identifier,
                settings -> settings.connection(connection ->
                        connection.transport(AsyncHttpTransport.toTransport(request -> {
                            asked.add(request.getUrl());
                            return CompletableFuture.completedFuture(
                                    new HttpResponse(200, HttpHeaders.EMPTY, answer.getBytes(UTF_8)));
                        }))));
    }

    @Test
    @DisplayName("the host of a person's identifier is asked for their issuer")
    void finds() throws Exception {
        var issuer = success(find(
                "alice@example.com",
                "{\"links\":[{\"rel\":\"http://openid.net/specs/connect/1.0/issuer\","
                        + "\"href\":\"https://as.example.com\"}]}"));

        assertEquals("https://as.example.com", issuer);
        assertTrue(asked.get(0).startsWith("https://example.com/.well-known/webfinger?resource="), asked::toString);
    }

    @Test
    @DisplayName("an answer without an issuer fails, and so does an identifier that names no host")
    void fails() {
        failure(InvalidResponseException.class, find("alice@example.com", "{}"));
        asked.clear();
        failure(IllegalArgumentException.class, find("=alice", "{}"));
        failure(IllegalArgumentException.class, AsyncOpenIdClient.findIssuer("=alice"));
        assertTrue(asked.isEmpty());
    }
}
