package dev.openidclient.integration;

import static dev.openidclient.integration.Steps.await;
import static dev.openidclient.integration.Steps.callback;
import static dev.openidclient.integration.Steps.connect;
import static dev.openidclient.integration.Steps.failure;
import static dev.openidclient.integration.Steps.signIn;
import static dev.openidclient.integration.Steps.signInRequest;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.client.ClientSettings;
import dev.openidclient.dpop.Dpop;
import dev.openidclient.error.OAuthException;
import dev.openidclient.error.ResponseBodyException;
import dev.openidclient.error.WwwAuthenticateChallengeException;
import dev.openidclient.jose.JwsAlgorithm;
import dev.openidclient.jose.SigningKey;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** RFC 9449. */
@WithOidcProvider
class DpopIT {
    private final InteropIssuer issuer = OidcProvider.getEverything();
    private final AsyncOpenIdClient plain = connect(issuer, "dpop");

    @ParameterizedTest(name = "tokens are bound to a key for {0}, at the token endpoint, UserInfo and a resource")
    @MethodSource("dev.openidclient.integration.ClientKeys#signingAlgorithms")
    void bound(JwsAlgorithm algorithm) {
        var client = plain.withDpop(new Dpop(SigningKey.generate(algorithm)));
        var tokens = signIn(client, OidcProvider.browser());
        assertTrue(tokens.isSenderConstrained());
        assertEquals("alice", await(client.userInfo(tokens)).getSubject());
        var answer = await(client.resource(issuer.getResource(), tokens)).bodyText();
        assertTrue(answer.contains("\"scheme\":\"DPoP\""));
    }

    @Test
    @DisplayName("tokens are refreshed with the same key, whose thumbprint the server tells")
    void refresh() {
        var dpop = new Dpop(SigningKey.generate());
        var client = plain.withDpop(dpop);
        var tokens = signIn(
                client,
                OidcProvider.browser(),
                request -> request.scope("offline_access").prompt("consent"));
        var refreshed = await(client.refreshTokenGrant(tokens));
        var answer = await(client.introspect(refreshed.getAccessToken()));
        assertEquals(dpop.thumbprint(), answer.getConfirmation().getJwkThumbprint());
    }

    @Test
    @DisplayName("a pushed request binds the code to the key")
    void pushed() {
        var client = plain.withDpop(new Dpop(SigningKey.generate()));
        var request = await(client.push(signInRequest(client)));
        var callback = callback(OidcProvider.browser(), request);
        var thief = plain.withDpop(new Dpop(SigningKey.generate()));
        var refused =
                failure(ResponseBodyException.class, thief.authorizationCodeGrant(callback, request.getPending()));
        assertEquals("invalid_grant", refused.getError());
    }

    @Test
    @DisplayName("dpop_jkt binds the code to the key")
    void dpopJkt() {
        var dpop = new Dpop(SigningKey.generate());
        var client = plain.withDpop(dpop);
        var tokens = signIn(client, OidcProvider.browser(), request -> request.dpopJkt(dpop));
        assertTrue(tokens.isSenderConstrained());
    }

    @Test
    @DisplayName("a token is of no use without its key")
    void stolen() {
        var tokens = signIn(plain.withDpop(new Dpop(SigningKey.generate())), OidcProvider.browser());
        failure(WwwAuthenticateChallengeException.class, plain.resource(issuer.getResource(), tokens.getAccessToken()));
        var thief = plain.withDpop(new Dpop(SigningKey.generate()));
        failure(WwwAuthenticateChallengeException.class, thief.resource(issuer.getResource(), tokens));
        failure(WwwAuthenticateChallengeException.class, thief.userInfo(tokens));
    }

    @Test
    @DisplayName("a bearer token is refused where the settings demand a bound one")
    void required() {
        var client = connect(issuer, "basic", ClientSettings::requireSenderConstrained);
        var request = signInRequest(client);
        failure(
                OAuthException.class,
                client.authorizationCodeGrant(callback(OidcProvider.browser(), request), request.getPending()));
    }
}
