package dev.openidclient.spring;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.webclient.WebClientCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.web.reactive.function.client.WebClient;

/** Tokens on the requests of each {@code WebClient.Builder} of Spring Boot, to the origins that the properties allow. */
@AutoConfiguration(
        after = OpenIdClientAutoConfiguration.class,
        beforeName = "org.springframework.boot.webclient.autoconfigure.WebClientAutoConfiguration")
@ConditionalOnClass({WebClient.class, WebClientCustomizer.class})
public class OpenIdWebClientAutoConfiguration {
    @Bean
    @ConditionalOnMissingBean(name = "openIdWebClientCustomizer")
    WebClientCustomizer openIdWebClientCustomizer(
            OpenIdClientProperties properties, ObjectProvider<OpenIdClients> clients) {
        if (!properties.hasAllowed()) {
            return builder -> {};
        }
        WebClientAuthorization authorization =
                new WebClientAuthorization(new LateClients(properties, clients)::accessTo);
        return builder -> builder.filter(authorization);
    }
}
