package dev.openidclient.samples.recipes;

import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.clientauth.ClientSecretBasic;
import java.util.concurrent.CompletableFuture;

public final class Jarm {
    private Jarm() {}

    /**
     * JARM: the authorization response is one signed JWT, so that nobody changes it in the browser. The callback is the
     * same as ever: authorizationCodeGrant takes the JWT apart, and the errors in it.
     */
    public static CompletableFuture<AsyncOpenIdClient> clientWithSignedResponses(
            String issuer, String clientId, String secret) {
        return AsyncOpenIdClient.discover(issuer, clientId, settings -> {
            settings.authentication(new ClientSecretBasic(secret));
            settings.useJwtResponseMode();
            // as it is registered; RS256 where it is not
            settings.metadata(metadata -> metadata.authorizationSignedResponseAlg("ES256"));
        });
    }
}
