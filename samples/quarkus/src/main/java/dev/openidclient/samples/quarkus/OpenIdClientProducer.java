package dev.openidclient.samples.quarkus;

import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.clientauth.ClientSecretBasic;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** The client of the application, for a server without TLS. */
// region client
@ApplicationScoped
public class OpenIdClientProducer {
    @Produces
    @Singleton // not @ApplicationScoped, which makes a proxy of the class
    AsyncOpenIdClient openIdClient(
            @ConfigProperty(name = "openid.issuer") String issuer,
            @ConfigProperty(name = "openid.client-id") String clientId,
            @ConfigProperty(name = "openid.client-secret") String clientSecret) {
        return AsyncOpenIdClient.discover(
                        issuer,
                        clientId,
                        settings -> settings.authentication(new ClientSecretBasic(clientSecret))
                                .allowInsecureRequests()) // for tests only: the server here has no TLS
                .join();
    }

    void close(@Disposes AsyncOpenIdClient client) {
        client.close(); // its engine and its threads end with the application
    }
}
// endregion
