package dev.openidclient.samples.springboot;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.oauth2.client.OAuth2AuthorizedClientManager;
import org.springframework.security.oauth2.client.web.client.OAuth2ClientHttpRequestInterceptor;
import org.springframework.web.client.RestClient;

/** A service that gets its tokens from Spring Security, as {@link AfterMigration} does from this library. */
@Configuration(proxyBeanMethods = false)
class BeforeMigration {
    // region before
    @Bean
    RestClient orders(OAuth2AuthorizedClientManager manager) {
        var interceptor = new OAuth2ClientHttpRequestInterceptor(manager);
        interceptor.setClientRegistrationIdResolver(request -> "orders");
        return RestClient.builder()
                .baseUrl("https://api.example.com")
                .requestInterceptor(interceptor)
                .build();
    }
    // endregion
}
