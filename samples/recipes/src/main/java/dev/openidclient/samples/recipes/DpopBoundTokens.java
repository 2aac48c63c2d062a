package dev.openidclient.samples.recipes;

import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.dpop.Dpop;
import dev.openidclient.jose.SigningKey;
import dev.openidclient.token.TokenResponse;
import java.util.concurrent.CompletableFuture;

public final class DpopBoundTokens {
    private DpopBoundTokens() {}

    /**
     * Tokens that are of no use without the key: who steals one cannot use it. Nonces of servers are learned on the
     * way. A pushed request binds the code to the key too; without PAR, {@code dpopJkt(dpop)} in the request does.
     *
     * <p>Keep {@code key} as long as the tokens: a refresh token of a public client is bound to it too. One key serves
     * many people; {@code SigningKey.generate("ES256")} makes one for this process.
     */
    public static AsyncOpenIdClient dpopClient(AsyncOpenIdClient client, SigningKey key) {
        return client.withDpop(new Dpop(key)); // shares connections and keys with client, which stays as it was
    }

    public static CompletableFuture<String> orders(AsyncOpenIdClient client, TokenResponse tokens, String api) {
        if (!tokens.isSenderConstrained()) { // requireSenderConstrained() in the settings checks it, too
            return CompletableFuture.failedFuture(new IllegalStateException("the server ignored DPoP"));
        }
        return client.resource(api, tokens).thenApply(answer -> answer.bodyText());
    }
}
