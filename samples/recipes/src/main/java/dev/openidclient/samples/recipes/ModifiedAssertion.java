package dev.openidclient.samples.recipes;

import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.clientauth.PrivateKeyJwt;
import dev.openidclient.jose.SigningKey;
import java.util.concurrent.CompletableFuture;

public final class ModifiedAssertion {
    private ModifiedAssertion() {}

    /**
     * For a server that wants the URL of its token endpoint as the audience of assertions. Here it is the issuer, as
     * newer specifications have it: an assertion for several audiences could be taken elsewhere.
     */
    public static CompletableFuture<AsyncOpenIdClient> withTokenEndpointAsAudience(
            String issuer, String clientId, SigningKey key, String tokenEndpoint) {
        // called for each assertion, before it is signed; sign(request, key) and Dpop(key) take the same
        var authentication = new PrivateKeyJwt(key, assertion -> assertion.claim("aud", tokenEndpoint));
        return AsyncOpenIdClient.discover(issuer, clientId, settings -> settings.authentication(authentication));
    }
}
