package dev.openidclient.samples.javaweb;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.openidclient.error.AuthorizationResponseException;
import dev.openidclient.error.ErrorCode;
import dev.openidclient.error.ReplayCacheException;
import dev.openidclient.error.TokenSourceException;
import dev.openidclient.error.TransportException;
import dev.openidclient.error.ValidationException;
import dev.openidclient.error.ValidationSubject;
import dev.openidclient.error.WwwAuthenticateChallenge;
import dev.openidclient.error.WwwAuthenticateChallengeException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ExplanationTest {
    @Test
    void tellsARefusingPersonFromAFailingServer() {
        assertEquals(Explanation.DENIED, Explanation.of(redirect("access_denied")));
        assertEquals(Explanation.SERVER_FAULT, Explanation.of(redirect("server_error")));
    }

    @Test
    void tellsATokenThatIsOverFromOneThatLacksAScope() {
        assertEquals(Explanation.NO_LONGER_ACCEPTED, Explanation.of(challenge("invalid_token")));
        assertEquals(Explanation.NOT_ALLOWED, Explanation.of(challenge("insufficient_scope")));
    }

    @Test
    void tellsACallbackThatAnswersNothingFromOneThatIsForged() {
        assertEquals(Explanation.SIGN_IN_OVER, Explanation.of(invalid(ValidationSubject.PENDING_AUTHORIZATION)));
        assertEquals(Explanation.SIGN_IN_OVER, Explanation.of(invalid(ValidationSubject.STATE)));
        assertEquals(Explanation.NOT_TRUSTED, Explanation.of(invalid(ValidationSubject.SIGNATURE)));
    }

    @Test
    void saysThatAServerDoesNotAnswer() {
        TransportException failure = new TransportException(ErrorCode.TIMEOUT, "too late", null);

        assertEquals(Explanation.NO_ANSWER, Explanation.of(failure));
    }

    @Test
    void tellsASignInThatIsOverFromAStoreThatFails() {
        assertEquals(Explanation.NO_LONGER_ACCEPTED, Explanation.of(noToken(ErrorCode.SIGN_IN_REQUIRED)));
        assertEquals(Explanation.NO_ANSWER, Explanation.of(noToken(ErrorCode.REFRESH_IN_DOUBT)));
        assertEquals(Explanation.OWN_FAULT, Explanation.of(noToken(ErrorCode.TOKEN_STORE_FAILED)));
        assertEquals(Explanation.OWN_FAULT, Explanation.of(new ReplayCacheException("full")));
    }

    private static TokenSourceException noToken(String code) {
        return new TokenSourceException(code, "no token");
    }

    private static ValidationException invalid(String subject) {
        return new ValidationException(ErrorCode.INVALID_RESPONSE, "unexpected " + subject, null, subject);
    }

    private static AuthorizationResponseException redirect(String error) {
        return new AuthorizationResponseException(error, null, null, Map.of());
    }

    private static WwwAuthenticateChallengeException challenge(String error) {
        WwwAuthenticateChallenge challenge = new WwwAuthenticateChallenge("bearer", Map.of("error", error), null);
        return new WwwAuthenticateChallengeException(401, List.of(challenge), Map.of(), new byte[0]);
    }
}
