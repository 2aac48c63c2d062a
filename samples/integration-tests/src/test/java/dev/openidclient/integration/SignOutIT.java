package dev.openidclient.integration;

import static dev.openidclient.integration.Steps.connect;
import static dev.openidclient.integration.Steps.signIn;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** OpenID Connect RP-Initiated Logout. */
@ForEachServer
record SignOutIT(SignInServer server) {
    @Test
    @DisplayName("a person signs out and comes back to the application")
    void signOut() {
        var client = connect(server);
        var browser = server.browser();
        var tokens = signIn(client, browser);
        var url = client.endSessionUrl(request -> request.idTokenHint(tokens)
                .postLogoutRedirectUri(Application.SIGNED_OUT)
                .state("a-state"));
        assertEquals(
                Application.SIGNED_OUT + "?state=a-state",
                browser.signOut(url, Application.SIGNED_OUT).url());
    }
}
