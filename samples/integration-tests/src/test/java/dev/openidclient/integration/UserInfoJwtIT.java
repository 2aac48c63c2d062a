package dev.openidclient.integration;

import static dev.openidclient.integration.Steps.await;
import static dev.openidclient.integration.Steps.connect;
import static dev.openidclient.integration.Steps.failure;
import static dev.openidclient.integration.Steps.signIn;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.openidclient.client.ClientSettings;
import dev.openidclient.error.ErrorCode;
import dev.openidclient.error.InvalidResponseException;
import java.util.Locale;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** UserInfo as a signed JWT, and as one inside a JWE. */
@WithOidcProvider
class UserInfoJwtIT {
    private final InteropIssuer issuer = OidcProvider.getEverything();

    @ParameterizedTest(name = "UserInfo is a JWT that is signed with {0}")
    @MethodSource("dev.openidclient.integration.ClientKeys#everyFamily")
    void signed(String algorithm) {
        var id = "userinfo-" + algorithm.toLowerCase(Locale.ROOT);
        var client = connect(issuer, id, ClientSettings::nonRepudiationChecks);
        var user = await(client.userInfo(signIn(client, OidcProvider.browser())));
        assertEquals("alice@example.com", user.getEmail());
    }

    @Test
    @DisplayName("UserInfo is signed and encrypted")
    void encrypted() {
        var client = connect(
                issuer,
                "userinfo-encrypted",
                settings -> settings.nonRepudiationChecks().decryption(ClientKeys.decryption("p256-enc")));
        var user = await(client.userInfo(signIn(client, OidcProvider.browser())));
        assertEquals("alice@example.com", user.getEmail());
    }

    @Test
    @DisplayName("UserInfo that must be signed is not taken as JSON")
    void unsigned() {
        var client =
                connect(issuer, "basic", settings -> settings.metadata(it -> it.userinfoSignedResponseAlg("ES256")));
        var tokens = signIn(client, OidcProvider.browser());
        var refused = failure(InvalidResponseException.class, client.userInfo(tokens));
        assertEquals(ErrorCode.JWT_USERINFO_EXPECTED, refused.getCode());
    }
}
