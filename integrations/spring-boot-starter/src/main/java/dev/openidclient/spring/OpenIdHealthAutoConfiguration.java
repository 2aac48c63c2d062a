package dev.openidclient.spring;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;

/** Health of the clients, as {@code openIdClient}; {@code management.health.openid-client.enabled=false} leaves it out. */
@AutoConfiguration(after = OpenIdClientAutoConfiguration.class)
@ConditionalOnClass({HealthIndicator.class, ConditionalOnEnabledHealthIndicator.class})
@ConditionalOnEnabledHealthIndicator("openid-client")
public class OpenIdHealthAutoConfiguration {
    @Bean
    @ConditionalOnMissingBean(name = "openIdClientHealthIndicator")
    OpenIdClientHealthIndicator openIdClientHealthIndicator(OpenIdClients clients) {
        return new OpenIdClientHealthIndicator(clients);
    }
}
