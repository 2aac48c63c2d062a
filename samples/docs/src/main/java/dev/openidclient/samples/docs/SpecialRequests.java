package dev.openidclient.samples.docs;

import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.authorization.AuthorizationRequest;
import dev.openidclient.authorization.RequestObjectByReference;
import dev.openidclient.jose.SigningKey;
import dev.openidclient.token.ClaimSource;
import dev.openidclient.token.TokenResponse;
import dev.openidclient.userinfo.UserInfo;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** The code of {@code docs/special-requests.md}. */
public final class SpecialRequests {
    private SpecialRequests() {}

    public static AuthorizationRequest claims(AsyncOpenIdClient client) {
        // region claims
        var request = client.authorizationRequest(r -> r.redirectUri("https://rp.example.com/callback")
                .scope("openid")
                .claims(claims -> claims.idToken("acr", acr -> acr.essential().values("phr", "phrh"))
                        .userinfo("email", email -> email.essential())
                        .userinfo("picture")));
        // endregion
        return request;
    }

    public static AuthorizationRequest again(AsyncOpenIdClient client, TokenResponse earlier) {
        // region hint
        var request = client.authorizationRequest(r -> r.redirectUri("https://rp.example.com/callback")
                .scope("openid")
                .prompt("none")
                .idTokenHint(earlier)); // or earlier.getClaims()
        // endregion
        return request;
    }

    public static String reference(
            AsyncOpenIdClient client, AuthorizationRequest request, SigningKey key, BiConsumer<String, String> serve) {
        // region reference
        var signed = client.sign(request, key).join();
        var referenced = client.byReference(signed, "https://rp.example.com/requests/4711");
        serve.accept(RequestObjectByReference.CONTENT_TYPE, referenced.getContent()); // at that URL, before the browser
        var url = referenced.getUrl(); // and referenced.getPending(), to be kept until the callback
        // endregion
        return url;
    }

    public static CompletableFuture<AsyncOpenIdClient> find(
            String typed, Map<String, AsyncOpenIdClient> known, Predicate<String> isOutside) {
        // region webfinger
        return AsyncOpenIdClient.findIssuer(typed, s -> s.connection(c -> c.permitUrl(isOutside)))
                .thenApply(known::get); // a server where this program is registered, or none
        // endregion
    }

    // region sources
    public static List<String> endpoints(UserInfo user) {
        return user.getClaimSources().values().stream()
                .map(ClaimSource::getEndpoint)
                .filter(Objects::nonNull)
                .collect(Collectors.toList());
    }
    // endregion
}
