package dev.openidclient.samples.recipes;

import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.device.DeviceAuthorization;
import dev.openidclient.token.Poll;
import dev.openidclient.token.TokenResponse;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

public final class DeviceFlow {
    private DeviceFlow() {}

    /** For a television or a terminal: the person signs in on a phone. */
    public static CompletableFuture<TokenResponse> signIn(
            AsyncOpenIdClient client, Consumer<DeviceAuthorization> show) {
        return client.deviceAuthorization(request -> request.scope("openid", "email"))
                .thenCompose(device -> {
                    // getUserCode() and getVerificationUri(), and a QR code of getVerificationUriComplete()
                    show.accept(device);
                    // Waits as the server says, goes on after outages, and fails where the person refuses or the time
                    // is up. To give up, this is the future to cancel: the one of thenCompose does not pass it on.
                    return client.deviceCodeGrant(device);
                });
    }

    /** The same with something to see meanwhile. */
    public static CompletableFuture<TokenResponse> watch(
            AsyncOpenIdClient client, DeviceAuthorization device, Consumer<String> show) {
        return client.deviceCodeGrant(device, request -> {}, poll -> {
            if (poll instanceof Poll.Pending pending) {
                show.accept("waiting, asking again in " + pending.getNextIn().toSeconds() + " s");
            } else if (poll instanceof Poll.Failed failed) {
                show.accept("no answer (" + failed.getFailure().getCode() + "), trying again");
            } else if (poll instanceof Poll.Granted) {
                show.accept("signed in");
            }
        });
    }
}
