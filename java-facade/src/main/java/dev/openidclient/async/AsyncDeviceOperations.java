package dev.openidclient.async;

import static dev.openidclient.async.Dsl.dsl;

import dev.openidclient.ciba.BackchannelAuthenticationBuilder;
import dev.openidclient.ciba.BackchannelAuthenticationGrantKt;
import dev.openidclient.ciba.BackchannelAuthenticationKt;
import dev.openidclient.ciba.BackchannelAuthenticationResponse;
import dev.openidclient.client.OpenIdClient;
import dev.openidclient.device.DeviceAuthorization;
import dev.openidclient.device.DeviceAuthorizationBuilder;
import dev.openidclient.device.DeviceAuthorizationKt;
import dev.openidclient.device.DeviceCodeGrantKt;
import dev.openidclient.token.Poll;
import dev.openidclient.token.TokenRequestBuilder;
import dev.openidclient.token.TokenResponse;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The operations of an {@link AsyncOpenIdClient} for which a person decides on another device.
 * What that class says of threads, cancellation and errors holds here; nothing else extends this one.
 */
public abstract class AsyncDeviceOperations extends AsyncTokenOperations {
    AsyncDeviceOperations(OpenIdClient client, Calls calls) {
        super(client, calls);
    }

    // ---- A person decides on another device: RFC 8628, CIBA ----

    /**
     * Starts a sign-in on another device (<a href="https://www.rfc-editor.org/rfc/rfc8628#section-3.1">RFC 8628
     * §3.1</a>): show the person {@link DeviceAuthorization#getVerificationUri} and {@link
     * DeviceAuthorization#getUserCode}, then call {@link #deviceCodeGrant(DeviceAuthorization)}. Fails with an {@link
     * dev.openidclient.error.OAuthException}.
     *
     * <p>The page {@code docs/device-and-ciba.md} shows the whole flow.
     */
    public CompletableFuture<DeviceAuthorization> deviceAuthorization(
            Consumer<? super DeviceAuthorizationBuilder> configure) {
        return requests.future(k -> DeviceAuthorizationKt.deviceAuthorization(client, dsl(configure), k));
    }

    /** The same without further parameters. */
    public CompletableFuture<DeviceAuthorization> deviceAuthorization() {
        return deviceAuthorization(builder -> {});
    }

    /**
     * Waits until the person has decided on the other device and brings the tokens (<a
     * href="https://www.rfc-editor.org/rfc/rfc8628#section-3.4">RFC 8628 §3.4</a>). Cancel the future to stop.
     *
     * <p>Polls at the server's interval, slows down as it asks, and goes on after network failures, {@code 429} and
     * {@code 5xx}, ever more slowly, until the code expires: then {@link dev.openidclient.error.TransportException} with
     * the code {@link dev.openidclient.error.ErrorCode#TIMEOUT}. Fails with {@link
     * dev.openidclient.error.ResponseBodyException} where the person or the server refuses ({@code access_denied},
     * {@code expired_token}), with another {@link dev.openidclient.error.OAuthException} where the answer may not be
     * trusted. {@code configure} runs for each poll.
     *
     * <p>The page {@code docs/device-and-ciba.md} shows what ends the polling.
     */
    public CompletableFuture<TokenResponse> deviceCodeGrant(
            DeviceAuthorization device, Consumer<? super TokenRequestBuilder> configure) {
        return requests.future(k -> DeviceCodeGrantKt.deviceCodeGrant(client, device, dsl(configure), k));
    }

    /** The same without further parameters. */
    public CompletableFuture<TokenResponse> deviceCodeGrant(DeviceAuthorization device) {
        return deviceCodeGrant(device, builder -> {});
    }

    /**
     * The same with a {@code listener} that sees what each poll brought, one after the other: {@link Poll.Pending} and
     * {@link Poll.Failed} while it goes on, {@link Poll.Granted} at the end, before the future completes. The polling
     * waits for it; what it throws ends the polling and fails the future. Failures that end the polling go to the future
     * only.
     */
    public CompletableFuture<TokenResponse> deviceCodeGrant(
            DeviceAuthorization device,
            Consumer<? super TokenRequestBuilder> configure,
            Consumer<? super Poll> listener) {
        return requests.future(
                k -> Polls.tokens(DeviceCodeGrantKt.deviceCodePolls(client, device, dsl(configure)), listener, k));
    }

