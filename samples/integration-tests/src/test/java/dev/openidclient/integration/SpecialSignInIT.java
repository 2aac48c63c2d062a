package dev.openidclient.integration;

import static dev.openidclient.integration.Steps.connect;
import static dev.openidclient.integration.Steps.person;
import static dev.openidclient.integration.Steps.signIn;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.openidclient.clientauth.ClientSecretBasic;
import java.util.Map;
import kotlinx.serialization.json.JsonElementKt;
import kotlinx.serialization.json.JsonObject;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Variations of the code flow that not every server has. */
@WithOidcProvider
class SpecialSignInIT {
    private final InteropIssuer issuer = OidcProvider.getEverything();

    @Test
    @DisplayName("an id and a secret with special characters authenticate by client_secret_basic")
    void specialCharacters() {
        var registered = issuer.client("special:characters %+");
        var client = connect(
                issuer.getUrl(),
                registered,
                settings -> settings.authentication(new ClientSecretBasic(registered.getSecret())));
        assertEquals("alice", person(signIn(client, OidcProvider.browser())));
    }

    @Test
    @DisplayName("the response is posted as a form")
    void formPost() {
        var tokens =
                signIn(connect(issuer, "basic"), OidcProvider.browser(), request -> request.responseMode("form_post"));
        assertEquals("alice", person(tokens));
    }

    @Test
    @DisplayName("single claims are asked for by name")
    void claims() {
        var essential = new JsonObject(Map.of("essential", JsonElementKt.JsonPrimitive(true)));
        var claims = new JsonObject(Map.of("id_token", new JsonObject(Map.of("nickname", essential))));
        var tokens = signIn(connect(issuer, "basic"), OidcProvider.browser(), request -> request.claims(claims));
        assertEquals("alice", tokens.getClaims().getNickname());
    }

    @Test
    @DisplayName("an authentication context is asked for, and a hint says who signs in")
    void hints() {
        var tokens = signIn(
                connect(issuer, "basic"),
                OidcProvider.browser(),
                request -> request.acrValues("urn:example:acr:two-factor", "urn:example:acr:password")
                        .loginHint("alice")
                        .uiLocales("fr", "en"));
        assertEquals("alice", person(tokens));
    }

    @Test
    @DisplayName("a second sign-in of the same browser shows no page, as prompt=none demands")
    void promptNone() {
        var client = connect(issuer, "basic");
        var browser = OidcProvider.browser("bob");
        signIn(client, browser);
        assertEquals("bob", person(signIn(client, browser, request -> request.prompt("none"))));
    }
}
