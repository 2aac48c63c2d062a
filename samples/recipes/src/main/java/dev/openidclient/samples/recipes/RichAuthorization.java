package dev.openidclient.samples.recipes;

import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.authorization.AuthorizationRequest;
import dev.openidclient.client.AuthorizationDetail;
import dev.openidclient.token.TokenResponse;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import kotlinx.serialization.json.JsonElementKt;
import kotlinx.serialization.json.JsonObject;

public final class RichAuthorization {
    private RichAuthorization() {}

    /** Where a scope is too coarse: access to do exactly this, once. Such a request is best pushed, it is long. */
    public static CompletableFuture<AuthorizationRequest> beginPayment(
            AsyncOpenIdClient client, String api, String amount, String creditor) {
        var instructedAmount = new JsonObject(
                Map.of("currency", JsonElementKt.JsonPrimitive("EUR"), "amount", JsonElementKt.JsonPrimitive(amount)));
        var payment = new AuthorizationDetail(
                "payment_initiation",
                detail -> detail.actions("initiate")
                        .member("instructedAmount", instructedAmount)
                        .member("creditorName", creditor));
        return client.push(client.authorizationRequest(request -> request.redirectUri("https://rp.example.com/callback")
                .scope("openid")
                .resource(api) // whose tokens carry the details; some servers want it
                .authorizationDetails(payment)));
    }

    /** The person may have agreed to less, or to another account: look at what was granted, not at what was asked. */
    public static List<AuthorizationDetail> grantedPayments(TokenResponse tokens) {
        var granted = Objects.requireNonNullElse(tokens.getAuthorizationDetails(), List.<AuthorizationDetail>of());
        return granted.stream()
                .filter(detail -> detail.getType().equals("payment_initiation"))
                .toList();
    }
}
