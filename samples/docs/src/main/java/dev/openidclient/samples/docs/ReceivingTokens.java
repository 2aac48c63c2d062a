package dev.openidclient.samples.docs;

import dev.openidclient.async.AsyncErrors;
import dev.openidclient.async.AsyncResourceServer;
import dev.openidclient.clientauth.ClientSecretBasic;
import dev.openidclient.error.OAuthException;
import dev.openidclient.error.RequestRefusedException;
import dev.openidclient.resourceserver.GrantedAccess;
import dev.openidclient.resourceserver.ResourceRequest;
import dev.openidclient.tokenstore.ReplayCache;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

public final class ReceivingTokens {
    private static final Logger LOGGER = LoggerFactory.getLogger(ReceivingTokens.class);
    private static final String TENANT = "5a2f8c1e-0b7d-4a43-8a37-2f3e4d5c6b7a";

    private final AsyncResourceServer api;

    public ReceivingTokens(AsyncResourceServer api) {
        this.api = api;
    }

    public static AsyncResourceServer ordersApi() {
        // region server
        // one for the program: it keeps the keys of the authorization server
        var api = AsyncResourceServer.create(
                "https://api.example.com", // the resource identifier, as tokens have it in "aud"
                s -> s.issuer("https://as.example.com") // as tokens have it in "iss"; its keys are found by discovery
                        .scopesSupported("orders:read", "orders:write"));
        // endregion
        return api;
    }

    // region request
    // before the handler of each route
    public CompletableFuture<ApiAnswer> guarded(ResourceRequest request, Function<GrantedAccess, ApiAnswer> handle) {
        return api.authorize(request)
                .thenApply(access -> handle.apply(access).with(access.getResponseHeaders()))
                .exceptionally(thrown -> {
                    var failure = AsyncErrors.unwrap(thrown);
                    if (failure instanceof RequestRefusedException refused) {
                        LOGGER.info("refused, {}", refused.getMessage()); // why, for you alone
                        return new ApiAnswer(refused.getStatus(), refused.getHeaders(), ""); // ready to send
                    }
                    if (failure instanceof OAuthException) { // not the caller's fault
                        LOGGER.warn("the token cannot be judged: {}", failure.getMessage());
                        return new ApiAnswer(503, Map.of(), "");
                    }
                    throw new CompletionException(failure);
                });
    }
    // endregion

    public ApiAnswer cancelOrder(GrantedAccess access) {
        // region needs
        access.requireScopes("orders:write") // all of them; requireAnyScope: one
                .requireAuthentication(List.of("phr", "phrh"), Duration.ofMinutes(5)); // step-up
        // endregion
        return new ApiAnswer(204, Map.of(), "");
    }

    public static AsyncResourceServer otherServers(String secret) {
        // region issuers
        var api = AsyncResourceServer.create(
                "https://api.example.com",
                s -> s.issuer("https://as.example.com")
                        .issuer(
                                "https://login.microsoftonline.com/" + TENANT + "/v2.0",
                                i -> i.acceptUntyped() // its tokens do not say that they are access tokens
                                        .acceptMissing("client_id", "jti")
                                        .scopeClaim("scp"))
                        .audience("6f0a2b6e-4a0c-4f64-9f0e-7f9f1d1c2b3a") // how that server calls this API
                        .issuer(
                                "https://legacy.example.com",
                                i -> i.introspection("orders-api", new ClientSecretBasic(secret)) // asked each time
                                        .cache(Duration.ofSeconds(30)) // a revoked token may pass for so long
                                        .staleOnOutage(Duration.ofMinutes(5))));
        // endregion
        return api;
    }

    public static AsyncResourceServer boundTokens(ReplayCache ourCache, byte[] nonceSecret) {
        // region dpop
        var api = AsyncResourceServer.create(
                "https://api.example.com",
                s -> s.issuer("https://as.example.com")
                        .dpop(d -> d.replayCache(ourCache) // Redis, JDBC: the same for all instances
                                .requireNonce() // stricter: a proof cannot be made in advance
                                .nonceSecrets(nonceSecret)) // 32 random bytes, the same in all instances
                        .requireSenderConstrained() // no token that whoever finds it can use
                        .forwarded("10.0.0.0/8")); // the proxies: what they say of scheme and host
        // endregion
        return api;
    }

    /** What goes back to the caller, whatever the framework is. */
    public record ApiAnswer(int status, Map<String, List<String>> headers, String body) {
        ApiAnswer with(Map<String, List<String>> more) {
            var all = new HashMap<>(headers);
            all.putAll(more);
            return new ApiAnswer(status, all, body);
        }
    }
}
