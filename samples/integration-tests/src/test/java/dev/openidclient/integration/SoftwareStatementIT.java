package dev.openidclient.integration;

import static dev.openidclient.integration.Steps.await;
import static dev.openidclient.integration.Steps.failure;
import static dev.openidclient.integration.Steps.person;
import static dev.openidclient.integration.Steps.signIn;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.error.ResponseBodyException;
import dev.openidclient.json.JsonMembers;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import kotlinx.serialization.json.JsonPrimitive;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** RFC 7591 §2.3. */
@WithOidcProvider
class SoftwareStatementIT {
    private final InteropIssuer issuer = OidcProvider.getSoftwareStatements();

    private static Map<String, Object> software(String id) {
        return Map.of("software_id", id, "client_name", "Approved", "redirect_uris", List.of(Application.CALLBACK));
    }

    private CompletableFuture<AsyncOpenIdClient> register(String statement) {
        return AsyncOpenIdClient.register(issuer.getUrl(), registration -> {
            registration.initialAccessToken(issuer.getInitialAccessToken());
            registration
                    .redirectUris("https://rp.example.com/not-approved")
                    .clientName("Not approved")
                    .softwareStatement(statement);
            registration.settings(settings -> Connection.reaching(settings, issuer.getUrl()));
        });
    }

    private static String member(JsonMembers metadata, String name) {
        return ((JsonPrimitive) metadata.getJson().get(name)).getContent();
    }

    @Test
    @DisplayName("what the statement says is registered, whatever else the request says")
    void approved() {
        var statement = Partner.jwt(software("approved-software"));
        var client = await(register(statement));
        assertEquals("Approved", member(client.getMetadata(), "client_name"));
        assertEquals("approved-software", member(client.getMetadata(), "software_id"));
        assertEquals(statement, member(client.getMetadata(), "software_statement"));
        assertEquals("alice", person(signIn(client, OidcProvider.browser())));
    }

    @Test
    @DisplayName("a statement that the partner did not sign is refused")
    void forged() {
        var software = software("approved-software");
        refused("invalid_software_statement", Partner.forgedJwt(software));
        refused("invalid_software_statement", Partner.unsignedJwt(software));
        refused("invalid_software_statement", Tampering.withOtherSignature(Partner.jwt(software)));
        refused("invalid_software_statement", "no-statement");
    }

    @Test
    @DisplayName("a statement for a program that is not approved is refused")
    void unapproved() {
        refused("unapproved_software_statement", Partner.jwt(software("another-software")));
    }

    private void refused(String error, String statement) {
        var refused = failure(ResponseBodyException.class, register(statement));
        assertEquals(error, refused.getError());
    }
}
