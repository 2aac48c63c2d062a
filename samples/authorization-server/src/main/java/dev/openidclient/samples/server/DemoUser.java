package dev.openidclient.samples.server;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** The one person who can sign in; {@code password} is new at every start. */
public record DemoUser(String username, String password) {
    static final String GIVEN_NAME = "Alice";
    static final String FAMILY_NAME = "Moreau";
    static final String EMAIL = "alice.moreau@example.com";

    /** The claims that {@code scopes} reveal about this person (OpenID Connect Core 1.0 §5.4). */
    Map<String, Object> claims(Set<String> scopes) {
        Map<String, Object> claims = new LinkedHashMap<>();
        claims.put("sub", username);
        if (scopes.contains("profile")) {
            claims.put("name", GIVEN_NAME + " " + FAMILY_NAME);
            claims.put("given_name", GIVEN_NAME);
            claims.put("family_name", FAMILY_NAME);
            claims.put("preferred_username", username);
            claims.put("zoneinfo", "Europe/Paris");
            claims.put("locale", "fr-FR");
        }
        if (scopes.contains("email")) {
            claims.put("email", EMAIL);
            claims.put("email_verified", true);
        }
        return claims;
    }

    @Override
    public String toString() {
        return "DemoUser[username=" + username + ", password=██]";
    }
}
