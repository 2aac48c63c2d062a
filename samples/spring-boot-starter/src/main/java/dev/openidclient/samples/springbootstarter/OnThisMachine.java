package dev.openidclient.samples.springbootstarter;

import dev.openidclient.spring.ResourceServerCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The API takes tokens of a server without TLS: on this machine only. */
@Configuration(proxyBeanMethods = false)
public class OnThisMachine {
    @Bean
    ResourceServerCustomizer insecure() {
        return settings -> settings.connection(connection -> connection.allowInsecureRequests());
    }
}
