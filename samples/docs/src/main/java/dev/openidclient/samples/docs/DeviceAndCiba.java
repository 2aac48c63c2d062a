package dev.openidclient.samples.docs;

import dev.openidclient.async.AsyncErrors;
import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.ciba.BackchannelAuthenticationResponse;
import dev.openidclient.ciba.PingNotification;
import dev.openidclient.device.DeviceAuthorization;
import dev.openidclient.error.ErrorCode;
import dev.openidclient.error.RequestRefusedException;
import dev.openidclient.error.ResponseBodyException;
import dev.openidclient.error.TransportException;
import dev.openidclient.http.HttpHeaders;
import dev.openidclient.token.Poll;
import dev.openidclient.token.TokenResponse;
import java.util.List;
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

    /** {@code POST /ciba-ping}, with its headers and its body as they came: the status to answer. */
    public int pinged(Map<String, List<String>> headers, String body) {
        try {
            var ping = PingNotification.read(HttpHeaders.received(headers), body, id -> {
                var one = waiting.get(id);
                return one == null ? null : one.token();
            });
            var asked = waiting.get(ping.getAuthReqId());
            if (asked != null) asked.ping().complete(null); // the next poll comes at once
            return PingNotification.STATUS;
        } catch (RequestRefusedException e) {
            return e.getStatus(); // 401 for another token, 400 for another body
        }
    }
    // endregion
}
