package dev.openidclient.spring;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.http.client.HttpClientSettings;
import org.springframework.boot.http.client.HttpRedirects;
import org.springframework.boot.http.client.reactive.ClientHttpConnectorBuilder;
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
            OpenIdClients clients,
            ObjectProvider<ClientHttpConnectorBuilder<?>> connectors,
            ObjectProvider<HttpClientSettings> settings) {
        if (!clients.hasAccess()) {
            return builder -> {};
        }
        WebClientAuthorization authorization = WebClientAuthorization.of(clients);
        return builder -> {
            // an engine that followed redirects by itself would hand tokens on to other hosts
            HttpClientSettings safe =
                    settings.getIfAvailable(HttpClientSettings::defaults).withRedirects(HttpRedirects.DONT_FOLLOW);
            builder.clientConnector(connectors
                    .getIfAvailable(ClientHttpConnectorBuilder::detect)
                    .build(safe));
            builder.filter(authorization);
        };
    }
}
