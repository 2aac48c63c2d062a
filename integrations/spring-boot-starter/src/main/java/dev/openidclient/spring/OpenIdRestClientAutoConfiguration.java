package dev.openidclient.spring;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.restclient.RestClientCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.web.client.RestClient;

/** Tokens on the requests of each {@code RestClient.Builder} of Spring Boot, to the origins that the properties allow. */
@AutoConfiguration(
        after = OpenIdClientAutoConfiguration.class,
        beforeName = "org.springframework.boot.restclient.autoconfigure.RestClientAutoConfiguration")
@ConditionalOnClass({RestClient.class, RestClientCustomizer.class})
public class OpenIdRestClientAutoConfiguration {
    @Bean
    @ConditionalOnMissingBean(name = "openIdRestClientCustomizer")
    RestClientCustomizer openIdRestClientCustomizer(
            OpenIdClientProperties properties, ObjectProvider<OpenIdClients> clients) {
        if (!properties.hasAllowed()) {
            return builder -> {};
        }
        RestClientAuthorization authorization =
                new RestClientAuthorization(new LateClients(properties, clients)::accessTo);
        return builder -> builder.requestInterceptor(authorization);
    }
}
