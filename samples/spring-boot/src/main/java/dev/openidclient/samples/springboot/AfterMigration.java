package dev.openidclient.samples.springboot;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.client.RestClient;

/** A service that keeps its {@code RestClient}, with the tokens of this library. */
@Configuration(proxyBeanMethods = false)
class AfterMigration {
    // region after
    @Bean
    RestClient orders(OrdersService service, @Value("${orders.base-url}") String baseUrl) {
        return RestClient.builder()
                .baseUrl(baseUrl)
                .requestInterceptor(new BearerTokens(service.tokens()))
                .build();
    }
    // endregion
}
