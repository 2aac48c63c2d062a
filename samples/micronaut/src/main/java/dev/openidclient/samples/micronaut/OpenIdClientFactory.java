package dev.openidclient.samples.micronaut;

import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.clientauth.ClientSecretBasic;
import io.micronaut.context.annotation.Bean;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Value;
import jakarta.inject.Singleton;

/** The client of the application, for a server without TLS. */
// region client
@Factory
class OpenIdClientFactory {
    @Singleton
    @Bean(preDestroy = "close") // its engine and its threads end with the application
    AsyncOpenIdClient openIdClient(
            @Value("${openid.issuer}") String issuer,
            @Value("${openid.client-id}") String clientId,
            @Value("${openid.client-secret}") String clientSecret) {
        return AsyncOpenIdClient.discover(
                        issuer,
                        clientId,
                        settings -> settings.authentication(new ClientSecretBasic(clientSecret))
                                .allowInsecureRequests()) // for tests only: the server here has no TLS
                .join();
    }
}
// endregion
