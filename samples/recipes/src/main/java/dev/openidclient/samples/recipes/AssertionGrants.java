package dev.openidclient.samples.recipes;

import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.token.TokenResponse;
import java.util.concurrent.CompletableFuture;

public final class AssertionGrants {
    private AssertionGrants() {}

    /** A JWT of an issuer that the server trusts, as one of a workload's platform, in place of a person's sign-in. */
    public static CompletableFuture<TokenResponse> tokensForJwt(AsyncOpenIdClient client, String jwt) {
        return client.jwtBearerGrant(jwt, request -> request.scope("orders:read"));
    }

    /** A SAML 2.0 assertion, as XML: it is encoded here. Its audience must be the server, not this client. */
    public static CompletableFuture<TokenResponse> tokensForSaml(AsyncOpenIdClient client, String assertion) {
        return client.samlBearerGrant(assertion, request -> request.scope("orders:read"));
    }
}
