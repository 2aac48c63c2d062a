package dev.openidclient.samples.recipes;

import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.clientauth.ClientSecretBasic;
import dev.openidclient.token.IntrospectionResponse;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

public final class Introspection {
    private Introspection() {}

    /** At an API, for a token that it was given: what it is good for, or nothing where it is good for nothing. */
    public static CompletableFuture<Optional<IntrospectionResponse>> acceptedToken(
            AsyncOpenIdClient client, String token, String scope) {
        // active says that the token lives, not that it may do this
        return client.introspect(token, request -> request.tokenTypeHint("access_token"))
                .thenApply(answer -> Optional.of(answer)
                        .filter(it -> it.isActive() && it.getScope() != null)
                        .filter(it -> List.of(it.getScope().split(" ")).contains(scope)));
    }

    /** RFC 9701: the answer is a signed JWT, which can be shown to others later. Plain JSON is then refused. */
    public static CompletableFuture<AsyncOpenIdClient> clientWithSignedIntrospection(
            String issuer, String clientId, String secret) {
        return AsyncOpenIdClient.discover(issuer, clientId, settings -> {
            settings.authentication(new ClientSecretBasic(secret));
            settings.metadata(metadata -> metadata.introspectionSignedResponseAlg("RS256")); // as it is registered
            settings.nonRepudiationChecks(); // verify the signature too, not only TLS
        });
    }
}
