package dev.openidclient.integration;

import static dev.openidclient.integration.Steps.await;
import static dev.openidclient.integration.Steps.connect;
import static dev.openidclient.integration.Steps.failure;
import static dev.openidclient.integration.Steps.signIn;
import static dev.openidclient.integration.Steps.signInRequest;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.openidclient.error.ValidationException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** An ID Token that reaches a backend by another way than its own sign-in. */
@ForEachServer
record VerifyIdTokenIT(SignInServer server) {
    @Test
    @DisplayName("a backend verifies the ID Token that an app got")
    void verified() {
        var app = connect(server);
        var request = signInRequest(app);
        var idToken = signIn(app, server.browser(), request).getIdToken();
        var nonce = request.getPending().getNonce();
        var backend = connect(server);
        assertEquals("alice", await(backend.verifyIdToken(idToken, nonce)).getSubject());
        failure(ValidationException.class, backend.verifyIdToken(idToken, "another-nonce"));
        failure(ValidationException.class, backend.verifyIdToken(idToken, null));
        failure(ValidationException.class, backend.verifyIdToken(Tampering.withOtherSignature(idToken), nonce));
    }

    @Test
    @DisplayName("an ID Token for another client is refused")
    void otherClient() {
        var app = connect(server, server.getPublicClient());
        var request = signInRequest(app);
        var idToken = signIn(app, server.browser(), request).getIdToken();
        failure(
                ValidationException.class,
                connect(server).verifyIdToken(idToken, request.getPending().getNonce()));
    }
}
