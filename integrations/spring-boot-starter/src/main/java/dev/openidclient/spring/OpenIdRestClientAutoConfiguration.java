package dev.openidclient.spring;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.http.client.ClientHttpRequestFactoryBuilder;
import org.springframework.boot.http.client.HttpClientSettings;
import org.springframework.boot.http.client.HttpRedirects;
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
            OpenIdClients clients,
            ObjectProvider<ClientHttpRequestFactoryBuilder<?>> factories,
            ObjectProvider<HttpClientSettings> settings) {
        if (!clients.hasAccess()) {
            return builder -> {};
        }
        RestClientAuthorization authorization = RestClientAuthorization.of(clients);
        return builder -> {
            // an engine that followed redirects by itself would hand tokens on to other hosts
            HttpClientSettings safe =
                    settings.getIfAvailable(HttpClientSettings::defaults).withRedirects(HttpRedirects.DONT_FOLLOW);
            builder.requestFactory(factories
                    .getIfAvailable(ClientHttpRequestFactoryBuilder::detect)
                    .build(safe));
            builder.requestInterceptor(authorization);
        };
    }
}
