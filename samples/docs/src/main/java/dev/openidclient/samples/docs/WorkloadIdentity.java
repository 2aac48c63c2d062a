package dev.openidclient.samples.docs;

import dev.openidclient.async.AsyncClientAssertion;
import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.clientauth.Audience;
import dev.openidclient.clientauth.ClientAssertion;
import dev.openidclient.clientauth.PrivateKeyJwt;
import dev.openidclient.error.ResponseBodyException;
import dev.openidclient.jose.SigningKey;
import dev.openidclient.resource.AccessChallenge;
import dev.openidclient.token.TokenResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** The code of {@code docs/workload-identity.md}. */
public final class WorkloadIdentity {
    private WorkloadIdentity() {}

    public static CompletableFuture<AsyncOpenIdClient> kubernetes(String issuer, String clientId) {
        // region file
        var client = AsyncOpenIdClient.discover(
                issuer,
                clientId,
                settings -> settings.authentication(
                        ClientAssertion.fromFile(Path.of("/var/run/secrets/tokens/as.example.com"))));
        // endregion
        return client;
    }

    public static CompletableFuture<AsyncOpenIdClient> federated(
            String issuer, String clientId, Function<String, CompletableFuture<String>> tokenOf) {
        // region source
        var client = AsyncOpenIdClient.discover(
                issuer,
                clientId,
                settings -> settings.authentication(
                        AsyncClientAssertion.from(() -> tokenOf.apply("api://AzureADTokenExchange"))));
        // endregion
        return client;
    }

    public static CompletableFuture<AsyncOpenIdClient> endpoint(String issuer, String clientId, SigningKey key) {
        // region endpoint
        var client = AsyncOpenIdClient.discover(
                issuer, clientId, settings -> settings.authentication(new PrivateKeyJwt(key, Audience.ENDPOINT)));
        // endregion
        return client;
    }

    // region identity
    public static CompletableFuture<TokenResponse> access(
            AsyncOpenIdClient company, // the client that the person signed in with
            TokenResponse tokens,
            AsyncOpenIdClient other) { // this program's client of the other server
        return company.identityAssertion(tokens, other.getServer().getIssuer(), r -> r.scope("files:read"))
                .thenCompose(other::jwtBearerGrant);
    }
    // endregion

    // region stepup
    /** What the person must do before the provider issues an assertion; empty: it refuses for another reason. */
    public static List<String> wanted(ResponseBodyException refused) {
        var stepUp = AccessChallenge.of(refused);
        return stepUp == null ? List.of() : stepUp.getAcrValues();
    }
    // endregion
}