    /**
     * Asks a person, whom a hint names, to agree on a device of their own (<a
     * href="https://openid.net/specs/openid-client-initiated-backchannel-authentication-core-1_0.html#auth_request">CIBA
     * §7</a>); then call {@link #backchannelAuthenticationGrant(BackchannelAuthenticationResponse)}. Fails with an
     * {@link dev.openidclient.error.OAuthException}; with {@link IllegalArgumentException} unless exactly one hint is
     * given, or a signed {@code request} in place of all, and where the security profile demands a signed one and this
     * is none.
     *
     * <p>The page {@code docs/device-and-ciba.md} shows the whole flow.
     */
    public CompletableFuture<BackchannelAuthenticationResponse> backchannelAuthentication(
            Consumer<? super BackchannelAuthenticationBuilder> configure) {
        return requests.future(k -> BackchannelAuthenticationKt.backchannelAuthentication(client, dsl(configure), k));
    }

    /**
     * Waits until the person has decided and brings the tokens (<a
     * href="https://openid.net/specs/openid-client-initiated-backchannel-authentication-core-1_0.html#token_request">CIBA
     * §10.1</a>). Cancel the future to stop.
     *
     * <p>In ping mode complete {@code ping}, in any way but exceptionally, when the server's ping for {@link
     * BackchannelAuthenticationResponse#getAuthReqId} has come (<a
     * href="https://openid.net/specs/openid-client-initiated-backchannel-authentication-core-1_0.html#ping_callback">CIBA
     * §10.2</a>): then the next poll comes at once, whatever is left of the interval. Without one, or until then, the
     * interval alone counts, so that a ping that is lost loses nothing.
     *
     * <p>Polls, and fails, as {@link #deviceCodeGrant(DeviceAuthorization, Consumer)} does; the ID Token must have been
     * issued within the last hour.
     *
     * <p>The page {@code docs/device-and-ciba.md} shows poll and ping.
     */
    public CompletableFuture<TokenResponse> backchannelAuthenticationGrant(
            BackchannelAuthenticationResponse response,
            @Nullable CompletionStage<?> ping,
            Consumer<? super TokenRequestBuilder> configure) {
        return requests.future(k -> BackchannelAuthenticationGrantKt.backchannelAuthenticationGrant(
                client, response, Polls.signal(ping), dsl(configure), k));
    }

    /** The same without further parameters. */
    public CompletableFuture<TokenResponse> backchannelAuthenticationGrant(
            BackchannelAuthenticationResponse response, @Nullable CompletionStage<?> ping) {
        return backchannelAuthenticationGrant(response, ping, builder -> {});
    }

    /** The same without a ping. */
    public CompletableFuture<TokenResponse> backchannelAuthenticationGrant(
            BackchannelAuthenticationResponse response, Consumer<? super TokenRequestBuilder> configure) {
        return backchannelAuthenticationGrant(response, (CompletionStage<?>) null, configure);
    }

    /** The same without a ping and further parameters. */
    public CompletableFuture<TokenResponse> backchannelAuthenticationGrant(BackchannelAuthenticationResponse response) {
        return backchannelAuthenticationGrant(response, builder -> {});
    }

    /**
     * The same with a {@code listener}, as of {@link #deviceCodeGrant(DeviceAuthorization, Consumer, Consumer)}.
     */
    public CompletableFuture<TokenResponse> backchannelAuthenticationGrant(
            BackchannelAuthenticationResponse response,
            @Nullable CompletionStage<?> ping,
            Consumer<? super TokenRequestBuilder> configure,
            Consumer<? super Poll> listener) {
        return requests.future(k -> Polls.tokens(
                BackchannelAuthenticationGrantKt.backchannelAuthenticationPolls(
                        client, response, Polls.signal(ping), dsl(configure)),
                listener,
                k));
    }

    /** The same without a ping. */
    public CompletableFuture<TokenResponse> backchannelAuthenticationGrant(
            BackchannelAuthenticationResponse response,
            Consumer<? super TokenRequestBuilder> configure,
            Consumer<? super Poll> listener) {
        return backchannelAuthenticationGrant(response, null, configure, listener);
    }
}
