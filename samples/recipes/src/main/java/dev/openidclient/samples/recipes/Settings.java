package dev.openidclient.samples.recipes;

import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.clientauth.ClientSecretBasic;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

public final class Settings {
    private Settings() {}

    /** What else may be set; all of it has a default that is fit for most. */
    public static CompletableFuture<AsyncOpenIdClient> clientWithSettings(
            String issuer, String clientId, String secret) {
        return AsyncOpenIdClient.discover(issuer, clientId, settings -> {
            settings.authentication(new ClientSecretBasic(secret));
            // as it is registered: no other algorithm is taken
            settings.metadata(metadata -> metadata.idTokenSignedResponseAlg("RS256"));
            settings.timeout(Duration.ofSeconds(10)); // of one HTTP request, with the body
            settings.clockTolerance(Duration.ofSeconds(5)); // where both clocks are kept right
            settings.pendingAuthorizationLifetime(Duration.ofMinutes(10)); // from /login to /callback
            // known keys stay good while the server cannot be asked for new ones
            settings.jwksOutageTolerance(Duration.ofHours(1));
            settings.nonRepudiationChecks(); // verify ID Tokens from the token endpoint by signature too
        });
    }
}
