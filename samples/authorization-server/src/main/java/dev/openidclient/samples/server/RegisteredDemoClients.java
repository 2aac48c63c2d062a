package dev.openidclient.samples.server;

import java.time.Duration;
import java.util.List;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.crypto.password.PasswordEncoder;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.security.oauth2.server.authorization.client.InMemoryRegisteredClientRepository;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClientRepository;
import org.springframework.security.oauth2.server.authorization.settings.ClientSettings;
import org.springframework.security.oauth2.server.authorization.settings.TokenSettings;

/** The clients: a web application, an application that can keep no secret, and a service without a person. */
@Configuration(proxyBeanMethods = false)
class RegisteredDemoClients {
    @Bean
    RegisteredClientRepository clients(DemoSetup setup, PasswordEncoder encoder) {
        return new InMemoryRegisteredClientRepository(
                webClient(setup, encoder), publicClient(setup), serviceClient(setup, encoder));
    }

    private static RegisteredClient webClient(DemoSetup setup, PasswordEncoder encoder) {
        return withSignIn(setup.webClient(), setup)
                .clientName("Demo web application")
                .clientSecret(encoder.encode(setup.webClient().secret()))
                .clientAuthenticationMethod(ClientAuthenticationMethod.CLIENT_SECRET_BASIC)
                .clientAuthenticationMethod(ClientAuthenticationMethod.CLIENT_SECRET_POST)
                .authorizationGrantType(AuthorizationGrantType.REFRESH_TOKEN)
                .authorizationGrantType(AuthorizationGrantType.DEVICE_CODE)
                .authorizationGrantType(AuthorizationGrantType.TOKEN_EXCHANGE)
                .build();
    }

    private static RegisteredClient publicClient(DemoSetup setup) {
        return withSignIn(setup.publicClient(), setup)
                .clientName("Demo desktop application")
                .clientAuthenticationMethod(ClientAuthenticationMethod.NONE)
                .build();
    }

    private static RegisteredClient.Builder withSignIn(DemoClient client, DemoSetup setup) {
        return RegisteredClient.withId(client.id())
                .clientId(client.id())
                .redirectUris(uris -> uris.addAll(setup.redirectUris()))
                .postLogoutRedirectUris(uris -> uris.addAll(setup.postLogoutRedirectUris()))
                .authorizationGrantType(AuthorizationGrantType.AUTHORIZATION_CODE)
                .scopes(scopes -> scopes.addAll(List.of("openid", "profile", "email", "orders:read")))
                .clientSettings(ClientSettings.builder()
                        .requireAuthorizationConsent(true)
                        .requireProofKey(true)
                        .build())
                .tokenSettings(tokens());
    }

    private static RegisteredClient serviceClient(DemoSetup setup, PasswordEncoder encoder) {
        return RegisteredClient.withId(setup.serviceClient().id())
                .clientId(setup.serviceClient().id())
                .clientName("Demo service")
                .clientSecret(encoder.encode(setup.serviceClient().secret()))
                .clientAuthenticationMethod(ClientAuthenticationMethod.CLIENT_SECRET_BASIC)
                .clientAuthenticationMethod(ClientAuthenticationMethod.CLIENT_SECRET_POST)
                .authorizationGrantType(AuthorizationGrantType.CLIENT_CREDENTIALS)
                .scope("orders:read")
                .tokenSettings(tokens())
                .build();
    }

    private static TokenSettings tokens() {
        return TokenSettings.builder()
                .accessTokenTimeToLive(Duration.ofMinutes(5))
                .refreshTokenTimeToLive(Duration.ofHours(8))
                .reuseRefreshTokens(false)
                .build();
    }
}
