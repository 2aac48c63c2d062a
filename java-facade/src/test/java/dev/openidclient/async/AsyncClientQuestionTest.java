package dev.openidclient.async;

import static dev.openidclient.async.Failures.failure;
import static dev.openidclient.async.Failures.success;
import static java.util.concurrent.CompletableFuture.failedFuture;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.openidclient.agent.ClientIdentities;
import dev.openidclient.metadata.AuthorizationServerMetadata;
import dev.openidclient.metadata.ClientMetadata;
import dev.openidclient.registration.ClientIdMetadataDocument;
import dev.openidclient.tokenstore.InMemoryTokenStore;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class AsyncClientQuestionTest {
    private static final AuthorizationServerMetadata SERVER =
            AuthorizationServerMetadata.parse("{\"issuer\":\"https://as.example.com\"}");

    private static CompletableFuture<ClientMetadata> ask(AsyncClientQuestion question) {
        var view = AsyncClientQuestion.toClientQuestion(question);
        return Calls.UNOWNED.future(k -> view.ask(SERVER, k));
    }

    @Test
    @DisplayName("a question with futures is asked as one that suspends, and nobody may know")
    void asks() throws Exception {
        var typed = ClientMetadata.parse("{\"client_id\":\"typed\"}");

        assertEquals(typed, success(ask(AsyncClientQuestion.of(server -> typed))));
        assertNull(success(ask(AsyncClientQuestion.of(server -> null))));
    }

    @Test
    @DisplayName("what the question fails with is what the one who asks gets")
    void fails() {
        var closed = new IllegalStateException("the window was closed");

        assertEquals(closed, failure(IllegalStateException.class, ask(server -> failedFuture(closed))));
    }

    @Test
    @DisplayName("client identities and a client metadata document are made in Java without a cast")
    void settings() {
        var document = new ClientIdMetadataDocument(
                "https://app.example.com/oauth/client.json",
                d -> d.clientName("An agent").redirectUris("http://127.0.0.1/callback"));
        var identities = new ClientIdentities(s -> s.registered("https://as.example.com", "app")
                .registered("https://other.example.com", "app", client -> client.clientSecret("hush"))
                .metadataDocument(document)
                .register(r -> r.clientName("An agent"))
                .ask(AsyncClientQuestion.toClientQuestion(AsyncClientQuestion.of(server -> null)))
                .store(new InMemoryTokenStore())
                .storeTimeout(Duration.ofSeconds(2))
                .namespace("agent"));

        assertTrue(identities.toString().contains(document.getUrl()));
        assertTrue(document.getJson().contains("\"client_name\":\"An agent\""));
        assertTrue(assertThrows(IllegalArgumentException.class, () -> new ClientIdentities(s -> {}))
                .getMessage()
                .contains("registered(…), metadataDocument(…), register { } or ask { }"));
    }
}
