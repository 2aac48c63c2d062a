package dev.openidclient.integration;

import static dev.openidclient.integration.Steps.await;
import static dev.openidclient.integration.Steps.callback;
import static dev.openidclient.integration.Steps.connect;
import static dev.openidclient.integration.Steps.failure;
import static dev.openidclient.integration.Steps.person;
import static dev.openidclient.integration.Steps.signIn;
import static dev.openidclient.integration.Steps.signInRequest;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.error.ErrorCode;
import dev.openidclient.error.InvalidResponseException;
import dev.openidclient.error.ValidationException;
import dev.openidclient.token.IdTokenClaims;
import dev.openidclient.token.TokenResponse;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The server changes its signing key, or its JWK Set is out of order, while people sign in. */
@WithOidcProvider
class KeyRotationIT {
    /** After so long all three downloads that unknown keys may cause at once are allowed again. */
    private static final Duration COOL_DOWN = Duration.ofMinutes(1);

    /** So long the downloaded keys are good. */
    private static final Duration LIFETIME = Duration.ofMinutes(5);

    private final InteropIssuer issuer = OidcProvider.getKeyRotation();
    private final MovableClock clock = new MovableClock();
    private final Queue<String> requests = new ConcurrentLinkedQueue<>();

    private AsyncOpenIdClient app(Duration outageTolerance) {
        return connect(issuer, "public", settings -> {
            settings.clock(clock);
            settings.clockTolerance(Duration.ofHours(1)); // the server's time stays where it is
            settings.jwksOutageTolerance(outageTolerance);
            settings.nonRepudiationChecks();
            Connection.recordTo(settings, requests);
        });
    }

    @BeforeEach
    void rotate() {
        issuer.rotateSigningKey();
    }

    @AfterEach
    void recover() {
        issuer.recoverJwks();
    }

    @Test
    @DisplayName("the keys are downloaded once more after the key has changed, however many sign in at that moment")
    void concurrent() {
        var app = app(Duration.ZERO);
        assertEquals("alice", person(signIn(app, OidcProvider.browser())));
        assertEquals(1, downloads(app));

        var pending = IntStream.range(0, 10).mapToObj(i -> signInRequest(app)).toList();
        var callbacks = pending.stream()
                .map(request -> callback(OidcProvider.browser(), request))
                .toList();
        clock.advance(COOL_DOWN);
        issuer.rotateSigningKey();
        var all = IntStream.range(0, 10)
                .mapToObj(i -> app.authorizationCodeGrant(
                        callbacks.get(i), pending.get(i).getPending()))
                .toList();
        for (CompletableFuture<TokenResponse> one : all) {
            assertEquals("alice", person(await(one)));
        }
        assertEquals(2, downloads(app));
    }

    @Test
    @DisplayName("tokens of the removed key are refused once the new key is known, with three downloads at the most")
    void removed() {
        var app = app(Duration.ZERO);
        var earlier = signedIn();
        await(earlier.verify(app));
        clock.advance(COOL_DOWN);
        issuer.rotateSigningKey();
        await(signedIn().verify(app));
        for (int i = 0; i < 10; i++) {
            var refused = failure(ValidationException.class, earlier.verify(app));
            assertEquals(ErrorCode.KEY_SELECTION_FAILED, refused.getCode());
        }
        assertEquals(1 + 3, downloads(app));
    }

    @Test
    @DisplayName("a new key without kid is known at once: the signature that does not verify makes a download")
    void unnamed() {
        issuer.rotateSigningKey(false);
        var app = app(Duration.ZERO);
        var earlier = signedIn();
        await(earlier.verify(app));
        issuer.rotateSigningKey(false);
        await(signedIn().verify(app));
        var refused = failure(ValidationException.class, earlier.verify(app));
        assertEquals(ErrorCode.INVALID_RESPONSE, refused.getCode());
        assertEquals(2, downloads(app));
    }

    @Test
    @DisplayName("the known keys go on through an outage that is tolerated, and no longer")
    void outage() {
        var app = app(Duration.ofMinutes(10));
        var signedIn = signedIn();
        await(signedIn.verify(app));
        issuer.failJwks();
        clock.advance(LIFETIME);
        await(signedIn.verify(app));
        clock.advance(Duration.ofMinutes(10));
        var refused = failure(InvalidResponseException.class, signedIn.verify(app));
        assertEquals(503, refused.getStatus());
        issuer.recoverJwks();
        await(signedIn.verify(app));
    }

    @Test
    @DisplayName("an outage is not tolerated unless the settings say so")
    void untolerated() {
        var app = app(Duration.ZERO);
        var signedIn = signedIn();
        await(signedIn.verify(app));
        issuer.failJwks();
        clock.advance(LIFETIME);
        var refused = failure(InvalidResponseException.class, signedIn.verify(app));
        assertEquals(503, refused.getStatus());
    }

    private long downloads(AsyncOpenIdClient app) {
        return requests.stream()
                .filter(("GET " + app.getServer().getJwksUri())::equals)
                .count();
    }

    /** A person has just signed in elsewhere: the ID Token, and the nonce it must have. */
    private SignedIn signedIn() {
        var client = connect(issuer, "public");
        var request = signInRequest(client);
        var tokens = signIn(client, OidcProvider.browser(), request);
        return new SignedIn(tokens.getIdToken(), request.getPending().getNonce());
    }

    private record SignedIn(String idToken, String nonce) {
        CompletableFuture<IdTokenClaims> verify(AsyncOpenIdClient app) {
            return app.verifyIdToken(idToken, nonce);
        }

        @Override
        public String toString() {
            return "SignedIn";
        }
    }
}
