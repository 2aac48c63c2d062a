package dev.openidclient.async;

import static dev.openidclient.async.Dsl.dsl;
import static java.util.Objects.requireNonNull;

import dev.openidclient.http.HttpHeaders;
import dev.openidclient.resource.ResourceAccess;
import dev.openidclient.resource.ResourceAccessSettings;
import dev.openidclient.resource.ResourceAuthorization;
import dev.openidclient.resource.Verdict;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Puts the tokens of an {@link AsyncTokenSource} on requests that another HTTP client sends, and judges the answers:
 * the one place that decides who gets a token, and what happens when it is refused. {@link ResourceAccess} for Java;
 * {@link AuthorizedHttpClient} is made of it, and so can be an adapter for any other client.
 *
 * <pre>{@code
 * var access = AsyncResourceAccess.of(client, orders, settings -> settings.allow("https://api.example.com"));
 * var api = AuthorizedHttpClient.of(access, HttpClient.newHttpClient());
 * }</pre>
 *
 * <p>It holds no body, closes nothing, and is safe for any number of threads at once. What it returns completes on the
 * thread that asks where a token is at hand, else on the one that brings it. Cancelling ends the waiting and nothing
 * else. The page {@code docs/own-http-clients.md} shows how it is used.
 */
public final class AsyncResourceAccess {
    private final ResourceAccess access;

    private AsyncResourceAccess(ResourceAccess access) {
        this.access = access;
    }

    /**
     * The tokens of {@code tokens}, for the origins that {@code configure} allows. {@code client} is whose tokens these
     * are: it has the key of DPoP proofs, and the clock.
     *
     * @throws IllegalArgumentException where no origin is allowed, or one that must not be
     */
    public static AsyncResourceAccess of(
            AsyncClientSource client, AsyncTokenSource tokens, Consumer<? super ResourceAccessSettings> configure) {
        return from(new ResourceAccess(
                AsyncClientSource.toClientSource(requireNonNull(client, "client")),
                AsyncTokenSource.toTokenSource(requireNonNull(tokens, "tokens")),
                dsl(configure)));
    }

    /** {@code access} for Java. */
    public static AsyncResourceAccess from(ResourceAccess access) {
        return new AsyncResourceAccess(requireNonNull(access, "access"));
    }

    /** The same as the library takes it, wherever a {@link ResourceAccess} is wanted. */
    public ResourceAccess toResourceAccess() {
        return access;
    }

    /** Whether {@code url} is of an allowed origin, so that {@link #authorize} brings a token for it. */
    public boolean isAllowed(String url) {
        return access.isAllowed(requireNonNull(url, "url"));
    }

    /**
     * What authorizes one send of a request, with a token that is usable now and, where that is bound to a key, a new
     * DPoP proof. Completes with null where {@code url} is of no allowed origin: the request is then sent without. To
     * be called <b>for every send on the wire</b>, with the URL that it goes to: also for each hop of a redirect, and
     * each attempt of a retry. A request that has an {@code authorization} header of its caller's is left alone.
     *
     * <p>Fails as {@link AsyncTokenSource#token} and {@link AsyncClientSource#client} do; then nothing is to be sent.
     * Fails with {@link IllegalArgumentException} where the token is bound to a key that the client does not have, is
     * of another client, or is none ({@code token_type=N_A}).
     */
    public CompletableFuture<@Nullable ResourceAuthorization> authorize(String method, String url) {
        requireNonNull(method, "method");
        requireNonNull(url, "url");
        return Calls.UNOWNED.future(k -> access.authorize(method, url, k));
    }

    /** The same with the token of another source; null: of the one that this was made with. */
    public CompletableFuture<@Nullable ResourceAuthorization> authorize(
            String method, String url, @Nullable AsyncTokenSource tokens) {
        return authorize(method, url, tokens, null);
    }

    /**
     * The same once more: {@code after} is the authorization whose answer was judged {@link Verdict#SEND_AGAIN}; null:
     * this is the first send.
     */
    public CompletableFuture<@Nullable ResourceAuthorization> authorize(
            String method, String url, @Nullable AsyncTokenSource tokens, @Nullable ResourceAuthorization after) {
        requireNonNull(method, "method");
        requireNonNull(url, "url");
        var source = tokens == null ? null : AsyncTokenSource.toTokenSource(tokens);
        return Calls.UNOWNED.future(k -> access.authorize(method, url, source, after, k));
    }

    /**
     * Judges the answer to the request that {@code authorization} was made for, by its {@code status} and {@code
     * headers}: whether it is the caller's, or the request is worth another send. That is the case once for a DPoP
     * nonce ({@code use_dpop_nonce}), and once for a token that is refused with 401 ({@code invalid_token}, no {@code
     * error}, or no challenge at all), which its source is told; so a request is sent three times at the most. Every
     * other answer is the caller's, with its challenge as it came.
     */
    public CompletableFuture<Verdict> judge(ResourceAuthorization authorization, int status, HttpHeaders headers) {
        return judge(authorization, status, headers, true);
    }

    /**
     * The same where the request may not be repeatable, as with a body that is a stream: the answer is then the
     * caller's, but the source of its token is told all the same, so that the next request has another one.
     */
    public CompletableFuture<Verdict> judge(
            ResourceAuthorization authorization, int status, HttpHeaders headers, boolean isRepeatable) {
        requireNonNull(authorization, "authorization");
        requireNonNull(headers, "headers");
        return Calls.UNOWNED.future(k -> access.judge(authorization, status, headers, isRepeatable, k));
    }

    @Override
    public String toString() {
        return "Async" + access;
    }
}
