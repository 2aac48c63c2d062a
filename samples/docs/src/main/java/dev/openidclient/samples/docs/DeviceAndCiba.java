package dev.openidclient.samples.docs;

import dev.openidclient.async.AsyncErrors;
import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.ciba.BackchannelAuthenticationResponse;
import dev.openidclient.device.DeviceAuthorization;
import dev.openidclient.error.ErrorCode;
import dev.openidclient.error.ResponseBodyException;
import dev.openidclient.error.TransportException;
import dev.openidclient.token.Poll;
import dev.openidclient.token.TokenResponse;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
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

    public CompletableFuture<TokenResponse> pinged(
            BackchannelAuthenticationResponse request, CompletableFuture<Void> ping) {
        return client.backchannelAuthenticationGrant(request, ping); // ping.complete(null): the next poll at once
    }
}
