package dev.openidclient.samples.docs;

import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.clientauth.ClientSecretBasic;

public final class QuarkusMicronaut {
    // region bean
    AsyncOpenIdClient openIdClient(String issuer, String clientId, String clientSecret) {
        return AsyncOpenIdClient.discover(
                        issuer, clientId, settings -> settings.authentication(new ClientSecretBasic(clientSecret)))
                .join();
    }

    void close(AsyncOpenIdClient client) {
        client.close();
    }
    // endregion
}
