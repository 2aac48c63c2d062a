package dev.openidclient.integration;

import static dev.openidclient.integration.Steps.await;
import static dev.openidclient.integration.Steps.connect;
import static dev.openidclient.integration.Steps.failure;
import static dev.openidclient.integration.Steps.signIn;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.dpop.Dpop;
import dev.openidclient.error.WwwAuthenticateChallengeException;
import dev.openidclient.jose.SigningKey;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** RFC 9449 §7 at the registration endpoint (RFC 7591 §3): the initial access token is bound to a key. */
@WithOidcProvider
class DpopRegistrationIT {
    private final SigningKey key = SigningKey.generate();
    private final Queue<String> requests = new ConcurrentLinkedQueue<>();

    /** An access token for registrations at {@code issuer}, bound to the key. */
    private String boundToken(InteropIssuer issuer) {
        var client = connect(issuer, "service").withDpop(new Dpop(key));
        return await(client.clientCredentialsGrant(request -> request.resource(issuer.getRegistration())))
                .getAccessToken();
    }

    private CompletableFuture<AsyncOpenIdClient> register(InteropIssuer issuer, String token, Dpop dpop) {
        return AsyncOpenIdClient.register(issuer.getUrl(), registration -> {
            registration.initialAccessToken(token);
            registration.dpop(dpop);
            registration.redirectUris(Application.CALLBACK).dpopBoundAccessTokens();
            registration.settings(settings -> {
                Connection.reaching(settings, issuer.getUrl());
                Connection.recordTo(settings, requests);
            });
        });
    }

    private long registrations(InteropIssuer issuer) {
        return requests.stream()
                .filter(("POST " + issuer.getRegistration())::equals)
                .count();
    }

    @Test
    @DisplayName("a bound initial access token registers a client that proves its key")
    void bound() {
        var issuer = OidcProvider.getEverything();
        var dpop = new Dpop(key);
        var client = await(register(issuer, boundToken(issuer), dpop));
        assertEquals(1, registrations(issuer));
        assertTrue(signIn(client.withDpop(dpop), OidcProvider.browser()).isSenderConstrained());
    }

    @Test
    @DisplayName("the nonce of the registration endpoint is learned once")
    void nonce() {
        var issuer = OidcProvider.getDpopNonces();
        var token = boundToken(issuer);
        var dpop = new Dpop(key);
        await(register(issuer, token, dpop));
        assertEquals(2, registrations(issuer));
        await(register(issuer, token, dpop));
        assertEquals(3, registrations(issuer));
    }

    @Test
    @DisplayName("a bound initial access token is of no use without its key")
    void stolen() {
        var issuer = OidcProvider.getEverything();
        var token = boundToken(issuer);
        refused("invalid_token", register(issuer, token, null));
        refused("invalid_token", register(issuer, token, new Dpop(SigningKey.generate())));
    }

    @ParameterizedTest(name = "a proof with another {0} is refused")
    @CsvSource({"htm,GET", "htu,https://another.example.com/reg", "ath,another"})
    void otherProof(String claim, String value) {
        var issuer = OidcProvider.getEverything();
        var dpop = new Dpop(key, proof -> proof.claim(claim, value));
        refused("invalid_dpop_proof", register(issuer, boundToken(issuer), dpop));
    }

    @Test
    @DisplayName("a proof that another key signed is refused")
    void forged() {
        var issuer = OidcProvider.getEverything();
        var dpop = new Dpop(new ForgedKey(key, SigningKey.generate()));
        refused("invalid_dpop_proof", register(issuer, boundToken(issuer), dpop));
    }

    @Test
    @DisplayName("a proof that was used before is refused")
    void replayed() {
        var issuer = OidcProvider.getEverything();
        var dpop = new Dpop(key, proof -> proof.claim("jti", "the same every time"));
        var token = boundToken(issuer);
        await(register(issuer, token, dpop));
        refused("invalid_dpop_proof", register(issuer, token, dpop));
    }

    private static void refused(String error, CompletableFuture<?> registration) {
        var refused = failure(WwwAuthenticateChallengeException.class, registration);
        assertEquals(error, refused.getChallenges().get(0).getError());
    }
}
