package dev.openidclient.samples.server;

import dev.openidclient.async.AsyncResourceServer;
import dev.openidclient.client.ConnectionSettings;
import dev.openidclient.samples.resourceserver.AccessTokenFilter;
import java.security.Principal;
import java.util.List;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.access.intercept.AuthorizationFilter;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * An API that wants an access token with the scope {@code orders:read}: 401 without a valid one, 403 without the scope,
 * each with its {@code WWW-Authenticate} challenge.
 */
@Configuration(proxyBeanMethods = false)
@RestController
class OrdersApi {
    static final String PATH = "/api/orders";
    static final String SCOPE = "orders:read";

    @GetMapping(PATH)
    Orders orders(Principal caller) {
        return new Orders(
                caller.getName(),
                List.of(
                        new Item("A-1001", "Espresso machine", "249.00", "EUR"),
                        new Item("A-1002", "Coffee grinder", "89.50", "EUR")));
    }

    record Orders(String requestedBy, List<Item> orders) {}

    record Item(String id, String name, String price, String currency) {}

    @Bean
    @Order(2)
    SecurityFilterChain api(HttpSecurity http, AsyncResourceServer tokens) throws Exception {
        http.securityMatcher("/api/**", "/.well-known/oauth-protected-resource/**")
                .authorizeHttpRequests(requests -> requests.anyRequest().permitAll()) // the filter has judged them
                .sessionManagement(sessions -> sessions.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
                .csrf(AbstractHttpConfigurer::disable)
                .addFilterBefore(
                        new AccessTokenFilter(tokens, access -> access.requireScopes(SCOPE)),
                        AuthorizationFilter.class);
        return http.build();
    }

    /** Asks this very server for its keys, when the first token comes. */
    @Bean
    AsyncResourceServer tokens(DemoSetup setup) {
        return AsyncResourceServer.create(
                setup.apiAudience(),
                settings -> settings.issuer(
                                setup.issuer(),
                                // its tokens have no "typ" of their own and no "client_id", and "scope" is a list
                                issuer -> issuer.acceptUntyped()
                                        .acceptMissing("client_id")
                                        .scopeClaim("scope"))
                        .scopesSupported(SCOPE)
                        .dpop()
                        .connection(ConnectionSettings::allowInsecureRequests)); // on loopback
    }
}
