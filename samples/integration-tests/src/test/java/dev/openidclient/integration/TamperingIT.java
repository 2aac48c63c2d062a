package dev.openidclient.integration;

import static dev.openidclient.integration.Steps.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.openidclient.async.AsyncErrors;
import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.tampering.TamperedSignIn;
import dev.openidclient.token.TokenResponse;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A server that lies, as a caller in Java sees it; all the lies are in {@code TamperingIntegrationSpec}. */
@WithOidcProvider
class TamperingIT {
    @Test
    @DisplayName("without any tampering the person is signed in")
    void untampered() {
        try (var signIn = TamperedSignIn.of()) {
            assertEquals("alice", Steps.person(await(tokens(signIn))));
        }
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "ID Token: iss is another server",
                "ID Token: aud is another client",
                "ID Token: sub is absent",
                "ID Token: exp is an hour ago",
                "ID Token: nonce is another",
                "ID Token: at_hash is of another token",
                "JWT: alg is none",
                "JWT: kid is unknown",
                "JWT: crit is there",
                "JWT: somebody else signed",
                "JWT: the claims are no JSON",
                "token response: access_token is absent",
                "token response: token_type is mac",
                "token response: an error comes with status 400",
                "callback: state is another",
                "callback: error is there",
                "JWK Set: a decoy has taken its place",
                "metadata: token_endpoint is relative",
                "hostile answer of TOKEN: a page",
                "hostile answer of TOKEN: it redirects with 307",
                "hostile answer of TOKEN: the body is longer than it says"
            })
    @DisplayName("the exception arrives as it is, without what futures put around it")
    void refused(String name) {
        try (var signIn = TamperedSignIn.of(name)) {
            var failed =
                    assertThrows(ExecutionException.class, () -> tokens(signIn).get(30, TimeUnit.SECONDS));
            assertNull(signIn.problem(AsyncErrors.unwrap(failed)));
        }
    }

    private static CompletableFuture<TokenResponse> tokens(TamperedSignIn signIn) {
        return AsyncOpenIdClient.discover(signIn.getDocument(), signIn.getClientId(), signIn::configure)
                .thenCompose(client -> client.authorizationCodeGrant(signIn.getCallback(), signIn.getPending()));
    }
}
