package dev.openidclient.integration;

import static dev.openidclient.integration.Steps.callback;
import static dev.openidclient.integration.Steps.connect;
import static dev.openidclient.integration.Steps.failure;
import static dev.openidclient.integration.Steps.person;
import static dev.openidclient.integration.Steps.signIn;
import static dev.openidclient.integration.Steps.signInRequest;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.openidclient.error.AuthorizationResponseException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@WithOidcProvider
class SignedOutIT {
    @Test
    @DisplayName("after signing out nobody is signed in without a page")
    void signedOut() {
        var client = connect(OidcProvider.getEverything(), "basic");
        var browser = OidcProvider.browser();
        var tokens = signIn(client, browser);
        assertEquals("alice", person(signIn(client, browser, request -> request.prompt("none"))));
        var url = client.endSessionUrl(
                request -> request.idTokenHint(tokens).postLogoutRedirectUri(Application.SIGNED_OUT));
        browser.signOut(url, Application.SIGNED_OUT);
        var request = signInRequest(client, it -> it.prompt("none"));
        var refused = failure(
                AuthorizationResponseException.class,
                client.authorizationCodeGrant(callback(browser, request), request.getPending()));
        assertEquals("login_required", refused.getError());
    }
}
