package dev.openidclient.samples.recipes;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.ciba.BackchannelAuthenticationResponse;
import dev.openidclient.token.TokenResponse;
import java.security.MessageDigest;
import java.util.concurrent.CompletableFuture;

public final class Ciba {
    private Ciba() {}

    /** The person is not at this device, but at a phone: show {@code code} here, so that both can be compared. */
    public static CompletableFuture<BackchannelAuthenticationResponse> ask(
            AsyncOpenIdClient client, String loginHint, String code) {
        return client.backchannelAuthentication(
                request -> request.loginHint(loginHint).bindingMessage(code).scope("openid", "email"));
    }

    /** Polls until the person has agreed; fails where they refuse ({@code access_denied}) or the time is up. */
    public static CompletableFuture<TokenResponse> waitForPerson(
            AsyncOpenIdClient client, BackchannelAuthenticationResponse response) {
        return client.backchannelAuthenticationGrant(response);
    }

    /** Ping mode: the server says when to ask. {@code notificationToken} is random, for this request only. */
    public static CompletableFuture<BackchannelAuthenticationResponse> askWithPing(
            AsyncOpenIdClient client, String loginHint, String notificationToken) {
        return client.backchannelAuthentication(request -> request.loginHint(loginHint)
                .clientNotificationToken(notificationToken)
                .scope("openid"));
    }

    /** At the notification endpoint; then {@code waitForPerson} has its tokens at the first poll. */
    public static boolean isGenuinePing(String authorization, String notificationToken) {
        // in a time that does not tell how much of it was right
        return authorization != null
                && MessageDigest.isEqual(
                        ("Bearer " + notificationToken).getBytes(UTF_8), authorization.getBytes(UTF_8));
    }
}
