package dev.openidclient.integration;

import static dev.openidclient.integration.Steps.await;
import static dev.openidclient.integration.Steps.connect;
import static dev.openidclient.integration.Steps.failure;
import static dev.openidclient.integration.Steps.signIn;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.error.ErrorCode;
import dev.openidclient.error.TransportException;
import dev.openidclient.http.HttpEngine;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** An issuer whose certificate the system does not trust. */
@WithOidcProvider
class TlsIssuerIT {
    private final InteropIssuer issuer = OidcProvider.getEverything().getOverTls();

    @ParameterizedTest(name = "a person signs in over TLS through the engine {0}, which is told whom to trust")
    @EnumSource
    void trusting(HttpEngine engine) {
        try (var client = connect(issuer, "basic", settings -> settings.engine(engine))) {
            var user = await(client.userInfo(signIn(client, OidcProvider.browser())));
            assertEquals("alice", user.getSubject());
        }
    }

    @ParameterizedTest(name = "an issuer that the engine {0} does not trust is not talked to")
    @EnumSource
    void untrusting(HttpEngine engine) {
        var failure = failure(
                TransportException.class,
                AsyncOpenIdClient.discover(issuer.getUrl(), "basic", settings -> settings.engine(engine)));
        assertEquals(ErrorCode.NETWORK_ERROR, failure.getCode());
    }
}
