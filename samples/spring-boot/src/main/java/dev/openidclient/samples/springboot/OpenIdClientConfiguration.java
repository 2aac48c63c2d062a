package dev.openidclient.samples.springboot;

import dev.openidclient.async.AsyncOpenIdClient;
import dev.openidclient.clientauth.ClientSecretBasic;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The client of an application's own server. {@link SignInProgram} has another one, for a server without TLS. */
// region client
@Configuration(proxyBeanMethods = false)
public class OpenIdClientConfiguration {
    @Bean(destroyMethod = "close") // its engine and its threads end with the application
    AsyncOpenIdClient openIdClient(
            @Value("${openid.issuer}") String issuer,
            @Value("${openid.client-id}") String clientId,
            @Value("${openid.client-secret}") String clientSecret) {
        return AsyncOpenIdClient.discover(
                        issuer, clientId, settings -> settings.authentication(new ClientSecretBasic(clientSecret)))
                .join();
    }
}
// endregion
