package dev.openidclient.async;

import static dev.openidclient.async.Dsl.dsl;
import static java.util.Objects.requireNonNull;

import dev.openidclient.client.OpenIdClient;
import dev.openidclient.http.Parameters;
import dev.openidclient.logout.EndSessionBuilder;
import dev.openidclient.logout.EndSessionKt;
import dev.openidclient.logout.EndSessionReturnKt;
import dev.openidclient.logout.FrontChannelLogoutKt;
import dev.openidclient.logout.LogoutTokenChecks;
import dev.openidclient.logout.VerifyLogoutTokenKt;
import dev.openidclient.token.IdTokenClaims;
import dev.openidclient.token.LogoutToken;
import dev.openidclient.tokenstore.ReplayCache;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * The operations of an {@link AsyncOpenIdClient} that end sessions.
 * What that class says of threads, cancellation and errors holds here; nothing else extends this one.
 */
public abstract class AsyncLogoutOperations extends AsyncCallOperations {
    AsyncLogoutOperations(OpenIdClient client, Calls calls) {
        super(client, calls);
    }

    // ---- The end: OpenID Connect RP-Initiated Logout ----

    /**
     * Where to send the person's browser to sign out at the server too (<a
     * href="https://openid.net/specs/openid-connect-rpinitiated-1_0.html#RPLogout">OpenID Connect RP-Initiated Logout
     * §2</a>). End your own session first. Sends nothing; {@code client_id} is added.
     *
     * <p>The page {@code docs/logout.md} shows the whole logout.
     *
     * @throws dev.openidclient.error.MetadataException where the server has no end session endpoint, or one that is not
     *     {@code https}
     * @throws IllegalArgumentException where the tokens of the hint are another client's or of another issuer
     */
    public String endSessionUrl(Consumer<? super EndSessionBuilder> configure) {
        return EndSessionKt.endSessionUrl(client, dsl(configure));
    }

    /** The same without further parameters. */
    public String endSessionUrl() {
        return endSessionUrl(builder -> {});
    }

    /**
     * Checks that the browser comes back to the {@code post_logout_redirect_uri} from the logout that was begun in it (<a
     * href="https://openid.net/specs/openid-connect-rpinitiated-1_0.html#RedirectionAfterLogout">OpenID Connect
     * RP-Initiated Logout §3</a>): {@code query} are the parameters of the URL, {@code expectedState} is the {@code state}
     * of that logout, kept in a cookie of that browser.
     *
     * <p>The page {@code docs/logout.md} shows the whole logout.
     *
     * @throws dev.openidclient.error.ValidationException where {@code state} is not that one
     * @throws dev.openidclient.error.InvalidResponseException where it comes twice
     * @throws IllegalArgumentException where {@code expectedState} is empty
     */
    public void verifyEndSessionReturn(Parameters query, String expectedState) {
        EndSessionReturnKt.verifyEndSessionReturn(client, query, expectedState);
    }

    // ---- The server ends sessions: OpenID Connect Back-Channel Logout, Front-Channel Logout ----

    /**
     * Verifies a logout token that the server posted: that sessions have ended there (<a
     * href="https://openid.net/specs/openid-connect-backchannel-1_0.html#Validation">OpenID Connect Back-Channel Logout
     * §2.6</a>). {@link dev.openidclient.logout.LogoutRequest} reads it, and {@link
     * dev.openidclient.logout.LogoutAnswer} is what to answer.
     *
     * <p>It comes from anybody, so its signature is always verified, with what the server signs ID Tokens with. It must be
     * for this client, younger than 5 minutes, about a logout, and no ID Token; {@code replays}, the same for all instances
     * of a service, is asked last whether it came before. {@code configure} names what is checked beyond that, or less.
     *
     * <p>Fails with an {@link dev.openidclient.error.OAuthException} where the token may not be trusted: {@link
     * dev.openidclient.error.ValidationException} with {@code OAUTH_REPLAY_DETECTED} where it came before, {@link
     * dev.openidclient.error.ReplayCacheException} where that cannot be told. Fails with {@link
     * IllegalArgumentException} where {@code logoutToken} is empty, or a security profile allows no looser check.
     *
     * <p>The page {@code docs/logout.md} shows it in a web application.
     */
    public CompletableFuture<LogoutToken> verifyLogoutToken(
            String logoutToken, ReplayCache replays, Consumer<? super LogoutTokenChecks> configure) {
        return calls.future(k -> VerifyLogoutTokenKt.verifyLogoutToken(
                client,
                requireNonNull(logoutToken, "logoutToken"),
                requireNonNull(replays, "replays"),
                dsl(configure),
                k));
    }

    /** The same with the rules that always hold. */
    public CompletableFuture<LogoutToken> verifyLogoutToken(String logoutToken, ReplayCache replays) {
        return verifyLogoutToken(logoutToken, replays, checks -> {});
    }

    /**
     * Checks what came to the {@code frontchannel_logout_uri}, in a frame of the person's browser: that it is about {@code
     * session}, the claims of the sign-in in that browser (<a
     * href="https://openid.net/specs/openid-connect-frontchannel-1_0.html#OPLogout">OpenID Connect Front-Channel Logout
     * §3</a>). Returns where the session is to be ended. Prefer {@link #verifyLogoutToken}: browsers that keep cookies
     * from frames never let this reach the session.
     *
     * <p>{@code query} are the parameters of the URL. {@code iss} and {@code sid} must be those of {@code session}; they
     * may both be absent, unless {@code frontchannel_logout_session_required} of the client metadata says otherwise, and
     * then any page can end the session.
     *
     * <p>The page {@code docs/logout.md} compares the ways.
     *
     * @throws dev.openidclient.error.ValidationException where the logout is not about {@code session}: nothing is to be
     *     ended then
     * @throws dev.openidclient.error.InvalidResponseException where a parameter comes twice
     */
    public void verifyFrontChannelLogout(Parameters query, IdTokenClaims session) {
        FrontChannelLogoutKt.verifyFrontChannelLogout(client, query, session);
    }
}
