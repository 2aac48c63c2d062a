package dev.openidclient.samples.docs;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.openidclient.async.AsyncErrors;
import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.ciba.BackchannelAuthenticationResponse;
import dev.openidclient.device.DeviceAuthorization;
import dev.openidclient.error.ErrorCode;
import dev.openidclient.error.ResponseBodyException;
import dev.openidclient.error.TransportException;
import dev.openidclient.token.Poll;
import dev.openidclient.token.TokenResponse;
import java.security.MessageDigest;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

public final class DeviceAndCiba {
    private final AsyncOpenIdClient client;

    public DeviceAndCiba(AsyncOpenIdClient client) {
        this.client = client;
    }

    public CompletableFuture<TokenResponse> device(Consumer<String> show) {
        // region device
        var device = client.deviceAuthorization(r -> r.scope("openid", "email")).join();
        show.accept("Open " + device.getVerificationUri() + " and enter " + device.getUserCode());
        var tokens = client.deviceCodeGrant(device); // cancel this future to give up
        // endregion
        return tokens;
    }

    public CompletableFuture<TokenResponse> watched(DeviceAuthorization device, Consumer<String> show) {
        // region polls
        var tokens = client.deviceCodeGrant(device, r -> {}, poll -> {
            if (poll instanceof Poll.Pending pending) {
                show.accept("waiting, asking again in " + pending.getNextIn().toSeconds() + " s");
            } else if (poll instanceof Poll.Failed failed) {
                show.accept("no answer (" + failed.getFailure().getCode() + "), trying again");
            } else {
                show.accept("signed in");
            }
        });
        // endregion
        return tokens;
    }

    // region end
    public CompletableFuture<String> signIn(DeviceAuthorization device) {
        return client.deviceCodeGrant(device)
                .thenApply(tokens -> "Hello, " + tokens.getClaims().getSubject())
                .exceptionally(failure -> explain(AsyncErrors.unwrap(failure)));
    }

    private static String explain(Throwable failure) {
        if (failure instanceof ResponseBodyException e && e.getError().equals("access_denied")) {
            return "You did not allow it.";
        }
        if (failure instanceof ResponseBodyException e && e.getError().equals("expired_token")
                || failure instanceof TransportException t && t.getCode().equals(ErrorCode.TIMEOUT)) {
            return "The code is too old: begin again.";
        }
        throw new CompletionException(failure);
    }
    // endregion

    public CompletableFuture<TokenResponse> ciba(String account, Consumer<String> show) {
        // region ciba
        var request = client.backchannelAuthentication(
                        r -> r.loginHint(account) // or loginHintToken(…), idTokenHint(…): exactly one
                                .bindingMessage("W4SCT") // shown on both devices, so that the person compares
                                .scope("openid"))
                .join();
        show.accept("Compare W4SCT on your phone, and agree there.");
        var tokens = client.backchannelAuthenticationGrant(request);
        // endregion
        return tokens;
    }

    // region ping
    private record Waiting(String token, CompletableFuture<Void> ping) {}

    private final Map<String, Waiting> waiting = new ConcurrentHashMap<>();

    /** {@code token} is random, for this request alone, and was its {@code clientNotificationToken(token)}. */
    public CompletableFuture<TokenResponse> tokens(BackchannelAuthenticationResponse request, String token) {
        var ping = new CompletableFuture<Void>();
        waiting.put(request.getAuthReqId(), new Waiting(token, ping));
        var tokens = client.backchannelAuthenticationGrant(request, ping);
        tokens.whenComplete((issued, failure) -> waiting.remove(request.getAuthReqId()));
        return tokens;
    }

    /** {@code POST /ciba-ping}, with the {@code auth_req_id} of its JSON body: the status to answer. */
    public int pinged(String authReqId, String authorization) {
        var asked = waiting.get(authReqId);
        if (asked == null) return 204;
        var expected = "Bearer " + asked.token();
        if (!MessageDigest.isEqual(expected.getBytes(UTF_8), authorization.getBytes(UTF_8))) return 401;
        asked.ping().complete(null); // the next poll comes at once
        return 204;
    }
    // endregion
}
