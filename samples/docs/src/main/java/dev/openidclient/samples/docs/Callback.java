package dev.openidclient.samples.docs;

import dev.openidclient.async.AsyncErrors;
import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.authorization.AuthorizationCallback;
import dev.openidclient.authorization.AuthorizationCodeChecks;
import dev.openidclient.authorization.AuthorizationRequest;
import dev.openidclient.authorization.PendingAuthorization;
import dev.openidclient.authorization.Pkce;
import dev.openidclient.error.AuthorizationResponseException;
import dev.openidclient.error.OAuthException;
import dev.openidclient.error.TransportException;
import dev.openidclient.error.ValidationException;
import dev.openidclient.http.Parameters;
import dev.openidclient.token.TokenResponse;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

public final class Callback {
    private static final Logger LOGGER = LoggerFactory.getLogger(Callback.class);
    private static final Set<String> NOT_SILENT =
            Set.of("login_required", "interaction_required", "consent_required", "account_selection_required");

    private final AsyncOpenIdClient client;

    public Callback(AsyncOpenIdClient client) {
        this.client = client;
    }

    /** What a web framework's session can do. */
    public interface Session {
        void put(String name, String value);

        /** Removes and returns it. */
        Optional<String> take(String name);
    }

    public void store(Session session, AuthorizationRequest request) {
        // region store
        // GET /login: each tab may begin a sign-in, so the name is of this one
        session.put(
                "sign-in:" + request.getPending().getState(),
                request.getPending().encode());
        // endregion
    }

    public Optional<CompletableFuture<TokenResponse>> take(Session session, String callbackUrl, String state) {
        // region take
        // GET /callback?code=…&state=…: removed first, whatever comes of it; empty: nobody began it here
        return session.take("sign-in:" + state)
                .map(pending -> client.authorizationCodeGrant(callbackUrl, PendingAuthorization.decode(pending)));
        // endregion
    }

    // region explain
    /** What the person reads; empty: signed in. The log has the rest, and no secret. */
    public CompletableFuture<Optional<String>> finish(
            String callbackUrl, PendingAuthorization pending, Consumer<TokenResponse> signIn) {
        return client.authorizationCodeGrant(callbackUrl, pending)
                .thenApply(tokens -> {
                    signIn.accept(tokens);
                    return Optional.<String>empty();
                })
                .exceptionally(failure -> Optional.of(explain(AsyncErrors.unwrap(failure))));
    }

    private static String explain(Throwable failure) {
        if (!(failure instanceof OAuthException e)) {
            throw new CompletionException(failure); // a mistake of this program
        }
        LOGGER.info("sign-in failed, {}: {}", e.getCode(), e.getMessage());
        if (e instanceof AuthorizationResponseException refused) {
            if (refused.getError().equals("access_denied")) {
                return "You did not allow it.";
            }
            if (NOT_SILENT.contains(refused.getError())) {
                return "Please sign in.";
            }
        }
        if (e instanceof ValidationException) {
            return "This sign-in cannot be trusted. Please begin again.";
        }
        if (e instanceof TransportException) {
            return "The sign-in service does not answer. Please begin again later.";
        }
        return "The sign-in did not succeed. Please begin again.";
    }
    // endregion

    public CompletableFuture<TokenResponse> formPost(
            String url, String body, String contentType, PendingAuthorization pending) {
        // region form-post
        // POST /callback, for a request with responseMode("form_post")
        var callback = AuthorizationCallback.formPost(url, body, contentType);
        var tokens = client.authorizationCodeGrant(callback, pending);
        // endregion
        return tokens;
    }

    public CompletableFuture<TokenResponse> parsed(Map<String, String> query, PendingAuthorization pending) {
        // region parsed
        var callback = AuthorizationCallback.parameters(Parameters.of(query)); // where the framework has no raw URL
        var tokens = client.authorizationCodeGrant(callback, pending);
        // endregion
        return tokens;
    }

    public CompletableFuture<TokenResponse> manual(UnaryOperator<String> redirect) {
        // region manual
        var state = AsyncOpenIdClient.randomState();
        var nonce = AsyncOpenIdClient.randomNonce();
        var pkce = Pkce.generate();
        var url = client.authorizationUrl(Parameters.of(Map.of(
                "redirect_uri",
                "https://rp.example.com/callback",
                "scope",
                "openid",
                "state",
                state,
                "nonce",
                nonce,
                "code_challenge",
                pkce.getCodeChallenge(),
                "code_challenge_method",
                pkce.getCodeChallengeMethod())));
        var callbackUrl = redirect.apply(url); // … and the browser is back

        var checks = new AuthorizationCodeChecks(it -> it.expectedState(state)
                .expectedNonce(nonce)
                .pkceCodeVerifier(pkce.getCodeVerifier())
                .idTokenExpected());
        var tokens = client.authorizationCodeGrant(callbackUrl, checks);
        // endregion
        return tokens;
    }
}
